// A sweep that met files nobody could scan for now (an engine is away, a file is locked) is followed by others, further and further apart.

const delaysMs = [5, 10, 20, 40, 60].map((minutes) => minutes * 60_000);

export class SweepAgain implements Disposable {
  readonly #request: () => void;
  #hasFailures = false;
  #turn = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(request: () => void) {
    this.#request = request;
  }

  /** A file could not be scanned, for a reason that passes. */
  failed(): void {
    this.#hasFailures = true;
  }

  sweepEnded(): void {
    const hadFailures = this.#hasFailures;
    this.#hasFailures = false;
    if (!hadFailures) {
      this[Symbol.dispose]();
      this.#turn = 0;
      return;
    }
    if (this.#timer !== null) return;
    const delayMs = delaysMs[Math.min(this.#turn, delaysMs.length - 1)];
    this.#turn += 1;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#request();
    }, delayMs).unref();
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
