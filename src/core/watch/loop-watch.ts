// Tells when events may have been lost: the loop stood still, or so many came in one turn that the kernel's queue ran over.

export interface LoopWatchOptions {
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  /** Events the kernel keeps. */
  readonly queueLimit: number;
  readonly suspect: (cause: string) => void;
}

const everyMs = 250;
const stallMs = 1000;

/**
 * Node says nothing when the kernel's queue overflows. But all that stands in the queue is read in one turn of the loop:
 * an overflow shows as a turn with at least as many events as the queue holds. Half of that is suspected, because
 * events of folders that are no longer watched are in the queue too.
 */
export class LoopWatch implements Disposable {
  readonly #options: LoopWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #lastMs: number;
  #longestMs = 0;
  #inTurn = 0;
  #turn: NodeJS.Immediate | null = null;

  constructor(options: LoopWatchOptions) {
    this.#options = options;
    this.#lastMs = options.now();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  /** An event came. */
  count(): void {
    this.#inTurn += 1;
    this.#turn ??= setImmediate(() => this.#endTurn());
  }

  /** Longest time the loop did not turn since this was last asked. */
  takeLongestMs(): number {
    this.#look();
    const longestMs = this.#longestMs;
    this.#longestMs = 0;
    return longestMs;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.#turn !== null) clearImmediate(this.#turn);
  }

  #look(): void {
    const nowMs = this.#options.now();
    const delayMs = Math.max(0, nowMs - this.#lastMs - everyMs);
    this.#lastMs = nowMs;
    this.#longestMs = Math.max(this.#longestMs, delayMs);
    if (delayMs > stallMs)
      this.#options.suspect(`the watcher stood still for ${(delayMs / 1000).toFixed(1)} seconds`);
  }

  #endTurn(): void {
    const events = this.#inTurn;
    this.#turn = null;
    this.#inTurn = 0;
    if (events >= this.#options.queueLimit / 2)
      this.#options.suspect(`${events} events came at once: the queue of the kernel may have run over`);
  }
}
