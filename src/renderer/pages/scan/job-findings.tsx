// What one scan found, with everything that can be done about it.
import type { Job } from '../../../shared/job.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ErrorState } from '../../components/empty-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { scanTexts } from '../../messages/scan.ts';
import { threatTexts } from '../../messages/threats.ts';
import { FindingsTable } from '../threats/findings-table.tsx';
import { useFindingActs } from '../threats/use-finding-acts.tsx';
import { useFindings } from '../threats/use-findings.ts';
import styles from './scan.module.css';

export function JobFindings({ job: { id, progress } }: { readonly job: Job }) {
  // Asked only where there is something to tell.
  return progress.infected + progress.suspicious === 0 ? null : <Found id={id} />;
}

function Found({ id }: { readonly id: number }) {
  const list = useFindings({ states: [], job: id });
  const acts = useFindingActs(list.reload);
  return (
    <Card title={scanTexts.findings} flush>
      {list.findings === null ? (
        list.error === null ? (
          <div className={styles['padded']}>
            <Skeleton lines={3} />
          </div>
        ) : (
          <ErrorState error={list.error} onRetry={list.reload} />
        )
      ) : (
        <FindingsTable
          findings={list.findings}
          acts={acts}
          empty={<p className={styles['padded']}>{scanTexts.noFindings}</p>}
        />
      )}
      {list.findings !== null && list.findings.length < list.total ? (
        <div className={styles['padded']}>
          <Button busy={list.isLoading} onClick={list.showOlder}>
            {threatTexts.older}
          </Button>
        </div>
      ) : null}
      {acts.dialogs}
    </Card>
  );
}
