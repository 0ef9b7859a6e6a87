// From the first event for a file to its verdict: the last thousand times, and what they come to.
import { Ring } from '../metrics/ring.ts';

export interface LatencyFigures {
  readonly count: number;
  /** Milliseconds; null before the first. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

const kept = 1000;

export class Latency {
  readonly #recent = new Ring<number>(kept);
  #count = 0;

  add(milliseconds: number): void {
    this.#count += 1;
    // The wall clock may have been set back in between.
    this.#recent.push(Math.max(0, milliseconds));
  }

  /** Of the last thousand; `count` is since the start. */
  figures(): LatencyFigures {
    const sorted = this.#recent.latest().toSorted((left, right) => left - right);
    function at(share: number): number | null {
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
    }
    return { count: this.#count, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}
