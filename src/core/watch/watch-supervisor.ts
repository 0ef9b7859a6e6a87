// Keeps one watch worker alive, whatever it does; each time one was lost it says that events may have been missed.
import { messageOf } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';
import { RecentMaximum } from './recent-maximum.ts';
import { restartDelayMs } from './restart-delay.ts';
import type { OfferedFile, RootHealth, StartWatcherProcess, WatchSettings } from './watch-protocol.ts';
import { WatcherRun } from './watcher-run.ts';

export interface WatcherState {
  /** `restarting`: from the end of a worker until another one watches. `off`: it was stopped. */
  readonly state: 'starting' | 'running' | 'restarting' | 'off';
  /** Workers that were started in place of another. */
  readonly restarts: number;
  /** Longest time the worker did not turn its loop within the last minute. */
  readonly loopDelayMs: number;
  /** Files that wait to settle. */
  readonly unsettled: number;
  /** All that should be watched, in the order of the settings. */
  readonly roots: readonly RootHealth[];
}

export interface WatchSupervisorListener {
  files(files: readonly OfferedFile[]): void;
  /** Events may have been lost in this root (null: in any). */
  doubt(root: string | null, cause: string): void;
  /** Something in it changed; at most a few times a second. */
  health(health: WatcherState): void;
  /** Once an outage, when the first replacement is started: why the one before it ended. */
  restarted(cause: string): void;
}

export interface WatchSupervisorOptions {
  readonly startProcess: StartWatcherProcess;
  readonly settings: WatchSettings;
  readonly listener: WatchSupervisorListener;
  readonly logger: Logger;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
}

/** From the end of a worker until another one watches. */
interface Outage {
  cause: string;
  readonly sinceMs: number;
  tries: number;
  /** It takes so long that it is no mere restart any more. */
  isLong: boolean;
}

/** After this time of health the waits begin anew. */
const healthyMs = 60_000;
const longOutageMs = 10_000;
/** Workers that were killed and are still there: with more of them another one would only be stuck as they are. */
const maxUndead = 3;
const undeadCheckMs = 30_000;
const shownCauseLength = 300;

export class WatchSupervisor implements AsyncDisposable {
  readonly #options: WatchSupervisorOptions;
  readonly #listener: WatchSupervisorListener;
  readonly #now: () => number;
  readonly #loopDelay: RecentMaximum;
  readonly #undead = new Set<WatcherRun>();
  readonly #createdMs = Date.now();
  #settings: WatchSettings;
  #run: WatcherRun | null = null;
  #watchingSinceMs: number | null = null;
  #outage: Outage | null = null;
  #failures = 0;
  #restarts = 0;
  #unsettled = 0;
  #toldLoopDelayMs = 0;
  #reported: ReadonlyMap<string, RootHealth> = new Map();
  #startTimer: NodeJS.Timeout | null = null;
  #outageTimer: NodeJS.Timeout | null = null;
  #isOff = false;

  constructor(options: WatchSupervisorOptions) {
    this.#options = options;
    this.#listener = options.listener;
    this.#now = options.now ?? (() => performance.now());
    this.#loopDelay = new RecentMaximum(this.#now);
    this.#settings = options.settings;
    this.#start();
  }

  get health(): WatcherState {
    return {
      state: this.#state(),
      restarts: this.#restarts,
      loopDelayMs: this.#loopDelay.value,
      unsettled: this.#unsettled,
      roots: this.#settings.roots.map((root) => this.#reported.get(root.path) ?? this.#unreported(root)),
    };
  }

  /** Of the worker there is now. */
  get pid(): number | undefined {
    return this.#run?.pid;
  }

  configure(settings: WatchSettings): void {
    if (this.#isOff) return;
    this.#settings = settings;
    this.#run?.configure(settings);
    this.#tell();
  }

  /** Blocks the loop of the worker: for fault tests, and only where the worker allows it. */
  block(milliseconds: number): void {
    this.#run?.block(milliseconds);
  }

  /** Takes some seconds at most; nothing is told after the health that says `off`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOff) return;
    this.#isOff = true;
    this.#reported = new Map();
    this.#endTimers();
    this.#tell();
    await this.#run?.[Symbol.asyncDispose]();
    this.#run = null;
  }

  #state(): WatcherState['state'] {
    if (this.#isOff) return 'off';
    if (this.#outage !== null) return 'restarting';
    return this.#watchingSinceMs === null ? 'starting' : 'running';
  }

  #unreported({ path, removable }: WatchSettings['roots'][number]): RootHealth {
    const outage = this.#outage;
    const root = { path, removable, remedy: '', folders: 0, sinceMs: outage?.sinceMs ?? this.#createdMs };
    if (this.#isOff) return { ...root, state: 'degraded', cause: 'Watching was stopped.' };
    if (outage === null) return { ...root, state: 'starting', cause: 'It is being started.' };
    return outage.isLong
      ? { ...root, state: 'degraded', cause: `The watcher cannot be started again: ${outage.cause}.` }
      : { ...root, state: 'starting', cause: `The watcher is being started again: ${outage.cause}.` };
  }

  #start(): void {
    if (this.#undead.size >= maxUndead) {
      this.#startTimer = setTimeout(() => this.#start(), undeadCheckMs);
      return;
    }
    const outage = this.#outage;
    if (outage !== null) {
      this.#restarts += 1;
      outage.tries += 1;
    }
    try {
      const run: WatcherRun = new WatcherRun({
        startProcess: this.#options.startProcess,
        settings: this.#settings,
        now: this.#now,
        listener: {
          files: (files) => this.#listener.files(files),
          doubt: (root, cause) => this.#listener.doubt(root, cause),
          roots: (roots) => {
            this.#reported = new Map(roots.map((root) => [root.path, root]));
            this.#tell();
          },
          alive: ({ loopDelayMs, unsettled }) => this.#weigh(loopDelayMs, unsettled),
          watching: () => this.#recover(),
          ended: (cause) => {
            if (!run.isGone) this.#keepUndead(run);
            this.#lose(cause);
          },
        },
      });
      this.#run = run;
    } catch (error) {
      const cause = messageOf(error);
      // Never within the constructor: the listener may not know this object yet.
      queueMicrotask(() => this.#lose(cause));
    }
    if (outage?.tries === 1) this.#listener.restarted(outage.cause);
    if (outage !== null) this.#tell();
  }

  #weigh(loopDelayMs: number, unsettled: number): void {
    this.#loopDelay.add(loopDelayMs);
    const isSame = this.#loopDelay.value === this.#toldLoopDelayMs && unsettled === this.#unsettled;
    this.#unsettled = unsettled;
    if (!isSame) this.#tell();
  }

  #recover(): void {
    const outage = this.#outage;
    this.#watchingSinceMs = this.#now();
    this.#outage = null;
    this.#endTimers();
    this.#tell();
    if (outage === null) return;
    this.#options.logger.info({ tries: outage.tries }, 'the watcher watches again');
    this.#listener.doubt(null, `the watcher was started again: ${outage.cause}`);
  }

  #lose(cause: string): void {
    if (this.#isOff) return;
    const shown = cause.replaceAll(/\s+/g, ' ').slice(0, shownCauseLength);
    const watchedMs = this.#watchingSinceMs === null ? 0 : this.#now() - this.#watchingSinceMs;
    if (watchedMs >= healthyMs) this.#failures = 0;
    this.#run = null;
    this.#watchingSinceMs = null;
    this.#reported = new Map();
    this.#unsettled = 0;
    if (this.#outage === null) this.#beginOutage(shown);
    else this.#outage.cause = shown;
    const delayMs = restartDelayMs(this.#failures);
    this.#failures += 1;
    this.#startTimer = setTimeout(() => this.#start(), delayMs);
    this.#tell();
  }

  #beginOutage(cause: string): void {
    const outage: Outage = { cause, sinceMs: Date.now(), tries: 0, isLong: false };
    this.#outage = outage;
    // One line an outage, however many workers it takes.
    this.#options.logger.warn({ cause }, 'the watcher was lost and is started again');
    this.#outageTimer = setTimeout(() => {
      outage.isLong = true;
      this.#tell();
      this.#listener.doubt(null, `nothing is watched at the moment: ${outage.cause}`);
    }, longOutageMs);
  }

  #keepUndead(run: WatcherRun): void {
    this.#undead.add(run);
    void run.gone.then(() => this.#undead.delete(run));
  }

  #tell(): void {
    const health = this.health;
    this.#toldLoopDelayMs = health.loopDelayMs;
    this.#listener.health(health);
  }

  #endTimers(): void {
    if (this.#startTimer !== null) clearTimeout(this.#startTimer);
    if (this.#outageTimer !== null) clearTimeout(this.#outageTimer);
  }
}
