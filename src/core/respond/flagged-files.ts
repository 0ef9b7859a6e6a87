// How many different files each signature flagged lately; old ones are forgotten and the memory is bounded.

export interface FlaggedFilesOptions {
  readonly windowMs: number;
  /** Signatures times files that are held. */
  readonly maxEntries: number;
}

export class FlaggedFiles {
  #maxEntries: number;
  #windowMs: number;
  /** Signature → path → time; each a Map in order of time, so that what is old is in front. */
  readonly #signatures = new Map<string, Map<string, number>>();
  #entries = 0;

  constructor({ windowMs, maxEntries }: FlaggedFilesOptions) {
    this.#windowMs = windowMs;
    this.#maxEntries = maxEntries;
  }

  get entries(): number {
    return this.#entries;
  }

  /** More was flagged within the window than is held. */
  get isOver(): boolean {
    return this.#entries > this.#maxEntries;
  }

  configure({ windowMs, maxEntries }: FlaggedFilesOptions): void {
    this.#windowMs = windowMs;
    this.#maxEntries = maxEntries;
  }

  /** How many files the signature flagged within the window, this one included. `atMs` never goes back. */
  add(signature: string, path: string, atMs: number): number {
    const files = this.#signatures.get(signature) ?? new Map<string, number>();
    this.#signatures.set(signature, files);
    if (!files.delete(path)) this.#entries += 1;
    files.set(path, atMs);
    this.#forget(files, atMs);
    if (this.isOver) this.#forgetAll(atMs);
    return files.size;
  }

  clear(): void {
    this.#signatures.clear();
    this.#entries = 0;
  }

  #forgetAll(nowMs: number): void {
    for (const [signature, files] of this.#signatures) {
      this.#forget(files, nowMs);
      if (files.size === 0) this.#signatures.delete(signature);
    }
  }

  #forget(files: Map<string, number>, nowMs: number): void {
    for (const [path, atMs] of files) {
      if (nowMs - atMs < this.#windowMs) return;
      files.delete(path);
      this.#entries -= 1;
    }
  }
}
