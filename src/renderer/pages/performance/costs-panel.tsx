// What scanning costs and what is left out because of it; leaving out is one click, and so is taking it back.
import { Timer } from 'lucide-react';
import { useCall, useClient } from '../../client/client-context.ts';
import { EmptyState, ErrorState } from '../../components/empty-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { displayPath } from '../../../shared/display-path.ts';
import { messageOf } from '../../../shared/errors.ts';
import type { Exclusion } from '../../../shared/page-documents.ts';
import { formatClock } from '../../format/times.ts';
import { useAct } from '../../components/use-act.ts';
import { performanceMessages } from '../../messages/performance.ts';
import { CostList } from './cost-list.tsx';
import { folderRows, leaveOutSeconds, typeRows, type CostRow } from './cost-rows.ts';
import styles from './costs.module.css';
import { ExclusionList } from './exclusion-list.tsx';

const { costs: words, exclusions: exclusionWords } = performanceMessages;
const everyMs = 60_000;
const none: readonly Exclusion[] = [];

export function CostsPanel() {
  const client = useClient();
  const platform = usePlatform();
  const { act } = useAct();
  const costs = useCall('metrics.costs', {}, { everyMs });
  const exclusions = useCall('exclusions.list', {}, { everyMs });
  const inForce = exclusions.value?.exclusions ?? none;

  async function leaveOut({ pattern, name }: CostRow): Promise<void> {
    if (pattern === null) return;
    const input = { pattern, seconds: leaveOutSeconds, reason: words.reason };
    await act(() => client.call('exclusions.add', input), {
      done: (added) => ({
        text: words.done(name),
        tone: 'ok',
        undo: { run: () => end(added, words.undone(name)) },
      }),
      failed: (error) => words.failed(messageOf(error)),
    });
    exclusions.reload();
  }

  async function end(
    { id, pattern }: Exclusion,
    text = exclusionWords.ended(displayPath(pattern)),
  ): Promise<void> {
    await act(() => client.call('exclusions.remove', { ids: [id] }), {
      done: () => text,
      failed: (error) => exclusionWords.failed(messageOf(error)),
    });
    exclusions.reload();
  }

  if (costs.value === null) {
    if (costs.state === 'error') return <ErrorState error={costs.error} onRetry={costs.reload} />;
    return <Skeleton lines={5} />;
  }
  const { scans, from } = costs.value;
  return (
    <>
      {from === null || scans === 0 ? (
        <EmptyState icon={Timer} title={words.empty} text={words.emptyText} />
      ) : (
        <>
          <div className={styles['pair']}>
            <CostList
              question={words.folders}
              rows={folderRows(costs.value, inForce, platform)}
              onLeaveOut={(row) => void leaveOut(row)}
            />
            <CostList
              question={words.types}
              rows={typeRows(costs.value, inForce)}
              onLeaveOut={(row) => void leaveOut(row)}
            />
          </div>
          <p className={styles['basis']}>{words.basis(scans, formatClock(from))}</p>
        </>
      )}
      {exclusions.state === 'error' && exclusions.value === null ? (
        <ErrorState error={exclusions.error} onRetry={exclusions.reload} />
      ) : (
        <ExclusionList exclusions={inForce} onEnd={(exclusion) => void end(exclusion)} />
      )}
    </>
  );
}
