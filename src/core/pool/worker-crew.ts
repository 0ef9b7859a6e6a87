// As many workers as are wanted: starts them, replaces those that end, and changes all of them for others with new settings.
import { isDeepStrictEqual } from 'node:util';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';
import type { FileResult, FileToScan, StartWorkerProcess, WorkerIntroduction } from './worker-protocol.ts';
import { WorkerRunner, type WorkerEnd, type WorkerRunnerListener } from './worker-runner.ts';

export interface WorkerCrewOptions {
  readonly startProcess: StartWorkerProcess;
  readonly workerSettings: unknown;
  readonly workers: number;
  readonly silenceLimitMs: number;
  readonly startLimitMs: number;
  readonly memoryLimitBytes: number;
  /** Pause before the next try when a worker could not be started; it grows with each failure. */
  readonly restartDelayMs?: number;
  /** Pause after as many failures as make the pool refuse files. */
  readonly brokenDelayMs?: number;
  readonly logger: Logger;
}

export interface WorkerCrewListener {
  /** A worker can be given files, or it is worth another try. */
  able(): void;
  finished(runner: WorkerRunner, file: FileToScan, result: FileResult): void;
  ended(runner: WorkerRunner, end: WorkerEnd, cause: string, unfinished: readonly FileToScan[]): void;
  /** No worker can be had for now. */
  unable(cause: string): void;
  engineBusy(): void;
  /** A worker came up with other signatures than those before it. */
  fingerprintsDiffer(introduction: WorkerIntroduction): void;
}

/** Workers that ended while they worked, and were replaced. */
export interface WorkerLosses {
  readonly count: number;
  /** Unix milliseconds; null while there is none. */
  readonly lastAtMs: number | null;
  /** How the last one ended; empty while there is none. */
  readonly lastCause: string;
}

/** The first worker with new settings; until it is ready the others work on. */
interface Pioneer {
  readonly runner: WorkerRunner;
  readonly settings: unknown;
  readonly outcome: PromiseWithResolvers<WorkerIntroduction>;
}

const maxStartFailures = 5;
const defaultRestartDelayMs = 200;
const defaultBrokenDelayMs = 30_000;
const stopped = 'the scan was stopped';

export class WorkerCrew implements AsyncDisposable {
  readonly #options: WorkerCrewOptions;
  readonly #listener: WorkerCrewListener;
  readonly #runnerListener: WorkerRunnerListener;
  readonly #runners = new Set<WorkerRunner>();
  readonly #introduced = Promise.withResolvers<WorkerIntroduction>();
  #settings: unknown;
  #target: number;
  /** Of the signatures in force: those the first worker, or the first with new settings, came up with. */
  #agreed: WorkerIntroduction['fingerprints'] | null = null;
  readonly #odd = new WeakSet<WorkerRunner>();
  #pioneer: Pioneer | null = null;
  /** One restart after the other. */
  #restarting: Promise<unknown> = Promise.resolve();
  #startFailures = 0;
  #losses: WorkerLosses = { count: 0, lastAtMs: null, lastCause: '' };
  #restartTimer: NodeJS.Timeout | null = null;
  #closing = false;

  constructor(options: WorkerCrewOptions, listener: WorkerCrewListener) {
    this.#options = options;
    this.#listener = listener;
    this.#settings = options.workerSettings;
    this.#target = Math.max(1, options.workers);
    // Whoever calls `start` hears of it; whoever does not gets `no_worker` for each file.
    this.#introduced.promise.catch(() => {});
    this.#runnerListener = {
      ready: (runner, introduction) => this.#ready(runner, introduction),
      finished: (runner, file, result) => listener.finished(runner, file, result),
      worn: (runner, memoryBytes) => {
        const fields = { pid: runner.pid, memoryBytes };
        options.logger.info(fields, 'scan worker over its memory limit is replaced');
        void runner.drain();
        this.#fill();
      },
      engineBusy: () => listener.engineBusy(),
      ended: (runner, end, cause, unfinished) => this.#ended(runner, end, cause, unfinished),
    };
  }

  /** All there are, also those that start or finish. */
  get runners(): ReadonlySet<WorkerRunner> {
    return this.#runners;
  }

  get target(): number {
    return this.#target;
  }

  get losses(): WorkerLosses {
    return this.#losses;
  }

  start(): Promise<WorkerIntroduction> {
    this.#fill();
    return this.#introduced.promise;
  }

  setTarget(workers: number): void {
    this.#target = Math.max(1, workers);
    for (const runner of [...this.#serving()].slice(this.#target)) void runner.drain();
    this.#fill();
  }

  /** One alone is tried first: settings that cannot work cost one process, and it is ready sooner than many at a time. */
  async restart(settings: unknown): Promise<WorkerIntroduction> {
    const restarted = this.#restarting.then(() => this.#sendPioneer(settings));
    this.#restarting = restarted.catch(() => {});
    return restarted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    this.#introduced.reject(new AppError('SHUTTING_DOWN', stopped));
    this.#pioneer?.outcome.reject(new AppError('SHUTTING_DOWN', stopped));
    this.#pioneer = null;
    this.#listener.unable(stopped);
    await Promise.all([...this.#runners].map((runner) => runner[Symbol.asyncDispose]()));
  }

  /** Those that count towards the target. */
  *#serving(): Generator<WorkerRunner> {
    for (const runner of this.#runners) {
      if (runner === this.#pioneer?.runner) continue;
      if (runner.state === 'starting' || runner.state === 'running') yield runner;
    }
  }

  #fill(): void {
    if (this.#closing) return;
    for (let have = [...this.#serving()].length; have < this.#target; have += 1) {
      try {
        this.#startRunner(this.#settings);
      } catch (error) {
        // The system has no room for another process.
        this.#startFailed(messageOf(error), false);
        return;
      }
    }
  }

  #startRunner(settings: unknown): WorkerRunner {
    const { startProcess, silenceLimitMs, startLimitMs, memoryLimitBytes } = this.#options;
    const listener = this.#runnerListener;
    const limits = { silenceLimitMs, startLimitMs, memoryLimitBytes };
    const runner = new WorkerRunner({ startProcess, settings, ...limits, listener });
    this.#runners.add(runner);
    return runner;
  }

  /** Whether it came up with other signatures than those in force. */
  isOdd(runner: WorkerRunner): boolean {
    return this.#odd.has(runner);
  }

  #sendPioneer(settings: unknown): Promise<WorkerIntroduction> {
    if (this.#closing) throw new AppError('SHUTTING_DOWN', stopped);
    const outcome = Promise.withResolvers<WorkerIntroduction>();
    try {
      this.#pioneer = { runner: this.#startRunner(settings), settings, outcome };
    } catch (error) {
      throw startFailure(messageOf(error));
    }
    return outcome.promise;
  }

  #ready(runner: WorkerRunner, introduction: WorkerIntroduction): void {
    this.#startFailures = 0;
    this.#introduced.resolve(introduction);
    const pioneer = this.#pioneer;
    if (runner === pioneer?.runner) {
      // From here on nothing is given to a worker with the old settings.
      this.#pioneer = null;
      this.#settings = pioneer.settings;
      for (const old of this.#runners) if (old !== runner) void old.drain();
      this.#agreed = introduction.fingerprints;
      this.#fill();
      pioneer.outcome.resolve(introduction);
    } else if (this.#agreed === null) {
      this.#agreed = introduction.fingerprints;
    } else if (!isDeepStrictEqual(introduction.fingerprints, this.#agreed)) {
      this.#odd.add(runner);
      this.#listener.fingerprintsDiffer(introduction);
    }
    this.#listener.able();
  }

  #ended(runner: WorkerRunner, end: WorkerEnd, cause: string, unfinished: readonly FileToScan[]): void {
    this.#runners.delete(runner);
    if (!this.#closing && end !== 'stopped') {
      const fields = { pid: runner.pid, end, cause, unfinished: unfinished.length };
      this.#options.logger.warn(fields, 'scan worker ended');
      this.#losses = { count: this.#losses.count + 1, lastAtMs: Date.now(), lastCause: cause };
    }
    this.#listener.ended(runner, end, cause, unfinished);
    if (this.#closing) return;
    if (runner === this.#pioneer?.runner) {
      const { outcome } = this.#pioneer;
      this.#pioneer = null;
      outcome.reject(startFailure(cause));
    } else if (end === 'start_failed' || end === 'start_refused') {
      this.#startFailed(cause, end === 'start_refused');
    } else if (end === 'crashed' && unfinished.length === 0) {
      // One that dies over nothing may do so again and again.
      this.#fillLater(this.#restartDelayMs);
    } else {
      this.#fill();
    }
  }

  #startFailed(cause: string, forGood: boolean): void {
    this.#startFailures += 1;
    const broken = forGood || this.#startFailures >= maxStartFailures;
    // Those that run go on: it is only another one that cannot be had.
    if (broken && [...this.#serving()].every((runner) => runner.state === 'starting')) {
      const sentence = forGood ? cause : `no scan worker could be started: ${cause}`;
      this.#introduced.reject(startFailure(sentence, cause));
      this.#listener.unable(sentence);
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
      this.#listener.able();
      this.#fill();
    }, delayMs);
  }
}

function startFailure(sentence: string, cause = sentence): AppError {
  return new AppError('WORKER_START_FAILED', sentence, { details: { cause } });
}
