// Scans that are over, and those that come by themselves.
import { useEffect, useRef } from 'react';
import { useCall, useSlice } from '../../client/client-context.ts';
import { Card } from '../../components/card.tsx';
import { ErrorState } from '../../components/empty-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { scanTexts } from '../../messages/scan.ts';
import { isEnded, withNewer } from './job-lists.ts';
import { JobsTable } from './jobs-table.tsx';
import { SchedulesCard } from './schedules-card.tsx';

const listedJobs = 100;

export function EarlierScans() {
  const jobs = useSlice('jobs') ?? [];
  const answer = useCall('jobs.list', { limit: listedJobs });
  // The slice is another one with every step of a scan; the list and the schedules only when one is over.
  useReloadOn(
    jobs
      .filter(isEnded)
      .map(({ id }) => id)
      .join(' '),
    answer.reload,
  );
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

function useReloadOn(key: string, reload: () => void): void {
  const before = useRef(key);
  useEffect(() => {
    if (before.current === key) return;
    before.current = key;
    reload();
  }, [key, reload]);
}
