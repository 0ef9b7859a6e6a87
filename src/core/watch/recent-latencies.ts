// The last few hundred latencies and what most of them stay within.

const kept = 256;

export interface LatencyFigures {
  /** How many the others are taken from. */
  readonly count: number;
  /** null while there are none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export class RecentLatencies {
  readonly #values: number[] = [];

  add(milliseconds: number): void {
    this.#values.push(milliseconds);
    if (this.#values.length > kept) this.#values.shift();
  }

  get figures(): LatencyFigures {
    const sorted = this.#values.toSorted((a, b) => a - b);
    return { count: sorted.length, p50Ms: rankOf(sorted, 0.5), p95Ms: rankOf(sorted, 0.95) };
  }
}

/** Nearest rank: the smallest value that this share of all does not exceed. */
function rankOf(sorted: readonly number[], share: number): number | null {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? null;
}
