// Files that the watcher offers, on their way to a verdict: at once, in batches, and none of them without an account.
import type { Origin, Priority, ScanRequest } from '../../shared/scan.ts';
import type { Pipeline, ScanOutcome } from '../pipeline.ts';
import type { OfferedFile } from '../watch/watch-protocol.ts';
import type { AccountedFiles } from './accounted-files.ts';
import { maySoonBeOther } from './reason-outlook.ts';
import { RetryList } from './retry-list.ts';

/** What came of one file, however it came here. */
export type Account = (outcome: ScanOutcome, latencyMs: number | null) => void;

export interface RealtimeOptions {
  readonly pipeline: Pick<Pipeline, 'scan' | 'recall'>;
  readonly accounted: AccountedFiles;
  readonly generation: () => string;
  /** Whether the root that the file was seen in is a removable volume. */
  readonly isRemovable: (root: string) => boolean;
  readonly priorityOf: (path: string) => Priority;
  /** Hears of every outcome, once. */
  readonly account: Account;
  /** A sweep has to find these again: the queue was full, or nobody was to look, or it kept failing. */
  readonly wantSweep: (cause: string) => void;
  readonly now?: () => number;
  readonly retryDelaysMs?: readonly number[];
}

const batchSize = 256;

export class Realtime implements Disposable {
  readonly #options: RealtimeOptions;
  readonly #retries: RetryList;
  readonly #now: () => number;
  #paused = false;
  #putOff = 0;
  #passedOver = 0;
  #underWay = 0;

  constructor(options: RealtimeOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#retries = new RetryList({
      retry: (paths) => this.#look(paths.map((path) => ({ path, origin: 'realtime', eventAtMs: null }))),
      onGivenUp: () => options.wantSweep('some files could not be scanned when they changed'),
      ...(options.retryDelaysMs === undefined ? {} : { delaysMs: options.retryDelaysMs }),
    });
  }

  /** Files that found the queue full since the last complete sweep. */
  get putOff(): number {
    return this.#putOff;
  }

  /** Files that changed while protection was paused. */
  get passedOver(): number {
    return this.#passedOver;
  }

  /** Files that wait for their verdict. */
  get underWay(): number {
    return this.#underWay;
  }

  offer(files: readonly OfferedFile[]): void {
    if (this.#paused) {
      this.#passedOver += files.length;
      return;
    }
    this.#look(
      files.map(({ path, root, eventAtMs }) => ({
        path,
        origin: this.#options.isRemovable(root) ? 'removable' : 'realtime',
        eventAtMs,
      })),
    );
  }

  /** It is no longer the file that was scanned. */
  rescan(path: string): void {
    this.#look([{ path, origin: 'rescan', eventAtMs: null }]);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** A sweep has looked at everything since. */
  sweptAll(): void {
    this.#putOff = 0;
  }

  [Symbol.dispose](): void {
    this.#paused = true;
    this.#retries[Symbol.dispose]();
  }

  #look(files: readonly { path: string; origin: Origin; eventAtMs: number | null }[]): void {
    for (let start = 0; start < files.length; start += batchSize) {
      const batch = files.slice(start, start + batchSize);
      const requests = batch.map(({ path, origin }): ScanRequest => {
        return { path, origin, priority: this.#options.priorityOf(path) };
      });
      const known = this.#options.pipeline.recall(requests);
      for (const [index, request] of requests.entries()) {
        const eventAtMs = batch[index]?.eventAtMs ?? null;
        const outcome = known[index] ?? null;
        if (outcome === null) this.#scan(request, eventAtMs);
        else this.#done(outcome, eventAtMs);
      }
    }
  }

  #scan(request: ScanRequest, eventAtMs: number | null): void {
    const scan = this.#options.pipeline.scan(request);
    if (scan === null) {
      this.#putOff += 1;
      this.#options.wantSweep('more files changed than could wait for a worker');
      return;
    }
    this.#underWay += 1;
    void this.#finish(scan, eventAtMs);
  }

  async #finish(scan: Promise<ScanOutcome>, eventAtMs: number | null): Promise<void> {
    const outcome = await scan;
    this.#underWay -= 1;
    this.#done(outcome, eventAtMs);
  }

  #done(outcome: ScanOutcome, eventAtMs: number | null): void {
    const { accounted, generation, account } = this.#options;
    if (outcome.identity !== null) accounted.add(outcome.identity);
    accounted.note(outcome, generation());
    // One that is being written to is offered again when it rests.
    if (maySoonBeOther(outcome.verdict) && !isUnstable(outcome)) this.#retries.failed(outcome.request.path);
    else this.#retries.settled(outcome.request.path);
    // A clock that was set back makes no time negative.
    account(outcome, eventAtMs === null ? null : Math.max(0, this.#now() - eventAtMs));
  }
}

function isUnstable({ verdict: { judgement } }: ScanOutcome): boolean {
  return judgement.kind === 'partial' && judgement.reason === 'unstable';
}
