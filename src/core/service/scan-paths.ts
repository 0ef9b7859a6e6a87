// Many files through the line for one who waits: what is known at once, the rest a window at a time, so that no request fills the queue.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ScanRequest } from '../../shared/scan.ts';
import type { ScanOutcome } from '../pipeline.ts';
import { scanWhenRoom, type ScanLine } from '../scan-job.ts';
import { nullAtAbort } from '../unless-aborted.ts';

export interface ScanPathsOptions {
  readonly pipeline: Pick<ScanLine, 'scan' | 'recall'>;
  /** Each path once. */
  readonly requests: readonly ScanRequest[];
  /** Once for every outcome, as they come; also of what ends after the abort, because a finding is one whoever waits. */
  readonly onOutcome: (outcome: ScanOutcome) => void;
  /** Nobody waits any more: what no worker has yet is not scanned. */
  readonly signal: AbortSignal;
  /** Awaited before each slice: whoever takes the outcomes may need time. */
  readonly breathe?: () => Promise<void> | undefined;
  /** Handed in at a time, in the queue or with a worker. */
  readonly maxUnderWay: number;
}

export interface PathScans {
  /** Every request has its outcome, or the signal has come. */
  readonly answered: Promise<unknown>;
  /** No worker has anything of it. */
  readonly over: Promise<void>;
}

/** Looked up together: one question to the database costs as much as many. */
const sliceSize = 256;

export function scanPaths({
  pipeline,
  requests,
  onOutcome,
  signal,
  breathe,
  maxUnderWay,
}: ScanPathsOptions): PathScans {
  const job = { underWay: 0, wake: ignore };

  async function scan(request: ScanRequest): Promise<void> {
    const outcome = signal.aborted ? null : await scanWhenRoom(pipeline, request, signal);
    job.underWay -= 1;
    if (outcome !== null) onOutcome(outcome);
    job.wake();
  }

  async function untilBelow(bound: number): Promise<void> {
    while (job.underWay >= bound) {
      const changed = Promise.withResolvers<void>();
      job.wake = changed.resolve;
      await changed.promise;
    }
  }

  async function scanAll(): Promise<void> {
    for (let start = 0; start < requests.length; start += sliceSize) {
      await nextTurn();
      await breathe?.();
      if (signal.aborted) break;
      const slice = requests.slice(start, start + sliceSize);
      const known = pipeline.recall(slice);
      for (const outcome of known) if (outcome !== null) onOutcome(outcome);
      for (const [index, request] of slice.entries()) {
        if ((known[index] ?? null) !== null) continue;
        await untilBelow(maxUnderWay);
        job.underWay += 1;
        void scan(request);
      }
    }
    await untilBelow(1);
  }

  const over = scanAll();
  return { over, answered: nullAtAbort(over, signal) };
}

function ignore(): void {
  // Nobody waits.
}
