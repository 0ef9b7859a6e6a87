// A clock that stands still until it is moved; wall and monotonic time move apart only when told to.
import type { MetricsClock } from '../../../../src/core/metrics/metrics-clock.ts';

export interface FakeClock extends MetricsClock {
  /** Time goes by. */
  pass(milliseconds: number): void;
  /** Somebody sets the clock on the wall. */
  jump(seconds: number): void;
  /** The clock that never does so goes backwards. */
  fault(milliseconds: number): void;
}

export const startSeconds = 1_750_000_000;

export function fakeClock(): FakeClock {
  let wallSeconds = startSeconds;
  // Not 0: nothing may take the first value for the start of time.
  let monotonicMs = 123_456.789;
  return {
    nowSeconds: () => wallSeconds,
    monotonicMs: () => monotonicMs,
    pass(milliseconds) {
      wallSeconds += milliseconds / 1000;
      monotonicMs += milliseconds;
    },
    jump(seconds) {
      wallSeconds += seconds;
    },
    fault(milliseconds) {
      monotonicMs -= milliseconds;
    },
  };
}
