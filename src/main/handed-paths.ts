// Paths that come from other starts and from the file manager, often one by one: what comes together is one scan, and nothing that comes early is lost.

export interface HandedPathsOptions {
  /** Never none, each once, and at most as many as one scan takes. */
  readonly scan: (paths: readonly string[]) => void;
  readonly quietMs?: number;
}

/** A file manager that starts a program for each file takes a moment from one to the next. */
const defaultQuietMs = 700;
/** The contract takes as many roots. */
export const maxHandedPaths = 1000;

export class HandedPaths implements Disposable {
  readonly #options: HandedPathsOptions;
  #waiting = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: HandedPathsOptions) {
    this.#options = options;
  }

  add(paths: readonly string[]): void {
    for (const path of paths) {
      this.#waiting.add(path);
      if (this.#waiting.size === maxHandedPaths) this.#scan();
    }
    this.#stopTimer();
    if (this.#waiting.size > 0)
      this.#timer = setTimeout(() => this.#scan(), this.#options.quietMs ?? defaultQuietMs);
  }

  [Symbol.dispose](): void {
    this.#stopTimer();
    this.#waiting.clear();
  }

  #scan(): void {
    this.#stopTimer();
    const paths = [...this.#waiting];
    this.#waiting.clear();
    this.#options.scan(paths);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
