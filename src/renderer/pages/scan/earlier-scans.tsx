// Scans that are over, and those that come by themselves.
import type { Job } from '../../../shared/job.ts';
import { useCall, useSlice } from '../../client/client-context.ts';
import { Card } from '../../components/card.tsx';
import { ErrorState } from '../../components/empty-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { scanTexts } from '../../messages/scan.ts';
import { useReloadOn } from '../common/use-reload-on.ts';
import { isEnded, withNewer } from './job-lists.ts';
import { JobsTable } from './jobs-table.tsx';
import { SchedulesCard } from './schedules-card.tsx';

const listedJobs = 100;

export function EarlierScans() {
  const slice = useSlice('jobs');
  const jobs = slice ?? [];
  const answer = useCall('jobs.list', { limit: listedJobs });
  // The slice is another one with every step of a scan; the list and the schedules only when one is over.
  useReloadOn(slice === null ? null : endedIds(slice), answer.reload);
  if (answer.value === null) {
    return (
      <Card title={scanTexts.earlier}>
        {answer.state === 'error' ? (
          <ErrorState error={answer.error} onRetry={answer.reload} />
        ) : (
          <Skeleton lines={4} />
        )}
      </Card>
    );
  }
  return (
    <>
      <Card title={scanTexts.earlier} flush>
        <JobsTable jobs={withNewer(answer.value.jobs, jobs).filter(isEnded)} />
      </Card>
      <SchedulesCard schedules={answer.value.schedules} />
    </>
  );
}

function endedIds(jobs: readonly Job[]): string {
  return jobs
    .filter(isEnded)
    .map(({ id }) => id)
    .join(' ');
}
