// A walk that yields many requests: pulled lazily, so that neither the queue nor memory grows with the tree.
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { unread, type Verdict } from '../shared/verdict.ts';
import type { WalkEntry } from './intake/walk.ts';
import type { Pipeline } from './pipeline.ts';

export interface JobOutcome {
  readonly path: string;
  readonly verdict: Verdict;
}

export interface ScanJobOptions {
  readonly pipeline: Pick<Pipeline, 'scan'>;
  readonly entries: Iterable<WalkEntry> | AsyncIterable<WalkEntry>;
  /** Called once for every file, in the order they finish; never after the job has ended. */
  readonly onOutcome: (outcome: JobOutcome) => void;
  readonly signal: AbortSignal;
  /** Awaited before each request: whoever takes the outcomes may need time for those that are there. */
  readonly beforeEach?: () => Promise<void> | undefined;
}

/** Requests on their way at a time: enough to keep every worker's window full. */
const maxUnderWay = 512;
const turnEveryEntries = 256;
/** After an abort, what is under way may still finish for this long. */
const graceMs = 2000;

/**
 * Resolves when every entry has its outcome; after an abort, when what was under way is done or given up.
 * @throws what `entries` throws, once the files before it have their outcome.
 */
export async function runScanJob({
  pipeline,
  entries,
  onOutcome,
  signal,
  beforeEach,
}: ScanJobOptions): Promise<void> {
  if (signal.aborted) return;
  const job = { underWay: 0 };
  let ended = false;
  let wake: () => void = ignore;
  /** Resolves at the next outcome or at the abort. */
  function nextChange(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
    });
  }
  const aborted = Promise.withResolvers<null>();
  function onAbort(): void {
    wake();
    aborted.resolve(null);
  }
  signal.addEventListener('abort', onAbort);

  async function scan(path: string): Promise<void> {
    job.underWay += 1;
    const outcome = await pipeline.scan({ path, priority: 'normal', origin: 'manual' });
    job.underWay -= 1;
    if (outcome === null) throw new RangeError('the queue holds less than a job keeps under way');
    if (!ended) onOutcome({ path, verdict: outcome.verdict });
    wake();
  }

  async function offerAll(): Promise<void> {
    let seen = 0;
    for await (const entry of entries) {
      while (job.underWay >= maxUnderWay && !signal.aborted) await nextChange();
      seen += 1;
      if (seen % turnEveryEntries === 0) await nextTurn();
      const pause = beforeEach?.();
      if (pause !== undefined) await pause;
      if (signal.aborted) break;
      if (entry.kind === 'skipped')
        onOutcome({ path: entry.path, verdict: unread(entry.judgement, entry.sizeBytes) });
      else void scan(entry.path);
    }
  }

  try {
    // The next entry may be long in coming, from standard input for one: an abort does not wait for it.
    await Promise.race([offerAll(), aborted.promise]);
  } finally {
    while (job.underWay > 0 && !signal.aborted) await nextChange();
    signal.removeEventListener('abort', onAbort);
    const graceEnds = performance.now() + graceMs;
    while (job.underWay > 0 && performance.now() < graceEnds) await Promise.race([nextChange(), delay(50)]);
    ended = true;
  }
}

function ignore(): void {
  // Nobody waits.
}
