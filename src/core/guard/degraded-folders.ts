// Folders that are not wholly watched are swept far more often than the others: there the sweep is all there is.
import type { RootHealth } from '../watch/watch-protocol.ts';

export interface DegradedFoldersOptions {
  readonly roots: () => readonly RootHealth[];
  readonly sweep: (root: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const lookEveryMs = 60_000;
const sweepEveryMs = 5 * 60_000;

export class DegradedFolders implements Disposable {
  readonly #options: DegradedFoldersOptions;
  readonly #now: () => number;
  readonly #sweptAtMs = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: DegradedFoldersOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#timer = setInterval(() => this.#look(), lookEveryMs).unref();
  }

  swept(root: string): void {
    this.#sweptAtMs.set(root, this.#now());
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const { path, state } of this.#options.roots()) {
      if (state === 'watching' || state === 'gone') continue;
      const sinceMs = this.#now() - (this.#sweptAtMs.get(path) ?? Number.NEGATIVE_INFINITY);
      // A clock that was set back must not put it off.
      if (sinceMs >= sweepEveryMs || sinceMs < 0) this.#options.sweep(path);
    }
  }
}
