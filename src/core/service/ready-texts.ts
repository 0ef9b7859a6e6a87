// Answers kept as texts for a moment: many who ask the same within it cost as much as one. Small, and emptied when something changes.

export interface ReadyTextsOptions<Input> {
  readonly make: (input: Input) => unknown;
  /** What nobody told of, such as a change by another process, shows after this long. */
  readonly keptMs: number;
  /** Monotonic. */
  readonly nowMs?: () => number;
}

interface Kept {
  readonly text: string;
  readonly madeAtMs: number;
}

const maxKept = 32;

export class ReadyTexts<Input> {
  readonly #options: ReadyTextsOptions<Input>;
  readonly #kept = new Map<string, Kept>();

  constructor(options: ReadyTextsOptions<Input>) {
    this.#options = options;
  }

  /** JSON. @throws what `make` throws. */
  of(input: Input): string {
    const { make, keptMs, nowMs = performance.now.bind(performance) } = this.#options;
    const key = JSON.stringify(input);
    const kept = this.#kept.get(key);
    if (kept !== undefined && nowMs() - kept.madeAtMs < keptMs) return kept.text;
    const madeAtMs = nowMs();
    const text = JSON.stringify(make(input));
    if (this.#kept.size >= maxKept) this.#kept.clear();
    this.#kept.set(key, { text, madeAtMs });
    return text;
  }

  clear(): void {
    this.#kept.clear();
  }
}
