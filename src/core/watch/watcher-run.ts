// One watch worker's life: starting, watching, ended. A silent worker is killed, and its end is told exactly once.
import { assertNever } from '../../shared/verdict.ts';
import type { WorkerProcess } from '../processes/worker-process.ts';
import { orLate } from '../or-late.ts';
import { readWatcherMessage } from './watch-message.ts';
import type {
  MessageFromWatcher,
  MessageToWatcher,
  OfferedFile,
  RootHealth,
  StartWatcherProcess,
  WatchSettings,
} from './watch-protocol.ts';

export interface WatcherRunListener {
  files(files: readonly OfferedFile[]): void;
  roots(roots: readonly RootHealth[]): void;
  doubt(root: string | null, cause: string): void;
  alive(message: Extract<MessageFromWatcher, { readonly kind: 'alive' }>): void;
  /** Once: every root has been looked at, and events flow. */
  watching(): void;
  /** Once, unless it was stopped; nothing is told after it. */
  ended(cause: string): void;
}

export interface WatcherRunOptions {
  readonly startProcess: StartWatcherProcess;
  readonly settings: WatchSettings;
  readonly listener: WatcherRunListener;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
}

const checkEveryMs = 500;
const silenceLimitMs = 10_000;
/** Until it watches, or this time is over: a large tree may take a while, and ending it would begin it all again. */
const startLimitMs = 60_000;
const stopLimitMs = 3000;
/** A process that waits in the kernel for a device does not die of SIGKILL before the device answers. */
const dyingLimitMs = 5000;

export class WatcherRun implements AsyncDisposable {
  /** Settles when the process is gone, which may be long after its end was told. */
  readonly gone: Promise<void>;
  readonly #process: WorkerProcess<MessageToWatcher>;
  readonly #listener: WatcherRunListener;
  readonly #now: () => number;
  readonly #startedAtMs: number;
  readonly #watch: NodeJS.Timeout;
  #settings: WatchSettings;
  #watching = false;
  /** Nothing of what it says counts any more. */
  #over = false;
  #isGone = false;
  #killCause: string | null = null;
  #dying: NodeJS.Timeout | null = null;
  #lastHeardMs: number;
  #checkedMs: number;

  /** @throws what `startProcess` throws. */
  constructor(options: WatcherRunOptions) {
    this.#listener = options.listener;
    this.#now = options.now;
    this.#settings = options.settings;
    this.#startedAtMs = this.#now();
    this.#lastHeardMs = this.#startedAtMs;
    this.#checkedMs = this.#startedAtMs;
    this.#process = options.startProcess();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    this.#process.onMessage((message) => this.#hear(message));
    this.#process.onExit((cause) => {
      this.#isGone = true;
      this.#end(this.#killCause ?? cause);
      resolve();
    });
    this.#watch = setInterval(() => this.#checkSilence(), checkEveryMs);
    this.configure(options.settings);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  configure(settings: WatchSettings): void {
    this.#settings = settings;
    this.#process.send({ kind: 'watch', settings });
  }

  /** For fault tests. */
  block(milliseconds: number): void {
    this.#process.send({ kind: 'block', milliseconds });
  }

  /** Asks it to end, then ends it. Resolves when it is gone, or after eight seconds all the same. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    this.#endTimers();
    if (this.#isGone) return;
    this.#process.send({ kind: 'stop' });
    if (await settlesWithin(this.gone, stopLimitMs)) return;
    this.#process.kill();
    await settlesWithin(this.gone, dyingLimitMs);
  }

  #hear(received: unknown): void {
    if (this.#over || this.#killCause !== null) return;
    const message = readWatcherMessage(received);
    if (message === null) {
      // A worker that talks nonsense has lost its mind: nothing more of it is believed.
      this.#kill('it sent what is no message');
      return;
    }
    this.#lastHeardMs = this.#now();
    switch (message.kind) {
      case 'files':
        this.#listener.files(message.files);
        break;
      case 'roots':
        this.#listener.roots(message.roots);
        if (!this.#watching && this.#areSettled(message.roots)) {
          this.#watching = true;
          this.#listener.watching();
        }
        break;
      case 'doubt':
        this.#listener.doubt(message.root, message.cause);
        break;
      case 'alive':
        this.#listener.alive(message);
        break;
      default:
        assertNever(message);
    }
  }

  /** Whether no root is still being started; one that is degraded or gone may stay so. */
  #areSettled(roots: readonly RootHealth[]): boolean {
    const states = new Map(roots.map(({ path, state }) => [path, state]));
    return this.#settings.roots.every(({ path }) => (states.get(path) ?? 'starting') !== 'starting');
  }

  #checkSilence(): void {
    const nowMs = this.#now();
    // When this check itself comes late it was we who did not listen, not the worker who was silent.
    if (nowMs - this.#checkedMs > checkEveryMs * 4) this.#lastHeardMs = nowMs;
    this.#checkedMs = nowMs;
    const isStarting = !this.#watching && nowMs - this.#startedAtMs < startLimitMs;
    const limitMs = isStarting ? startLimitMs : silenceLimitMs;
    const silentMs = nowMs - this.#lastHeardMs;
    if (silentMs > limitMs) this.#kill(`it said nothing for ${Math.round(silentMs / 1000)} s`);
  }

  #kill(cause: string): void {
    if (this.#killCause !== null) return;
    this.#killCause = cause;
    clearInterval(this.#watch);
    this.#process.kill();
    this.#dying = setTimeout(() => this.#end(`${cause}, and it cannot be ended`), dyingLimitMs);
  }

  #end(cause: string): void {
    this.#endTimers();
    if (this.#over) return;
    this.#over = true;
    this.#listener.ended(cause);
  }

  #endTimers(): void {
    clearInterval(this.#watch);
    if (this.#dying !== null) clearTimeout(this.#dying);
  }
}

async function settlesWithin(promise: Promise<void>, limitMs: number): Promise<boolean> {
  return await orLate(
    promise.then(() => true),
    limitMs,
    () => false,
  );
}
