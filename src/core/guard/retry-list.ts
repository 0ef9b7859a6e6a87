// Files whose verdict failed for a reason that passes: tried again a few times, further and further apart, then left to the sweep.

const defaultDelaysMs = [2000, 5000, 15_000, 60_000];
const maxWaiting = 10_000;

export interface RetryListOptions {
  readonly retry: (paths: readonly string[]) => void;
  /** More failed than can be kept in mind, or kept failing: the sweep has to see to them. */
  readonly onGivenUp: () => void;
  /** Before the first, second, … further try, milliseconds. */
  readonly delaysMs?: readonly number[];
}

export class RetryList implements Disposable {
  readonly #options: RetryListOptions;
  readonly #delaysMs: readonly number[];
  /** Path → tries so far, of those that wait or are being tried. */
  readonly #tries = new Map<string, number>();
  /** One timer a delay: its paths are tried together. */
  readonly #waiting = new Map<number, { readonly paths: Set<string>; readonly timer: NodeJS.Timeout }>();
  #hasEnded = false;

  constructor(options: RetryListOptions) {
    this.#options = options;
    this.#delaysMs = options.delaysMs ?? defaultDelaysMs;
  }

  get size(): number {
    return this.#tries.size;
  }

  failed(path: string): void {
    if (this.#hasEnded) return;
    const tries = this.#tries.get(path) ?? 0;
    const delayMs = this.#delaysMs[tries];
    if (delayMs === undefined || (tries === 0 && this.#tries.size >= maxWaiting)) {
      this.#tries.delete(path);
      this.#options.onGivenUp();
      return;
    }
    this.#tries.set(path, tries + 1);
    const waiting = this.#waiting.get(tries);
    if (waiting !== undefined) {
      waiting.paths.add(path);
      return;
    }
    const timer = setTimeout(() => this.#retry(tries), delayMs).unref();
    this.#waiting.set(tries, { paths: new Set([path]), timer });
  }

  settled(path: string): void {
    this.#tries.delete(path);
  }

  [Symbol.dispose](): void {
    this.#hasEnded = true;
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    this.#tries.clear();
  }

  #retry(tries: number): void {
    const waiting = this.#waiting.get(tries);
    this.#waiting.delete(tries);
    if (waiting === undefined) return;
    // One that was settled meanwhile, by a new event for it, needs no other try.
    const paths = [...waiting.paths].filter((path) => this.#tries.get(path) === tries + 1);
    if (paths.length > 0) this.#options.retry(paths);
  }
}
