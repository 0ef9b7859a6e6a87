// Who gets the next file. Every file handed in is answered exactly once, whatever its workers do.
import { AppError, messageOf } from '../../shared/errors.ts';
import type { IdentifiedFile } from '../../shared/scan.ts';
import type { Logger } from '../logger.ts';
import { WorkerRunner, type WorkerEnd, type WorkerRunnerListener } from './worker-runner.ts';
import type { FileResult, StartWorkerProcess, WorkerIntroduction } from './worker-protocol.ts';

export type PoolResult =
  | FileResult
  /** Two workers in a row died or hung on this file alone. */
  | { readonly kind: 'killed_workers'; readonly how: 'crashed' | 'hung'; readonly cause: string }
  /** No worker can be had, or the pool is closing. */
  | { readonly kind: 'no_worker'; readonly cause: string };

export interface ScanPoolOptions {
  readonly startProcess: StartWorkerProcess;
  readonly workerSettings: unknown;
  readonly workers: number;
  /** Files a worker holds at a time, waiting or being scanned. */
  readonly filesPerWorker: number;
  readonly silenceLimitMs: number;
  readonly startLimitMs: number;
  readonly memoryLimitBytes: number;
  /** Pause before the next try when a worker could not be started; it grows with each failure. */
  readonly restartDelayMs?: number;
  /** Pause after as many failures as make the pool refuse files. */
  readonly brokenDelayMs?: number;
  readonly logger: Logger;
}

interface Task {
  readonly file: IdentifiedFile;
  readonly resolve: (result: PoolResult) => void;
}

const maxStartFailures = 5;
/** Fewer workers need a while to make a difference. */
const yieldCooldownMs = 10_000;
const defaultRestartDelayMs = 200;
const defaultBrokenDelayMs = 30_000;

export class ScanPool implements AsyncDisposable {
  readonly #options: ScanPoolOptions;
  readonly #listener: WorkerRunnerListener;
  readonly #runners = new Set<WorkerRunner>();
  readonly #tasks = new Map<IdentifiedFile, Task>();
  readonly #waiting: Task[] = [];
  /** Files a worker died with: each is tried once more, alone, so that only it can be to blame. */
  readonly #suspects: Task[] = [];
  /** Workers that have one suspect and get nothing else. */
  readonly #alone = new Set<WorkerRunner>();
  readonly #introduced = Promise.withResolvers<WorkerIntroduction>();
  #targetWorkers: number;
  #startFailures = 0;
  #restartTimer: NodeJS.Timeout | null = null;
  #yieldedAtMs = Number.NEGATIVE_INFINITY;
  #assigning = false;
  #closing = false;
  /** Why files are refused at once; null while workers can be had. */
  #refusing: string | null = null;

  constructor(options: ScanPoolOptions) {
    this.#options = options;
    this.#targetWorkers = options.workers;
    // Whoever calls `start` hears of it; whoever does not gets `no_worker` for each file.
    this.#introduced.promise.catch(() => {});
    this.#listener = {
      ready: (_runner, introduction) => {
        this.#startFailures = 0;
        this.#refusing = null;
        this.#introduced.resolve(introduction);
        this.#assign();
      },
      finished: (runner, file, result) => {
        this.#alone.delete(runner);
        this.#answer(file, result);
        this.#assignSoon();
      },
      worn: (runner, memoryBytes) => {
        options.logger.info(
          { pid: runner.pid, memoryBytes },
          'scan worker over its memory limit is replaced',
        );
        this.#retire(runner);
      },
      engineBusy: () => this.#yieldToEngine(),
      ended: (runner, end, cause, unfinished) => this.#ended(runner, end, cause, unfinished),
    };
  }

  /**
   * Starts the workers and waits for the first to be ready.
   * @throws AppError WORKER_START_FAILED when none can be started, SHUTTING_DOWN when the pool is closed before.
   */
  async start(): Promise<WorkerIntroduction> {
    this.#fill();
    return this.#introduced.promise;
  }

  /** Files that would be assigned at once; a caller that stops at 0 keeps its own order of priority. */
  get room(): number {
    return this.#targetWorkers * this.#options.filesPerWorker - this.#tasks.size;
  }

  get workers(): number {
    return this.#runners.size;
  }

  get targetWorkers(): number {
    return this.#targetWorkers;
  }

  get pids(): readonly number[] {
    return [...this.#runners].flatMap((runner) => runner.pid ?? []);
  }

  /** Scans one file. Never rejects: what goes wrong is part of the result. */
  scan(file: IdentifiedFile): Promise<PoolResult> {
    const { promise, resolve } = Promise.withResolvers<PoolResult>();
    if (this.#refusing !== null) {
      resolve({ kind: 'no_worker', cause: this.#refusing });
      return promise;
    }
    // A copy, so that the same file handed in twice is two tasks.
    const task: Task = { file: { ...file }, resolve };
    this.#tasks.set(task.file, task);
    this.#waiting.push(task);
    this.#assignSoon();
    return promise;
  }

  /** Changes the number of workers; those too many finish what they have before they end. */
  setTarget(workers: number): void {
    this.#targetWorkers = Math.max(1, workers);
    const surplus = [...this.#serving()].slice(this.#targetWorkers);
    for (const runner of surplus) void runner.drain();
    this.#fill();
  }

  /** Ends all workers; files not yet answered are answered `no_worker`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    const cause = 'the scan was stopped';
    this.#introduced.reject(new AppError('SHUTTING_DOWN', cause));
    this.#giveUp(cause);
    await Promise.all([...this.#runners].map((runner) => runner[Symbol.asyncDispose]()));
  }

  *#serving(): Generator<WorkerRunner> {
    for (const runner of this.#runners) {
      if (runner.state === 'starting' || runner.state === 'running') yield runner;
    }
  }

  #fill(): void {
    if (this.#closing) return;
    for (let have = [...this.#serving()].length; have < this.#targetWorkers; have += 1) {
      const { startProcess, workerSettings, silenceLimitMs, startLimitMs, memoryLimitBytes } = this.#options;
      const settings = workerSettings;
      const listener = this.#listener;
      try {
        this.#runners.add(
          new WorkerRunner({
            startProcess,
            settings,
            silenceLimitMs,
            startLimitMs,
            memoryLimitBytes,
            listener,
          }),
        );
      } catch (error) {
        // The system has no room for another process.
        this.#startFailed(messageOf(error), false);
        return;
      }
    }
  }

  #retire(runner: WorkerRunner): void {
    void runner.drain();
    this.#fill();
  }

  /** More workers only lengthen a full engine's queue: one fewer asks, and says why. */
  #yieldToEngine(): void {
    const sinceMs = performance.now() - this.#yieldedAtMs;
    if (this.#targetWorkers <= 1 || sinceMs < yieldCooldownMs) return;
    this.#yieldedAtMs = performance.now();
    this.#options.logger.warn(
      { workers: this.#targetWorkers - 1 },
      'engine is saturated, fewer workers ask it',
    );
    this.setTarget(this.#targetWorkers - 1);
  }

  /** One message for all that is handed in, and for all room that is made, during this turn. */
  #assignSoon(): void {
    if (this.#assigning) return;
    this.#assigning = true;
    setImmediate(() => {
      this.#assigning = false;
      this.#assign();
    });
  }

  #assign(): void {
    const runners = this.#byLoad();
    for (const [index, runner] of runners.entries()) {
      if (this.#suspects.length > 0) {
        if (runner.assignedCount > 0) continue;
        const suspect = this.#suspects.shift();
        if (suspect === undefined) continue;
        this.#alone.add(runner);
        runner.assign([suspect.file]);
      } else {
        const room = this.#options.filesPerWorker - runner.assignedCount;
        const share = Math.ceil(this.#waiting.length / (runners.length - index));
        const batch = this.#waiting.splice(0, Math.min(room, share));
        if (batch.length > 0) runner.assign(batch.map((task) => task.file));
      }
    }
  }

  /** Running workers that may be given something, least loaded first. */
  #byLoad(): readonly WorkerRunner[] {
    return [...this.#runners]
      .filter((runner) => runner.state === 'running' && !this.#alone.has(runner))
      .toSorted((left, right) => left.assignedCount - right.assignedCount);
  }

  #answer(file: IdentifiedFile, result: PoolResult): void {
    const task = this.#tasks.get(file);
    this.#tasks.delete(file);
    task?.resolve(result);
  }

  #ended(runner: WorkerRunner, end: WorkerEnd, cause: string, unfinished: readonly IdentifiedFile[]): void {
    const wasAlone = this.#alone.delete(runner);
    this.#runners.delete(runner);
    if (this.#closing) return;
    if (end !== 'stopped') {
      this.#options.logger.warn(
        { pid: runner.pid, end, cause, unfinished: unfinished.length },
        'scan worker ended',
      );
    }
    for (const file of unfinished) {
      const task = this.#tasks.get(file);
      if (task === undefined) continue;
      if (wasAlone) {
        const how = end === 'hung' ? 'hung' : 'crashed';
        this.#answer(file, { kind: 'killed_workers', how, cause });
      } else {
        this.#suspects.push(task);
      }
    }
    if (end === 'start_failed' || end === 'start_refused') this.#startFailed(cause, end === 'start_refused');
    // One that dies over nothing may do so again and again.
    else if (end === 'crashed' && unfinished.length === 0) this.#fillLater(this.#restartDelayMs);
    else this.#fill();
    this.#assign();
  }

  #startFailed(cause: string, forGood: boolean): void {
    this.#startFailures += 1;
    const broken = forGood || this.#startFailures >= maxStartFailures;
    // Those that run go on: it is only another one that cannot be had.
    if (broken && [...this.#serving()].every((runner) => runner.state === 'starting')) {
      const sentence = forGood ? cause : `no scan worker could be started: ${cause}`;
      this.#introduced.reject(new AppError('WORKER_START_FAILED', sentence, { details: { cause } }));
      this.#giveUp(sentence);
    }
    const { brokenDelayMs = defaultBrokenDelayMs } = this.#options;
    this.#fillLater(broken ? brokenDelayMs : this.#restartDelayMs * this.#startFailures);
  }

  get #restartDelayMs(): number {
    return this.#options.restartDelayMs ?? defaultRestartDelayMs;
  }

  #fillLater(delayMs: number): void {
    this.#restartTimer ??= setTimeout(() => {
      this.#restartTimer = null;
      this.#refusing = null;
      this.#fill();
    }, delayMs);
  }

  #giveUp(cause: string): void {
    this.#refusing = cause;
    this.#waiting.length = 0;
    this.#suspects.length = 0;
    for (const file of this.#tasks.keys()) this.#answer(file, { kind: 'no_worker', cause });
  }
}
