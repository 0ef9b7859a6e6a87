// Doubts about what was seen, told at once but no more than once a while for each root: one sweep answers many of them.

/** Pure but for its own memory: what is held back is told when its time has come, never dropped. */
export class Doubts {
  readonly #everyMs: number;
  readonly #tell: (root: string | null, cause: string) => void;
  readonly #toldMs = new Map<string | null, number>();
  readonly #held = new Map<string | null, string>();

  constructor(everyMs: number, tell: (root: string | null, cause: string) => void) {
    this.#everyMs = everyMs;
    this.#tell = tell;
  }

  add(root: string | null, cause: string, nowMs: number): void {
    this.#held.set(root, cause);
    this.tellDue(nowMs);
  }

  tellDue(nowMs: number): void {
    for (const [root, cause] of this.#held) {
      if (nowMs - (this.#toldMs.get(root) ?? -Infinity) < this.#everyMs) continue;
      this.#held.delete(root);
      this.#toldMs.set(root, nowMs);
      this.#tell(root, cause);
    }
  }
}
