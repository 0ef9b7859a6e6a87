// The state that the pages show, for whoever follows it: a snapshot, then the slices that changed; while nobody does nothing is computed.
import type { AppState, SliceName, StateMessage } from '../../shared/app-state.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';
import { orLate } from '../or-late.ts';
import type { Feed } from './feed.ts';
import { sliceMessages } from './slice-messages.ts';
import { movedBy, rhythms, saysTheSame, tickMs } from './state-rhythm.ts';

/** What each slice is now. */
export type StateSources = {
  readonly [Name in SliceName]: () => AppState[Name] | Promise<AppState[Name]>;
};

export interface StateFeedOptions {
  readonly feed: Feed;
  readonly sources: StateSources;
  readonly logger: Logger;
}

type Listener = (message: StateMessage) => void;
type KnownState = { -readonly [Name in SliceName]: AppState[Name] };
type Asked = { [Name in SliceName]?: Promise<AppState[Name]> };

const slices = Object.keys(rhythms).filter(isSlice);
/** A snapshot waits for a source this long. */
const sourceTimeoutMs = 10_000;
/** From a snapshot that could not be made to the next try. */
const retryTicks = 4;

export class StateFeed implements Disposable {
  readonly #options: StateFeedOptions;
  /** Each with whether it has had its snapshot. */
  readonly #listeners = new Map<Listener, boolean>();
  readonly #due = new Set<SliceName>();
  readonly #lookedAtTick = new Map<SliceName, number>();
  /** Sources whose failure was said. */
  readonly #failing = new Set<SliceName>();
  #asked: Asked = {};
  /** As it was told; null before the first snapshot. */
  #state: KnownState | null = null;
  #gathering: Promise<AppState> | null = null;
  #welcoming = false;
  #tick = 0;
  /** Moves when the last listener leaves: what is computed for those before is for nobody. */
  #era = 0;
  #end: (() => void) | null = null;
  #isDisposed = false;

  constructor(options: StateFeedOptions) {
    this.#options = options;
  }

  /** As it is now. @throws what a source threw; AppError CALL_FAILED when one does not answer. */
  snapshot(): Promise<AppState> {
    this.#gathering ??= this.#gather().finally(() => {
      this.#gathering = null;
    });
    return this.#gathering;
  }

  /** A listener that throws is not called again. @returns the end of it. */
  subscribe(listener: Listener): () => void {
    function own(message: StateMessage): void {
      listener(message);
    }
    if (this.#isDisposed) return () => {};
    this.#listeners.set(own, false);
    this.#end ??= this.#begin();
    void this.#welcome();
    return () => this.#leave(own);
  }

  /** Something in the slice may have changed. */
  changed(slice: SliceName): void {
    if (this.#listeners.size > 0) this.#due.add(slice);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#listeners.clear();
    this.#rest();
  }

  #begin(): () => void {
    const { feed } = this.#options;
    const unsubscribe = feed.subscribe(({ kind }) => movedBy[kind].forEach((slice) => this.changed(slice)), {
      verdicts: false,
    });
    const timer = setInterval(() => this.#onTick(), tickMs).unref();
    this.#tick = 0;
    return () => {
      unsubscribe();
      clearInterval(timer);
    };
  }

  #leave(listener: Listener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#rest();
  }

  #rest(): void {
    this.#end?.();
    this.#end = null;
    this.#state = null;
    this.#due.clear();
    this.#lookedAtTick.clear();
    this.#era += 1;
    this.#welcoming = false;
  }

  #onTick(): void {
    this.#tick += 1;
    if (this.#state === null) {
      if (this.#tick % retryTicks === 0) void this.#welcome();
      return;
    }
    for (const slice of slices.filter((one) => this.#isDue(one))) {
      this.#due.delete(slice);
      this.#lookedAtTick.set(slice, this.#tick);
      void this.#tellChange(slice, this.#ask(slice));
    }
  }

  #isDue(slice: SliceName): boolean {
    const { leastTicks, idleTicks } = rhythms[slice];
    const passed = this.#tick - (this.#lookedAtTick.get(slice) ?? 0);
    if (passed < leastTicks || this.#asked[slice] !== undefined) return false;
    return this.#due.has(slice) || (idleTicks !== null && passed >= idleTicks);
  }

  async #tellChange<Name extends SliceName>(slice: Name, asked: Promise<AppState[Name]>): Promise<void> {
    const era = this.#era;
    let value: AppState[Name];
    try {
      value = await asked;
    } catch {
      // The value before holds, and it was said.
      return;
    }
    if (era !== this.#era || this.#state === null) return;
    const before: AppState[Name] = this.#state[slice];
    if (saysTheSame(slice, before, value)) return;
    this.#state[slice] = value;
    const message = sliceMessages[slice](value);
    for (const [listener, isWelcome] of this.#listeners) if (isWelcome) this.#tell(listener, message);
  }

  /** The snapshot for all who have had none; tried again with a later tick when it cannot be made. */
  async #welcome(): Promise<void> {
    if (this.#welcoming) return;
    this.#welcoming = true;
    const era = this.#era;
    // An answer that somebody waits for already may be older than this listener.
    if (this.#gathering !== null || Object.keys(this.#asked).length > 0)
      for (const slice of slices) this.#due.add(slice);
    try {
      // Those who follow already were told all of it.
      const state = this.#state ?? (await this.snapshot());
      // Not before `subscribe` has returned.
      await Promise.resolve();
      if (era !== this.#era) return;
      this.#state ??= { ...state };
      for (const [listener, isWelcome] of this.#listeners) {
        if (isWelcome) continue;
        this.#listeners.set(listener, true);
        this.#tell(listener, { kind: 'snapshot', state: { ...this.#state } });
        // The listener may have ended it all.
        if (era !== this.#era) return;
      }
    } catch {
      // The source has its line in the log.
    } finally {
      if (era === this.#era) this.#welcoming = false;
    }
  }

  #tell(listener: Listener, message: StateMessage): void {
    try {
      listener(message);
    } catch (error) {
      this.#options.logger.error(
        { cause: messageOf(error) },
        'a listener of the state failed and is left out',
      );
      this.#leave(listener);
    }
  }

  /** One question at a time: whoever comes while it is open gets its answer. */
  #ask<Name extends SliceName>(slice: Name): Promise<AppState[Name]> {
    const open: Promise<AppState[Name]> | undefined = this.#asked[slice];
    if (open !== undefined) return open;
    const asked = this.#answerOf(slice);
    this.#asked = { ...this.#asked, [slice]: asked };
    return asked;
  }

  async #answerOf<Name extends SliceName>(slice: Name): Promise<AppState[Name]> {
    // What is asked is noted before anything can be answered.
    await Promise.resolve();
    try {
      const value: AppState[Name] = await this.#options.sources[slice]();
      this.#failing.delete(slice);
      return value;
    } catch (error) {
      if (!this.#failing.has(slice)) {
        this.#failing.add(slice);
        this.#options.logger.error({ slice, cause: messageOf(error) }, 'a part of the state cannot be told');
      }
      throw error;
    } finally {
      const { [slice]: _answered, ...others } = this.#asked;
      this.#asked = others;
    }
  }

  async #gather(): Promise<AppState> {
    const [app, protection, engines, live, recent, coverage, jobs, findings, quarantine, settings, updates] =
      await Promise.all([
        this.#now('app'),
        this.#now('protection'),
        this.#now('engines'),
        this.#now('live'),
        this.#now('recent'),
        this.#now('coverage'),
        this.#now('jobs'),
        this.#now('findings'),
        this.#now('quarantine'),
        this.#now('settings'),
        this.#now('updates'),
      ]);
    return {
      app,
      protection,
      engines,
      live,
      recent,
      coverage,
      jobs,
      findings,
      quarantine,
      settings,
      updates,
    };
  }

  /** In time; as it was told before where the source fails. */
  async #now<Name extends SliceName>(slice: Name): Promise<AppState[Name]> {
    try {
      return await orLate(this.#ask(slice), sourceTimeoutMs, () => {
        throw new AppError('CALL_FAILED', `the part '${slice}' of the state did not come in time`);
      });
    } catch (error) {
      if (this.#state === null) throw error;
      return this.#state[slice];
    }
  }
}

function isSlice(name: string): name is SliceName {
  return Object.hasOwn(rhythms, name);
}
