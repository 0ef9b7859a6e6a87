// Exact counts of the last hour in one bucket a second, however many scans there were; bounded, and never wrong for long gaps.

export const longestWindowSeconds = 3600;

export interface WindowCounts {
  readonly scans: number;
  readonly durationMs: number;
  readonly cacheHits: number;
  readonly threats: number;
  /** What the counted buckets cover: the window less the rest of the second that runs, or all there was so far. */
  readonly spanMs: number;
}

const scansAt = 0;
const durationAt = 1;
const cacheHitsAt = 2;
const threatsAt = 3;
const fields = 4;

/**
 * Times are milliseconds since the start, on the monotonic clock. A window of w seconds holds the second that runs and
 * the w - 1 before it: every scan of the last w - 1 seconds, and none that is w seconds old.
 */
export class RecentCounts {
  readonly #buckets = new Float64Array(longestWindowSeconds * fields);
  /** The second that runs. */
  #second = 0;

  add(nowMs: number, durationMs: number, cacheHit: boolean, threat: boolean): void {
    this.#advance(nowMs);
    const bucket = (this.#second % longestWindowSeconds) * fields;
    const buckets = this.#buckets;
    buckets[bucket + scansAt] = (buckets[bucket + scansAt] ?? 0) + 1;
    buckets[bucket + durationAt] = (buckets[bucket + durationAt] ?? 0) + durationMs;
    if (cacheHit) buckets[bucket + cacheHitsAt] = (buckets[bucket + cacheHitsAt] ?? 0) + 1;
    if (threat) buckets[bucket + threatsAt] = (buckets[bucket + threatsAt] ?? 0) + 1;
  }

  /** @param windowSeconds whole, from 1 to `longestWindowSeconds`. */
  within(nowMs: number, windowSeconds: number): WindowCounts {
    this.#advance(nowMs);
    const first = Math.max(0, this.#second - windowSeconds + 1);
    const sums = [0, 0, 0, 0];
    for (let second = first; second <= this.#second; second += 1) {
      const bucket = (second % longestWindowSeconds) * fields;
      for (let field = 0; field < fields; field += 1)
        sums[field] = (sums[field] ?? 0) + (this.#buckets[bucket + field] ?? 0);
    }
    const [scans = 0, durationMs = 0, cacheHits = 0, threats = 0] = sums;
    return { scans, durationMs, cacheHits, threats, spanMs: Math.max(0, nowMs - first * 1000) };
  }

  /** Empties the buckets of the seconds that have gone by since they were last used. */
  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second <= this.#second) return;
    if (second - this.#second >= longestWindowSeconds) this.#buckets.fill(0);
    else {
      for (let passed = this.#second + 1; passed <= second; passed += 1) {
        const bucket = (passed % longestWindowSeconds) * fields;
        this.#buckets.fill(0, bucket, bucket + fields);
      }
    }
    this.#second = second;
  }
}
