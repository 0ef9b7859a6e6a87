// Which files a scan could not check, by reason; asked for only when somebody wants to know.
import { useState } from 'react';
import type { Job } from '../../../shared/job.ts';
import type { UncoveredFile } from '../../../shared/page-documents.ts';
import type { Reason } from '../../../shared/verdict.ts';
import type { Client } from '../../client/client.ts';
import { useClient } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { PathText } from '../../components/path-text.tsx';
import { useAct } from '../../components/use-act.ts';
import { displayText } from '../../../shared/display-path.ts';
import { formatCount } from '../../format/numbers.ts';
import { scanTexts } from '../../messages/scan.ts';
import { reasonWords } from '../../messages/words.ts';
import { missedIn, unnamedIn, type MissedReason } from './missed-files.ts';
import styles from './scan.module.css';

const shownFiles = 100;
const askedFiles = 1000;

export function MissedFilesCard({ job }: { readonly job: Job }) {
  const client = useClient();
  const { act, isBusy } = useAct();
  const [missed, setMissed] = useState<readonly MissedReason[] | null>(null);
  const { missed: texts } = scanTexts;
  const { partial, unscannable } = job.progress;
  if (partial + unscannable === 0) return null;

  async function show(): Promise<void> {
    const files = await act(() => missedFiles(client));
    if (files !== null) setMissed(missedIn(job, files, Date.now() / 1000));
  }

  const unnamed = missed === null ? 0 : unnamedIn(job, missed);
  return (
    <Card
      title={texts.title}
      actions={
        missed === null ? (
          <Button busy={isBusy} onClick={() => void show()}>
            {texts.show}
          </Button>
        ) : undefined
      }
    >
      <p className={styles['soft']}>{texts.summary(job.progress)}</p>
      {missed === null ? null : (
        <div className={styles['missed']}>
          {missed.map((reason) => (
            <ReasonFiles key={reason.reason} {...reason} />
          ))}
          {unnamed === 0 ? null : (
            <p className={styles['soft']}>{missed.length === 0 ? texts.noNames : texts.unnamed(unnamed)}</p>
          )}
        </div>
      )}
    </Card>
  );
}

function ReasonFiles({ reason, files }: MissedReason) {
  const more = files.length - shownFiles;
  return (
    <Disclosure
      title={
        <>
          <span className={styles['capital']}>{reasonWords[reason]}</span>{' '}
          <span className={styles['soft']}>{formatCount(files.length)}</span>
        </>
      }
    >
      <ul className={styles['files']}>
        {files.slice(0, shownFiles).map(({ path, detail }) => (
          <li key={path} className={styles['file']}>
            <PathText path={path} twoLines isTabStop />
            {detail === '' ? null : <span className={styles['soft']}>{displayText(detail)}</span>}
          </li>
        ))}
      </ul>
      {more > 0 ? <p className={styles['soft']}>{scanTexts.missed.more(more)}</p> : null}
    </Disclosure>
  );
}

/** Of every reason there was: the first answer says which those are. */
async function missedFiles(client: Client): Promise<readonly UncoveredFile[]> {
  const reasons = Object.keys(reasonWords).filter(isReason);
  const answers: UncoveredFile[] = [];
  let counted: Readonly<Record<string, number>> | null = null;
  for (const reason of reasons) {
    if (counted !== null && (counted[reason] ?? 0) === 0) continue;
    const { coverage, files } = await client.call('coverage.files', { reason, limit: askedFiles });
    counted = coverage.reasons;
    answers.push(...files);
  }
  return answers;
}

function isReason(name: string): name is Reason {
  return name in reasonWords;
}
