// What became of a finding, newest first; records are never removed by a person.
import { displayText } from '../../../shared/display-path.ts';
import type { Finding } from '../../../shared/finding.ts';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { historyWords, threatTexts } from '../../messages/threats.ts';
import styles from './threats.module.css';
import { useFindingEvents } from './use-finding-events.ts';

export function FindingHistory({ finding }: { readonly finding: Finding }) {
  const { events, isCut, problem } = useFindingEvents(finding);
  const { history: texts } = threatTexts;
  return (
    <Card title={texts.title}>
      {problem === '' ? null : <Notice tone="attention">{problem}</Notice>}
      {events === null ? (
        problem === '' ? (
          <Skeleton lines={2} />
        ) : null
      ) : events.length === 0 ? (
        <p className={styles['soft']}>{texts.empty}</p>
      ) : (
        <ol className={styles['history']}>
          {events.map(({ number, at, kind, actor, text }) => (
            <li key={number} className={styles['event']}>
              <span className={styles['eventHead']}>
                <strong>{historyWords[kind] ?? kind}</strong>
                <span className={styles['soft']}>
                  <TimeText at={at} />
                  {kind === 'detection' ? '' : texts.by(actor)}
                </span>
              </span>
              <span className={styles['eventText']}>{displayText(text)}</span>
            </li>
          ))}
        </ol>
      )}
      {isCut ? <p className={styles['soft']}>{texts.older}</p> : null}
    </Card>
  );
}
