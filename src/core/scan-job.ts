// A walk that yields many requests: pulled lazily, so that neither the queue nor memory grows with the tree.
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Verdict } from '../shared/verdict.ts';
import type { WalkEntry } from './intake/walk.ts';
import type { Pipeline } from './pipeline.ts';

export interface JobOutcome {
  readonly path: string;
  readonly verdict: Verdict;
}

export interface ScanJobOptions {
  readonly pipeline: Pick<Pipeline, 'scan'>;
  readonly entries: Iterable<WalkEntry> | AsyncIterable<WalkEntry>;
  /** Called once for every file, in the order they finish. */
  readonly onOutcome: (outcome: JobOutcome) => void;
  readonly signal: AbortSignal;
}

/** Requests on their way at a time: enough to keep every worker's window full. */
const maxUnderWay = 512;
const turnEveryEntries = 256;
/** After an abort, what is under way may still finish for this long. */
const graceMs = 2000;

/** Resolves when every entry has its outcome; after an abort, when what was under way is done or given up. */
export async function runScanJob({ pipeline, entries, onOutcome, signal }: ScanJobOptions): Promise<void> {
  let underWay = 0;
  let wake: () => void = ignore;
  /** Resolves at the next outcome or at the abort. */
  function nextChange(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
    });
  }
  function onAbort(): void {
    wake();
  }
  signal.addEventListener('abort', onAbort);

  async function scan(path: string): Promise<void> {
    underWay += 1;
    const outcome = await pipeline.scan({ path, priority: 'normal', origin: 'manual' });
    underWay -= 1;
    if (outcome === null) throw new RangeError('the queue holds less than a job keeps under way');
    onOutcome({ path, verdict: outcome.verdict });
    wake();
  }

  let seen = 0;
  for await (const entry of entries) {
    while (underWay >= maxUnderWay && !signal.aborted) await nextChange();
    if (signal.aborted) break;
    seen += 1;
    if (seen % turnEveryEntries === 0) await nextTurn();
    if (entry.kind === 'skipped') onOutcome({ path: entry.path, verdict: unread(entry) });
    else void scan(entry.path);
  }

  while (underWay > 0 && !signal.aborted) await nextChange();
  signal.removeEventListener('abort', onAbort);
  const graceEnds = performance.now() + graceMs;
  while (underWay > 0 && performance.now() < graceEnds) await Promise.race([nextChange(), delay(50)]);
}

function unread({ judgement, sizeBytes }: Extract<WalkEntry, { kind: 'skipped' }>): Verdict {
  return { judgement, engines: [], sha256: null, sizeBytes, durationMs: 0, cachedFrom: null };
}

function ignore(): void {
  // Nobody waits.
}
