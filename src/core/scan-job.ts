// A walk that yields many requests: pulled lazily, so that neither the queue nor memory grows with the tree.
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Origin, Priority, ScanRequest } from '../shared/scan.ts';
import type { WalkEntry } from './intake/walk.ts';
import type { Pipeline, ScanOutcome } from './pipeline.ts';

/** The pipeline as whoever may give up uses it. */
export interface ScanLine extends Pick<Pipeline, 'recall' | 'judged'> {
  scan(request: ScanRequest, signal: AbortSignal): Promise<ScanOutcome | null> | null;
}

export interface ScanJobOptions {
  readonly pipeline: ScanLine;
  /** Groups of entries, as they come; each may be a walk of any length. */
  readonly entries: Iterable<Iterable<WalkEntry>> | AsyncIterable<Iterable<WalkEntry>>;
  /** Called once for every file, in the order they finish; never after the job has ended. */
  readonly onOutcome: (outcome: ScanOutcome) => void;
  readonly signal: AbortSignal;
  /** Awaited before each batch: whoever takes the outcomes may need time for those that are there. */
  readonly beforeEach?: () => Promise<void> | undefined;
  readonly priority?: Priority;
  readonly origin?: Origin;
}

/** Requests on their way at a time: enough to keep every worker's window full. */
const maxUnderWay = 512;
/** Entries looked up together: one question to the database costs as much as many. */
const batchSize = 256;
/** Pause before a request is offered again to a full queue. */
const fullQueueMs = 50;
/** After an abort, what the workers have may still finish for this long. */
const graceMs = 2000;

/**
 * Resolves when every entry has its outcome; after an abort, when what the workers had is done or given up.
 * @throws what `entries` throws, once the files before it have their outcome.
 */
export async function runScanJob({
  pipeline,
  entries,
  onOutcome,
  signal,
  beforeEach,
  priority = 'normal',
  origin = 'manual',
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

  async function scan(request: ScanRequest): Promise<void> {
    job.underWay += 1;
    const outcome = await scanWhenRoom(pipeline, request, signal);
    job.underWay -= 1;
    if (!ended && outcome !== null) onOutcome(outcome);
    wake();
  }

  function offer(batch: readonly WalkEntry[]): void {
    const requests: ScanRequest[] = [];
    for (const entry of batch) {
      const request = { path: entry.path, priority, origin };
      if (entry.kind === 'file') {
        requests.push(request);
      } else {
        onOutcome(pipeline.judged(request, entry.judgement, entry.sizeBytes));
      }
    }
    const known = pipeline.recall(requests);
    for (const [index, request] of requests.entries()) {
      const outcome = known[index] ?? null;
      if (outcome === null) void scan(request);
      else onOutcome(outcome);
    }
  }

  async function offerAll(): Promise<void> {
    for await (const group of entries) {
      for (const batch of batchesOf(group)) {
        while (job.underWay > maxUnderWay - batchSize && !signal.aborted) await nextChange();
        await nextTurn();
        const pause = beforeEach?.();
        if (pause !== undefined) await pause;
        if (signal.aborted) return;
        offer(batch);
      }
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

/** Others may have filled the queue: then the request waits here. null: the signal came before a worker had the file. */
export async function scanWhenRoom(
  pipeline: Pick<ScanLine, 'scan'>,
  request: ScanRequest,
  signal: AbortSignal,
): Promise<ScanOutcome | null> {
  for (;;) {
    const outcome = pipeline.scan(request, signal);
    if (outcome !== null) return outcome;
    await delay(fullQueueMs);
    if (signal.aborted) return null;
  }
}

/** What was there before an error comes before the error. */
function* batchesOf(entries: Iterable<WalkEntry>): Generator<readonly WalkEntry[]> {
  let batch: WalkEntry[] = [];
  try {
    for (const entry of entries) {
      batch.push(entry);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    if (batch.length > 0) yield batch;
    throw error;
  }
  if (batch.length > 0) yield batch;
}

function ignore(): void {
  // Nobody waits.
}
