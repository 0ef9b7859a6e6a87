// How a scan job's files get their verdicts: the walk of its roots through the line, answered like everything else that is found.
import { countFiles } from '../intake/count-files.ts';
import { walk, type WalkOptions } from '../intake/walk.ts';
import type { RunJob } from '../jobs/job-ports.ts';
import { runScanJob } from '../scan-job.ts';
import type { Pipeline, ScanOutcome } from '../pipeline.ts';

export interface JobRunnerOptions {
  readonly pipeline: Pick<Pipeline, 'scan' | 'recall' | 'judged'>;
  readonly walkOptions: (roots: readonly string[]) => WalkOptions | Promise<WalkOptions>;
  /** Awaited before each batch of files; undefined when there is no need. */
  readonly breathe: () => Promise<void> | undefined;
  /** Hears of every outcome of a job. */
  readonly account: (outcome: ScanOutcome, jobId: number) => void;
  /** Resolves when what was found so far has been dealt with: a scan that is over has told all of it. */
  readonly settled: () => Promise<void>;
}

export function jobRunner({ pipeline, walkOptions, breathe, account, settled }: JobRunnerOptions): RunJob {
  return async ({ kind, roots, scheduled, jobId, signal, gate, onFile, onTotal }) => {
    // What a person named is looked through wherever it leads; a full scan names every local file system by itself.
    const crossDevices = kind !== 'full' || process.platform !== 'linux';
    const options = { ...(await walkOptions(roots)), crossDevices };
    const counting = new AbortController();
    using _counted = new DisposableStack();
    _counted.defer(() => counting.abort());
    void tellTotal();
    await runScanJob({
      pipeline,
      entries: [walk(roots, options)],
      onOutcome(outcome) {
        const { request, verdict } = outcome;
        account(outcome, jobId);
        onFile({
          path: request.path,
          kind: verdict.judgement.kind,
          sizeBytes: verdict.sizeBytes,
          cached: verdict.cachedFrom !== null,
        });
      },
      signal,
      beforeEach: () => gate() ?? breathe(),
      priority: scheduled ? 'low' : 'normal',
      origin: scheduled ? 'scheduled' : 'manual',
    });
    if (!signal.aborted) await settled();

    async function tellTotal(): Promise<void> {
      const stop = AbortSignal.any([signal, counting.signal]);
      const total = await countFiles(roots, options, stop);
      if (total !== null) onTotal(total);
    }
  };
}
