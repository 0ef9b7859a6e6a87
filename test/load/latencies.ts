// Latencies in, percentiles out: an HDR histogram in microseconds, three significant digits.
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: 3_600_000_000,
    figures: 3,
  });

  add(milliseconds: number): void {
    this.#histogram.record(Math.max(1, Math.round(milliseconds * 1000)));
  }

  get count(): number {
    return this.#histogram.count;
  }

  /** Milliseconds; 0 of nothing. */
  percentile(percent: number): number {
    return this.count === 0 ? 0 : this.#histogram.percentile(percent) / 1000;
  }

  get maxMs(): number {
    return this.count === 0 ? 0 : this.#histogram.max / 1000;
  }
}
