// Notices a clamd that takes requests and answers nothing: asks it on the side before the request's own deadline comes.

export interface HangWatchOptions {
  /** When the oldest request in flight was sent (`performance.now()`); null when none is. */
  readonly oldestSentAtMs: () => number | null;
  readonly probeAfterMs: number;
  /** Rejects when clamd does not answer. */
  readonly ping: () => Promise<unknown>;
  readonly onHung: () => void;
}

export class HangWatch implements Disposable {
  readonly #options: HangWatchOptions;
  #timer: NodeJS.Timeout | null = null;
  #isProbing = false;
  #isDisposed = false;
  #provedAtMs = 0;

  constructor(options: HangWatchOptions) {
    this.#options = options;
  }

  /** To be called when a request was sent; cheap when it watches already. */
  arm(): void {
    if (this.#timer !== null || this.#isProbing || this.#isDisposed) return;
    const oldestMs = this.#options.oldestSentAtMs();
    if (oldestMs === null) return;
    const dueMs = Math.max(oldestMs, this.#provedAtMs) + this.#options.probeAfterMs;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        void this.#check();
      },
      Math.max(1, dueMs - performance.now()),
    );
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #check(): Promise<void> {
    const { oldestSentAtMs, probeAfterMs, ping, onHung } = this.#options;
    const startedMs = performance.now();
    const oldestMs = oldestSentAtMs();
    if (oldestMs !== null && startedMs - Math.max(oldestMs, this.#provedAtMs) >= probeAfterMs) {
      this.#isProbing = true;
      const answers = await isFulfilled(ping());
      this.#isProbing = false;
      this.#provedAtMs = answers ? performance.now() : this.#provedAtMs;
      const stillOldestMs = oldestSentAtMs();
      // Replies that came during the probe say more than the probe.
      if (!answers && !this.#isDisposed && stillOldestMs !== null && stillOldestMs <= startedMs) onHung();
    }
    this.arm();
  }
}

async function isFulfilled(promise: Promise<unknown>): Promise<boolean> {
  try {
    await promise;
    return true;
  } catch {
    return false;
  }
}
