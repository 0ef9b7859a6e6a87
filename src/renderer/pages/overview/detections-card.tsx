// The last detections and what became of each; every one leads to why it was flagged.
import { ShieldCheck } from 'lucide-react';
import type { AppState } from '../../../shared/app-state.ts';
import { hashOf } from '../../client/route.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { PathText } from '../../components/path-text.tsx';
import { SeverityWord, StatusWord } from '../../components/status-word.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { overviewMessages } from '../../messages/overview.ts';
import { findingStateWords } from '../../messages/words.ts';
import { namesOf } from '../threats/finding-view.ts';
import styles from './detections.module.css';

const shownAtMost = 5;
const { detections: words } = overviewMessages;

export function DetectionsCard({ findings }: { readonly findings: AppState['findings'] }) {
  const latest = findings.latest.slice(0, shownAtMost);
  return (
    <Card
      title={words.title}
      flush={latest.length > 0}
      actions={
        latest.length === 0 ? undefined : (
          <LinkButton tone="quiet" href={hashOf('threats')} className={styles['all']}>
            {words.all}
          </LinkButton>
        )
      }
    >
      {latest.length === 0 ? (
        <div className={styles['none']}>
          <ShieldCheck size={20} aria-hidden />
          <div>
            <p className={styles['title']}>{words.none}</p>
            <p>{words.noneText}</p>
          </div>
        </div>
      ) : (
        <ul>
          {latest.map((finding) => (
            <li key={finding.id}>
              <a className={styles['row']} href={hashOf('threats', finding.id)}>
                <span className={styles['severity']}>
                  <SeverityWord severity={finding.severity} />
                </span>
                <span className={styles['what']}>
                  <PathText path={finding.path} />
                  <span className={styles['names']}>{shortNames(namesOf(finding))}</span>
                </span>
                <span className={styles['state']}>
                  <StatusWord tone={findingStateWords[finding.state].tone}>
                    {findingStateWords[finding.state].word}
                  </StatusWord>
                </span>
                <span className={styles['when']}>
                  <TimeText at={finding.found_at} />
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** The first, and how many more engines or rules found something. */
function shortNames([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : words.names(first, others.length);
}
