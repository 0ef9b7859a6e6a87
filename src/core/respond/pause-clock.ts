// Protection switched off for a while: it comes back by itself, and no change of any clock makes a pause longer than asked for.
import { AppError } from '../../shared/errors.ts';
import type { Pause } from '../../shared/protection.ts';

/** `elapsed`: the time is over, or Vedette was started again. */
export type PauseEnd = 'elapsed' | 'person';

export interface PauseClockOptions {
  /** Not called when one pause takes the place of another. `actor` is `system` where no person ended it. */
  readonly onEnd: (how: PauseEnd, pause: Pause, actor: string) => void;
  /** Unix milliseconds; may jump. */
  readonly wallMs?: () => number;
  /** Milliseconds that only go forward; may stand still while the machine sleeps. */
  readonly monotonicMs?: () => number;
}

export interface PauseRequest {
  /** null: until Vedette is started again. */
  readonly seconds: number | null;
  readonly actor: string;
}

/** Looks at both clocks this often: a timer alone does not count the time a machine sleeps, and holds no more than 24.8 days. */
const lookEveryMs = 15_000;
/** As the contract has it. */
const longestMs = 31_536_000_000;

export class PauseClock implements Disposable {
  readonly #onEnd: PauseClockOptions['onEnd'];
  readonly #wallMs: () => number;
  readonly #monotonicMs: () => number;
  #pause: Pause | null = null;
  #deadlineMs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor({ onEnd, wallMs = Date.now, monotonicMs = () => performance.now() }: PauseClockOptions) {
    this.#onEnd = onEnd;
    this.#wallMs = wallMs;
    this.#monotonicMs = monotonicMs;
  }

  get current(): Pause | null {
    return this.#pause;
  }

  /** Begins now, in place of a pause that is on. @throws AppError BAD_USAGE for a length that is none. */
  pause({ seconds, actor }: PauseRequest): Pause {
    if (seconds !== null && !(seconds > 0 && seconds * 1000 <= longestMs)) {
      throw new AppError('BAD_USAGE', 'a pause lasts more than nothing and at most a year');
    }
    const since = this.#wallMs() / 1000;
    return this.#begin({ since, until: seconds === null ? null : since + seconds, actor });
  }

  /** False when there was no pause. */
  resume(actor: string): boolean {
    return this.#end('person', actor);
  }

  /**
   * What was saved before goes on while its time is ahead. One that lasts until the next start has ended when this is it;
   * so has one that begins in the future, because then the clock was set back and nobody knows how long it has been on.
   */
  restore(saved: Pause | null, startedNewProcess: boolean): Pause | null {
    if (saved === null) return this.#pause;
    this.#begin(saved);
    const { since, until } = saved;
    const nowSeconds = this.#wallMs() / 1000;
    const isOver =
      until === null ? startedNewProcess : nowSeconds < since || (until - since) * 1000 > longestMs;
    if (isOver) this.#end('elapsed', 'system');
    return this.#pause;
  }

  /** The pause ends without a word. */
  [Symbol.dispose](): void {
    this.#stopTimer();
    this.#pause = null;
  }

  #begin(pause: Pause): Pause {
    this.#stopTimer();
    this.#pause = pause;
    if (pause.until !== null) {
      this.#deadlineMs = this.#monotonicMs() + pause.until * 1000 - this.#wallMs();
      this.#look(pause.until);
    }
    return pause;
  }

  /** Whichever clock comes first: the wall alone could be set back, the other one sleeps with the machine. */
  #look(until: number): void {
    const leftMs = Math.min(this.#deadlineMs - this.#monotonicMs(), until * 1000 - this.#wallMs());
    if (leftMs <= 0) {
      this.#end('elapsed', 'system');
      return;
    }
    this.#timer = setTimeout(() => this.#look(until), Math.min(Math.ceil(leftMs), lookEveryMs)).unref();
  }

  #end(how: PauseEnd, actor: string): boolean {
    const pause = this.#pause;
    this.#stopTimer();
    this.#pause = null;
    if (pause === null) return false;
    this.#onEnd(how, pause, actor);
    return true;
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
