// Folders that are to be seen to after a fixed while, each once: first in, first out, on whatever clock is passed in.

export interface DelayedFolder {
  readonly path: string;
  readonly root: string;
  /** It appeared then; null: it was there from the start. */
  readonly sinceMs: number | null;
}

/** Pure but for its own memory; bounded. */
export class DelayedFolders {
  readonly #delayMs: number;
  readonly #mostWaiting: number;
  readonly #waiting = new Map<string, DelayedFolder & { readonly dueMs: number }>();

  constructor(delayMs: number, mostWaiting: number) {
    this.#delayMs = delayMs;
    this.#mostWaiting = mostWaiting;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** One that waits already keeps its turn, and the last time it appeared counts. @returns false when there is no room. */
  add(folder: DelayedFolder, nowMs: number): boolean {
    const waiting = this.#waiting.get(folder.path);
    if (waiting !== undefined) {
      if ((folder.sinceMs ?? -Infinity) > (waiting.sinceMs ?? -Infinity))
        this.#waiting.set(folder.path, { ...folder, dueMs: waiting.dueMs });
      return true;
    }
    if (this.#waiting.size >= this.#mostWaiting) return false;
    this.#waiting.set(folder.path, { ...folder, dueMs: nowMs + this.#delayMs });
    return true;
  }

  takeDue(nowMs: number): DelayedFolder[] {
    const due: DelayedFolder[] = [];
    for (const folder of this.#waiting.values()) {
      if (folder.dueMs > nowMs) break;
      due.push(folder);
      this.#waiting.delete(folder.path);
    }
    return due;
  }
}
