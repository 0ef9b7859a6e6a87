// Who gets the next file. Every file handed in is answered exactly once, whatever its workers do.
import type { PoolResult } from './pool-result.ts';
import { TaskList } from './task-list.ts';
import { WorkTime } from './work-time.ts';
import { WorkerCrew, type WorkerCrewOptions, type WorkerLosses } from './worker-crew.ts';
import type { FileToScan, VerdictScope, WorkerIntroduction } from './worker-protocol.ts';
import type { WorkerEnd, WorkerRunner } from './worker-runner.ts';

export type { PoolResult } from './pool-result.ts';

export interface ScanPoolOptions extends WorkerCrewOptions {
  /** Asked at each assignment: within what a worker may answer from memory. */
  readonly verdictScope: () => VerdictScope;
  /** Files a worker holds at a time, waiting or being scanned. */
  readonly filesPerWorker: number;
  /** Files of these that a worker scans at a time; the others it has not begun. */
  readonly filesAtOnce: number;
  /** A worker that was started later came up with other signatures: they changed on disk. It is given files all the same. */
  readonly onFingerprintsDiffer?: (introduction: WorkerIntroduction) => void;
}

export class ScanPool implements AsyncDisposable {
  readonly #options: ScanPoolOptions;
  readonly #crew: WorkerCrew;
  readonly #tasks = new TaskList();
  readonly #workTime = new WorkTime();
  /** Workers that have one suspect and get nothing else. */
  readonly #alone = new Set<WorkerRunner>();
  readonly #busyListeners = new Set<() => void>();
  #engineBusyAtMs: number | null = null;
  #assigning = false;
  /** Why files are refused at once; null while workers can be had. */
  #refusing: string | null = null;

  constructor(options: ScanPoolOptions) {
    this.#options = options;
    this.#crew = new WorkerCrew(options, {
      able: () => {
        this.#refusing = null;
        this.#assign();
      },
      unable: (cause) => {
        this.#refusing = cause;
        this.#tasks.answerAll({ kind: 'no_worker', cause });
      },
      finished: (runner, file, result) => {
        this.#alone.delete(runner);
        const isOfOthers = result.kind === 'verdict' && this.#crew.isOdd(runner);
        this.#tasks.answer(file, isOfOthers ? { ...result, isOfOthers } : result);
        this.#assignSoon();
      },
      ended: (runner, end, cause, unfinished) => this.#ended(runner, end, cause, unfinished),
      engineBusy: () => {
        this.#engineBusyAtMs = performance.now();
        for (const listener of this.#busyListeners) listener();
      },
      fingerprintsDiffer: (introduction) => options.onFingerprintsDiffer?.(introduction),
    });
  }

  /**
   * Starts the workers and waits for the first to be ready.
   * @throws AppError WORKER_START_FAILED when none can be started, SHUTTING_DOWN when the pool is closed before.
   */
  async start(): Promise<WorkerIntroduction> {
    return this.#crew.start();
  }

  /** Files that would be assigned at once; a caller that stops at 0 keeps its own order of priority. */
  get room(): number {
    return this.#crew.target * this.#options.filesPerWorker - this.#tasks.size;
  }

  /** Files handed in that no worker can have begun. */
  get backlog(): number {
    let begun = 0;
    for (const { assignedCount } of this.#crew.runners) {
      begun += Math.min(assignedCount, this.#options.filesAtOnce);
    }
    return this.#tasks.size - begun;
  }

  /** Worker processes there are, also those that start or finish. */
  get workers(): number {
    return this.#crew.runners.size;
  }

  /** Workers that have a file. */
  get activeWorkers(): number {
    return [...this.#crew.runners].filter(({ assignedCount }) => assignedCount > 0).length;
  }

  get losses(): WorkerLosses {
    return this.#crew.losses;
  }

  get targetWorkers(): number {
    return this.#crew.target;
  }

  get pids(): readonly number[] {
    return [...this.#crew.runners].flatMap((runner) => runner.pid ?? []);
  }

  /** When a worker last found the engine full, by `performance.now()`; null for never. */
  get engineBusyAtMs(): number | null {
    return this.#engineBusyAtMs;
  }

  /** Calls `listener` whenever a worker found the engine full; returns a function that ends that. */
  onEngineBusy(listener: () => void): () => void {
    this.#busyListeners.add(listener);
    return () => this.#busyListeners.delete(listener);
  }

  /** Share, from 0 to 1, of the time of all ready workers in which they had at least one file, since the last call. */
  utilization(): number {
    return this.#workTime.share(this.#crew.runners);
  }

  /** Scans one file. Never rejects: what goes wrong is part of the result. */
  async scan(file: FileToScan): Promise<PoolResult> {
    if (this.#refusing !== null) return { kind: 'no_worker', cause: this.#refusing };
    const answer = this.#tasks.add(file);
    this.#assignSoon();
    return answer;
  }

  /** Changes the number of workers, at least one; those too many finish what they have before they end. */
  setTarget(workers: number): void {
    this.#crew.setTarget(workers);
  }

  /**
   * Puts workers with other settings in the place of those there are. Once the first of the new ones is ready the old ones
   * finish what they have and get nothing more; until then, and when it does not get ready, they go on as before.
   * @throws AppError WORKER_START_FAILED or SHUTTING_DOWN
   */
  async restart(workerSettings: unknown): Promise<WorkerIntroduction> {
    return this.#crew.restart(workerSettings);
  }

  /** Ends all workers; files not yet answered are answered `no_worker`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#crew[Symbol.asyncDispose]();
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
      if (this.#tasks.suspects > 0) {
        if (runner.assignedCount > 0) continue;
        const suspect = this.#tasks.takeSuspect();
        if (suspect === undefined) continue;
        this.#alone.add(runner);
        runner.assign([suspect], this.#options.verdictScope());
      } else {
        const room = this.#options.filesPerWorker - runner.assignedCount;
        const share = Math.ceil(this.#tasks.waiting / (runners.length - index));
        const batch = this.#tasks.take(Math.min(room, share));
        if (batch.length > 0) runner.assign(batch, this.#options.verdictScope());
      }
    }
  }

  /** Running workers that may be given something, least loaded first; one that is full has no share. */
  #byLoad(): readonly WorkerRunner[] {
    const { filesPerWorker } = this.#options;
    return [...this.#crew.runners]
      .filter((runner) => runner.state === 'running' && !this.#alone.has(runner))
      .filter((runner) => runner.assignedCount < filesPerWorker)
      .toSorted((left, right) => left.assignedCount - right.assignedCount);
  }

  #ended(runner: WorkerRunner, end: WorkerEnd, cause: string, unfinished: readonly FileToScan[]): void {
    const wasAlone = this.#alone.delete(runner);
    this.#workTime.keep(runner);
    for (const file of unfinished) {
      if (wasAlone) {
        this.#tasks.answer(file, {
          kind: 'killed_workers',
          how: end === 'hung' ? 'hung' : 'crashed',
          cause,
        });
      } else {
        this.#tasks.suspect(file);
      }
    }
    this.#assign();
  }
}
