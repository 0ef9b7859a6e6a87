// Tests each watched folder again and again with a harmless file: does its event lead to a verdict, and how soon?
import { join } from 'node:path';
import { messageOf } from '../../shared/errors.ts';
import type { VerdictKind } from '../../shared/verdict.ts';
import type { Logger } from '../logger.ts';
import { orLate } from '../or-late.ts';
import { CanaryWait } from './canary-answer.ts';
import { canaryFiles, type CanaryFiles, canaryNameOf, makeCanaryName } from './canary-file.ts';
import { type LatencyFigures, RecentLatencies } from './recent-latencies.ts';

export interface CanarySettings {
  /** Between two tests of a folder; 0 for none at all. */
  readonly intervalMs: number;
  readonly deadlineMs: number;
}

export interface CanaryState {
  readonly root: string;
  /** `untested`: no test has ended yet. `impossible`: no file can be written there; that is no alarm. */
  readonly state: 'untested' | 'answered' | 'missed' | 'impossible';
  /** One sentence for the last two; empty otherwise. */
  readonly cause: string;
  /** From the write to the verdict, of the last test that was answered. */
  readonly lastMs: number | null;
  /** When that was, Unix milliseconds. */
  readonly answeredAtMs: number | null;
}

export interface CanaryOptions {
  readonly settings: CanarySettings;
  /** The first test of a folder that got no verdict in time; the ones after it are not told. */
  readonly onMissed: (root: string) => void;
  /** Every test that got one. */
  readonly onAnswered: (root: string, milliseconds: number) => void;
  readonly logger: Logger;
  /** A file that the settings leave out would never get a verdict. */
  readonly isExcluded?: (path: string) => boolean;
  /** Whether the folder answers at all: asked before each test, as in one that hangs nothing may be written. */
  readonly answers?: (root: string) => Promise<boolean>;
  readonly files?: CanaryFiles;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
}

interface Run {
  readonly stop: AbortController;
  /** Settles when its last file is removed. */
  readonly ended: Promise<void>;
}

/** A folder that has just come to be watched is left alone for this time. */
const firstDelayMs = 2000;
/** After a missed test the next one comes sooner, so that an alarm does not stay longer than its reason. */
const retryMs = 60_000;
const endLimitMs = 3000;

/** Whether the path is named as a canary is; whoever gets a verdict for such a path calls `verdictFor`. */
export function isCanaryName(path: string): boolean {
  return canaryNameOf(path) !== null;
}

export class Canary implements AsyncDisposable {
  readonly #options: CanaryOptions;
  readonly #files: CanaryFiles;
  readonly #now: () => number;
  readonly #latencies = new RecentLatencies();
  readonly #states = new Map<string, CanaryState>();
  readonly #runs = new Map<string, Run>();
  /** Runs that were stopped and may still have to remove a file: the next one of that folder waits for it. */
  readonly #ending = new Map<string, Promise<void>>();
  /** By name; at most one a folder. */
  readonly #pending = new Map<string, CanaryWait>();
  #settings: CanarySettings;
  #roots: readonly string[] = [];
  #isPaused = false;

  constructor(options: CanaryOptions) {
    this.#options = options;
    this.#files = options.files ?? canaryFiles;
    this.#now = options.now ?? (() => performance.now());
    this.#settings = options.settings;
  }

  /** Of the folders that are watched, in their order. */
  get states(): readonly CanaryState[] {
    return this.#roots.map((root) => this.#stateOf(root));
  }

  get latency(): LatencyFigures {
    return this.#latencies.figures;
  }

  configure(settings: CanarySettings): void {
    const { intervalMs, deadlineMs } = this.#settings;
    if (settings.intervalMs === intervalMs && settings.deadlineMs === deadlineMs) return;
    this.#settings = settings;
    this.#stopAll();
    this.#startMissing();
  }

  /** The folders that are watched at the moment; called whenever that changed. */
  watch(roots: readonly string[]): void {
    this.#roots = [...new Set(roots)];
    for (const root of this.#runs.keys()) if (!this.#roots.includes(root)) this.#stop(root);
    for (const root of this.#states.keys()) if (!this.#roots.includes(root)) this.#states.delete(root);
    this.#startMissing();
  }

  /** For every verdict on a path that is named so. A file that could not be scanned is no answer. */
  verdictFor(path: string, kind: VerdictKind): void {
    this.#pending.get(canaryNameOf(path) ?? '')?.hear(kind);
  }

  /** Takes back a test that is under way: it tells nothing now. */
  pause(): void {
    this.#isPaused = true;
    this.#stopAll();
  }

  resume(): void {
    this.#isPaused = false;
    this.#startMissing();
  }

  /** Removes what was written; a folder that does not answer is not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.pause();
    await orLate<unknown>(Promise.all(this.#ending.values()), endLimitMs, () => null);
  }

  #startMissing(): void {
    if (this.#isPaused || this.#settings.intervalMs === 0) return;
    for (const root of this.#roots) {
      if (this.#runs.has(root)) continue;
      const stop = new AbortController();
      const before = this.#ending.get(root) ?? Promise.resolve();
      this.#runs.set(root, { stop, ended: before.then(() => this.#testAgainAndAgain(root, stop.signal)) });
    }
  }

  #stopAll(): void {
    for (const root of this.#runs.keys()) this.#stop(root);
  }

  #stop(root: string): void {
    const run = this.#runs.get(root);
    if (run === undefined) return;
    this.#runs.delete(root);
    run.stop.abort();
    const ended = run.ended.finally(() => {
      if (this.#ending.get(root) === ended) this.#ending.delete(root);
    });
    this.#ending.set(root, ended);
  }

  async #testAgainAndAgain(root: string, signal: AbortSignal): Promise<void> {
    const { intervalMs } = this.#settings;
    let delayMs = Math.min(firstDelayMs, intervalMs);
    let isFirst = true;
    while (await passes(delayMs, signal)) {
      const result = await this.#tryTest(root, isFirst, signal);
      isFirst = false;
      if (signal.aborted || result === null) return;
      this.#settle(root, result);
      delayMs = result.state === 'missed' ? Math.min(intervalMs, retryMs) : intervalMs;
    }
  }

  async #tryTest(root: string, isFirst: boolean, signal: AbortSignal): Promise<CanaryState | null> {
    try {
      return await this.#test(root, isFirst, signal);
    } catch (error) {
      // What nobody foresaw must not end the protection that it was to test.
      this.#options.logger.error({ root, cause: messageOf(error) }, 'a watched folder could not be tested');
      return { ...this.#stateOf(root), state: 'impossible', cause: messageOf(error) };
    }
  }

  /** One test from the write to the removal; null when it was taken back. */
  async #test(root: string, isFirst: boolean, signal: AbortSignal): Promise<CanaryState | null> {
    const before = this.#stateOf(root);
    const { isExcluded, answers } = this.#options;
    const name = makeCanaryName();
    const impossible = { ...before, state: 'impossible' } as const;
    if (isExcluded?.(join(root, name)) === true) {
      return { ...impossible, cause: 'the settings exclude a file named as a test file is' };
    }
    if (answers !== undefined && !(await answers(root))) {
      return { ...impossible, cause: 'the folder does not answer' };
    }
    if (signal.aborted) return null;
    if (isFirst) await this.#files.removeLeftOver(root);
    using wait = new CanaryWait({ deadlineMs: this.#settings.deadlineMs, signal, now: this.#now });
    this.#pending.set(name, wait);
    try {
      const written = await this.#files.write(root, name);
      if (written.kind === 'impossible') return { ...impossible, cause: written.cause };
      const answer = await wait.answer;
      await this.#files.remove(root, name, written.key);
      if (answer.kind === 'stopped') return null;
      if (answer.kind === 'late') return { ...before, state: 'missed', cause: answer.cause };
      return { root, state: 'answered', cause: '', lastMs: answer.milliseconds, answeredAtMs: Date.now() };
    } finally {
      this.#pending.delete(name);
    }
  }

  #settle(root: string, result: CanaryState): void {
    const before = this.#stateOf(root);
    this.#states.set(root, result);
    if (result.state === 'answered' && result.lastMs !== null) {
      this.#latencies.add(result.lastMs);
      this.#options.onAnswered(root, result.lastMs);
    } else if (result.state === 'missed' && before.state !== 'missed') {
      this.#options.logger.warn({ root, cause: result.cause }, 'a test of the watched folder was missed');
      this.#options.onMissed(root);
    }
  }

  #stateOf(root: string): CanaryState {
    return this.#states.get(root) ?? { root, state: 'untested', cause: '', lastMs: null, answeredAtMs: null };
  }
}

/** False as soon as the signal aborts. */
function passes(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(false);
      return;
    }
    function stop(): void {
      clearTimeout(timer);
      resolve(false);
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    }, milliseconds).unref();
    signal.addEventListener('abort', stop, { once: true });
  });
}
