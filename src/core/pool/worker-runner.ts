// One worker's life: starting, running, draining, stopped. A planned stop is never a crash; a silent worker is ended.
import { assertNever } from '../../shared/verdict.ts';
import { readWorkerMessage } from './worker-message.ts';
import type {
  AssignedFile,
  FileResult,
  FileToScan,
  StartWorkerProcess,
  VerdictScope,
  WorkerIntroduction,
  WorkerProcess,
} from './worker-protocol.ts';

/** `stopped`: it was ended or ended itself; nothing more is given to it. */
export type WorkerState = 'starting' | 'running' | 'draining' | 'stopped';

/** Why a worker is gone. `stopped` was asked for; after the others its unfinished files are suspects. */
export type WorkerEnd =
  | 'stopped'
  /** It said itself why it cannot work: another one could not either. */
  | 'start_refused'
  | 'start_failed'
  | 'crashed'
  | 'hung'
  | 'over_memory';

export interface WorkerRunnerOptions {
  readonly startProcess: StartWorkerProcess;
  readonly settings: unknown;
  /** A worker that says nothing for this long while it has work is taken to hang. */
  readonly silenceLimitMs: number;
  /** Engines may have to compile for a while. */
  readonly startLimitMs: number;
  /** Over this it is replaced once its files are done; over 1.5 times this at once. */
  readonly memoryLimitBytes: number;
  readonly listener: WorkerRunnerListener;
}

export interface WorkerRunnerListener {
  ready(runner: WorkerRunner, introduction: WorkerIntroduction): void;
  finished(runner: WorkerRunner, file: FileToScan, result: FileResult): void;
  /** It should be replaced, but may finish what it has. */
  worn(runner: WorkerRunner, memoryBytes: number): void;
  engineBusy(runner: WorkerRunner): void;
  ended(runner: WorkerRunner, end: WorkerEnd, cause: string, unfinished: readonly FileToScan[]): void;
}

const checkEveryMs = 500;

export class WorkerRunner implements AsyncDisposable {
  readonly #options: WorkerRunnerOptions;
  readonly #process: WorkerProcess;
  readonly #assigned = new Map<number, FileToScan>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #watch: NodeJS.Timeout;
  #state: WorkerState = 'starting';
  #end: WorkerEnd | null = null;
  #nextId = 1;
  #readyAtMs: number | null = null;
  #busyFromMs: number | null = null;
  #busyBeforeMs = 0;
  #lastHeardMs = performance.now();
  #engineBusyCount = 0;
  /** Since when a draining worker has had nothing to do. */
  #idleSinceMs: number | null = null;
  #worn = false;
  #checkedMs = performance.now();
  /** Told instead of how the process ended, where that says less. */
  #cause: string | null = null;

  constructor(options: WorkerRunnerOptions) {
    this.#options = options;
    this.#process = options.startProcess();
    this.#process.onMessage((message) => this.#hear(message));
    this.#process.onExit((cause) => this.#finish(cause));
    this.#process.send({ kind: 'start', settings: options.settings });
    this.#watch = setInterval(() => this.#checkSilence(), checkEveryMs);
  }

  get state(): WorkerState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get assignedCount(): number {
    return this.#assigned.size;
  }

  /** Time since it was ready; of no use once it is gone. */
  get readyMs(): number {
    return this.#readyAtMs === null ? 0 : performance.now() - this.#readyAtMs;
  }

  /** Part of that in which it had at least one file. */
  get busyMs(): number {
    return this.#busyBeforeMs + (this.#busyFromMs === null ? 0 : performance.now() - this.#busyFromMs);
  }

  assign(files: readonly FileToScan[], scope: VerdictScope): void {
    if (this.#assigned.size === 0) {
      this.#lastHeardMs = performance.now();
      this.#busyFromMs = this.#lastHeardMs;
    }
    const batch: AssignedFile[] = files.map((file) => ({ ...file, id: this.#nextId++ }));
    for (const [index, { id }] of batch.entries()) {
      const file = files[index];
      if (file !== undefined) this.#assigned.set(id, file);
    }
    this.#process.send({ kind: 'scan', scope, files: batch });
  }

  /** Lets it finish what it was given, then ends it. Resolves when the process is gone. */
  async drain(): Promise<void> {
    if (this.#state === 'starting') this.#kill('stopped');
    if (this.#state === 'running') {
      this.#state = 'draining';
      this.#process.send({ kind: 'drain' });
    }
    await this.#gone.promise;
  }

  /** Ends it at once. Resolves when the process is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'stopped') this.#kill('stopped');
    await this.#gone.promise;
  }

  #hear(received: unknown): void {
    if (this.#end !== null) return;
    const message = readWorkerMessage(received);
    if (message === null) {
      // A worker that talks nonsense has lost its mind: nothing more of it is believed.
      this.#cause = 'it sent what is no message';
      this.#kill(this.#state === 'starting' ? 'start_failed' : 'crashed');
      return;
    }
    this.#lastHeardMs = performance.now();
    switch (message.kind) {
      case 'ready':
        if (this.#state === 'starting') this.#state = 'running';
        this.#readyAtMs ??= performance.now();
        this.#options.listener.ready(this, message.introduction);
        break;
      case 'start_failed':
        this.#cause = message.message;
        this.#kill('start_refused');
        break;
      case 'results':
        for (const { id, result } of message.results) {
          const file = this.#assigned.get(id);
          if (file === undefined) {
            this.#kill('crashed');
            return;
          }
          this.#assigned.delete(id);
          if (this.#assigned.size === 0) this.#rest();
          this.#options.listener.finished(this, file, result);
        }
        break;
      case 'alive':
        this.#weigh(message.memoryBytes);
        if (message.engineBusyCount > this.#engineBusyCount) this.#options.listener.engineBusy(this);
        this.#engineBusyCount = message.engineBusyCount;
        break;
      default:
        assertNever(message);
    }
  }

  #weigh(memoryBytes: number): void {
    if (memoryBytes > this.#options.memoryLimitBytes * 1.5) {
      this.#kill('over_memory');
    } else if (memoryBytes > this.#options.memoryLimitBytes && !this.#worn) {
      this.#worn = true;
      this.#options.listener.worn(this, memoryBytes);
    }
  }

  #checkSilence(): void {
    const nowMs = performance.now();
    // When this check itself comes late it was we who did not listen, not the worker who was silent.
    if (nowMs - this.#checkedMs > checkEveryMs * 4) this.#lastHeardMs = nowMs;
    this.#checkedMs = nowMs;
    const silentMs = nowMs - this.#lastHeardMs;
    if (this.#state === 'starting') {
      if (silentMs > this.#options.startLimitMs) this.#kill('start_failed');
    } else if (this.#assigned.size > 0 && silentMs > this.#options.silenceLimitMs) {
      this.#kill('hung');
    } else if (this.#state === 'draining' && this.#assigned.size === 0) {
      // It has nothing left to do but end; one that does not is helped.
      this.#idleSinceMs ??= performance.now();
      if (performance.now() - this.#idleSinceMs > this.#options.silenceLimitMs) this.#kill('stopped');
    }
  }

  #kill(end: WorkerEnd): void {
    this.#end ??= end;
    // It may take a while to die: a file given to it now would be blamed for its death.
    this.#state = 'stopped';
    this.#process.kill();
  }

  #rest(): void {
    this.#busyBeforeMs = this.busyMs;
    this.#busyFromMs = null;
  }

  #finish(cause: string): void {
    clearInterval(this.#watch);
    const planned = this.#state === 'draining' && this.#assigned.size === 0;
    const unplanned = this.#state === 'starting' ? 'start_failed' : 'crashed';
    const end = this.#end ?? (planned ? 'stopped' : unplanned);
    this.#state = 'stopped';
    const unfinished = [...this.#assigned.values()];
    this.#assigned.clear();
    this.#options.listener.ended(this, end, this.#cause ?? cause, unfinished);
    this.#gone.resolve();
  }
}
