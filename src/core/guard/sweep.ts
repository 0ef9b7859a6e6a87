// The guarantee behind the events: walks what is watched and scans whatever has no valid verdict, at low priority.
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../shared/errors.ts';
import type { SweepState } from '../../shared/protection.ts';
import { walk, type WalkOptions } from '../intake/walk.ts';
import type { Logger } from '../logger.ts';
import { runScanJob } from '../scan-job.ts';
import { sweepLine, type SweepLineOptions } from './sweep-line.ts';

export interface SweepOptions {
  readonly line: SweepLineOptions;
  /** What is watched now: a sweep takes them one by one. */
  readonly roots: () => readonly string[];
  readonly walkOptions: (root: string) => WalkOptions | Promise<WalkOptions>;
  /**
   * Since when events of this root should have arrived, milliseconds since 1970; null where they need not: what is found
   * there, or is older, was not lost.
   */
  readonly eventsSinceMs: (root: string) => number | null;
  /** Whether files that changed may still be on their way here as events: then it is too early. */
  readonly isEventful: () => boolean;
  /** Awaited before each batch of files; undefined when there is no need. */
  readonly breathe: () => Promise<void> | undefined;
  /** A root has been walked to its end. */
  readonly onSwept: (root: string) => void;
  /** The end of a sweep of all roots that was not broken off. */
  readonly onSweptAll: () => void;
  readonly onState: (state: SweepState) => void;
  readonly intervalMs: number;
  readonly logger: Logger;
  readonly now?: () => number;
}

const quietPollMs = 250;
const longestQuietWaitMs = 30_000;
const tellEveryMs = 500;

interface Wanted {
  cause: string;
  /** null: all. */
  roots: Set<string> | null;
}

export class Sweep implements AsyncDisposable {
  readonly #options: SweepOptions;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  #wanted: Wanted | null = null;
  #running: Promise<void> | null = null;
  #gate: PromiseWithResolvers<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #intervalMs: number;
  #toldAtMs = 0;
  #files = 0;
  #state: SweepState = {
    state: 'idle',
    cause: '',
    files: 0,
    started_at: null,
    ended_at: null,
    next_at: null,
  };

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#intervalMs = options.intervalMs;
    this.#schedule();
  }

  get state(): SweepState {
    return this.#state;
  }

  /** Soon, once; while one runs the next is kept in mind. @param root null for all of them. */
  request(cause: string, root: string | null = null): void {
    if (this.#stop.signal.aborted) return;
    if (this.#wanted === null) {
      this.#wanted = { cause, roots: root === null ? null : new Set([root]) };
    } else if (root === null) {
      this.#wanted = { cause, roots: null };
    } else {
      this.#wanted.roots?.add(root);
    }
    this.#running ??= this.#run();
  }

  /** It rests between two batches of files. */
  pause(): void {
    if (this.#gate !== null) return;
    this.#gate = Promise.withResolvers();
    if (this.#state.state === 'running') this.#tell({ state: 'paused' });
  }

  resume(): void {
    this.#gate?.resolve();
    this.#gate = null;
    if (this.#state.state === 'paused') this.#tell({ state: 'running' });
  }

  configure({ intervalMs }: { readonly intervalMs: number }): void {
    if (intervalMs === this.#intervalMs) return;
    this.#intervalMs = intervalMs;
    this.#schedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.resume();
    await this.#running;
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.request('regular sweep');
      this.#schedule();
    }, this.#intervalMs).unref();
    this.#tell({ next_at: (this.#now() + this.#intervalMs) / 1000 });
  }

  async #run(): Promise<void> {
    try {
      while (this.#wanted !== null && !this.#stop.signal.aborted) {
        await this.#untilQuiet();
        if (this.#stop.signal.aborted) break;
        const wanted: Wanted = this.#wanted;
        this.#wanted = null;
        await this.#sweepWanted(wanted);
      }
    } finally {
      // In the same turn as the last look at what is wanted: nothing asked for falls in between.
      this.#running = null;
    }
  }

  async #sweepWanted({ cause, roots }: Wanted): Promise<void> {
    const state = this.#gate === null ? 'running' : 'paused';
    this.#files = 0;
    this.#tell({ state, cause, started_at: this.#now() / 1000, ended_at: null });
    try {
      let isWhole = roots === null;
      for (const root of this.#options.roots()) {
        if (roots?.has(root) ?? true) isWhole = (await this.#sweep(root)) && isWhole;
      }
      // What asked for another one meanwhile may lie where this one had been already.
      if (isWhole && this.#wanted?.roots !== null) this.#options.onSweptAll();
    } catch (error) {
      this.#options.logger.error({ cause: messageOf(error) }, 'a sweep failed');
    } finally {
      this.#tell({ state: 'idle', ended_at: this.#now() / 1000 });
    }
  }

  /** What an event brings need not be found: but a storm of them does not put the sweep off for ever. */
  async #untilQuiet(): Promise<void> {
    const endsMs = performance.now() + longestQuietWaitMs;
    while (performance.now() < endsMs && !this.#stop.signal.aborted) {
      if (!this.#options.isEventful()) return;
      await delay(quietPollMs);
    }
  }

  /** False when it did not come to the end of the root. */
  async #sweep(root: string): Promise<boolean> {
    const { line, eventsSinceMs, walkOptions, logger } = this.#options;
    try {
      const options = await walkOptions(root);
      await runScanJob({
        pipeline: sweepLine(line, eventsSinceMs(root)),
        entries: [walk([root], options)],
        onOutcome: () => this.#count(),
        signal: this.#stop.signal,
        beforeEach: () => this.#gate?.promise ?? this.#options.breathe(),
        priority: 'low',
        origin: 'realtime',
      });
      if (this.#stop.signal.aborted) return false;
      this.#options.onSwept(root);
      return true;
    } catch (error) {
      logger.error({ cause: messageOf(error), root }, 'a folder could not be swept');
      return false;
    }
  }

  #count(): void {
    this.#files += 1;
    const nowMs = performance.now();
    if (nowMs - this.#toldAtMs < tellEveryMs) return;
    this.#toldAtMs = nowMs;
    this.#tell({});
  }

  #tell(change: Partial<SweepState>): void {
    this.#state = { ...this.#state, files: this.#files, ...change };
    this.#options.onState(this.#state);
  }
}
