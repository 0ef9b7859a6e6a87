// The scan page: what can be scanned, what is being scanned, and what came of it.
import { useSlice } from '../../client/client-context.ts';
import { hashOf, useRoute } from '../../client/route.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { scanTexts } from '../../messages/scan.ts';
import { jobKindWords } from '../../messages/words.ts';
import { EarlierScans } from './earlier-scans.tsx';
import { lastEnded, underWay } from './job-lists.ts';
import { JobPage } from './job-page.tsx';
import { JobResult } from './job-result.tsx';
import { RunningJob } from './running-job.tsx';
import { ScanChoices } from './scan-choices.tsx';
import styles from './scan.module.css';
import { useJobActs, type JobActs } from './use-job-acts.tsx';

export function ScanPage() {
  const { detail } = useRoute();
  const acts = useJobActs();
  const id = Number(detail ?? Number.NaN);
  return (
    <>
      {Number.isSafeInteger(id) && id > 0 ? (
        <JobPage key={id} id={id} acts={acts} />
      ) : (
        <ScanHome acts={acts} />
      )}
      {acts.dialogs}
    </>
  );
}

function ScanHome({ acts }: { readonly acts: JobActs }) {
  const jobs = useSlice('jobs');
  const running = underWay(jobs ?? []);
  const last = lastEnded(jobs ?? []);
  return (
    <div className={styles['page']}>
      <PageHeader title={scanTexts.title} description={scanTexts.description} />
      {running.length === 0 ? null : (
        <section className={styles['page']} aria-label={scanTexts.running}>
          {running.map((job) => (
            <RunningJob key={job.id} job={job} acts={acts} />
          ))}
        </section>
      )}
      <ScanChoices acts={acts} />
      {jobs === null ? (
        <Card>
          <Skeleton lines={3} />
        </Card>
      ) : last === null ? null : (
        <Card
          title={
            <>
              {scanTexts.lastResult}{' '}
              <span className={styles['titleNote']}>
                {jobKindWords[last.kind]}, <TimeText at={last.ended_at} />
              </span>
            </>
          }
          actions={<LinkButton href={hashOf('scan', last.id)}>{scanTexts.details}</LinkButton>}
        >
          <JobResult job={last} />
        </Card>
      )}
      <EarlierScans />
    </div>
  );
}
