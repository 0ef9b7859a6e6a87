// Two clocks: timestamps are read from the wall, everything that is subtracted comes from the one that never jumps.

export interface MetricsClock {
  /** Unix seconds, with a fraction. */
  nowSeconds(): number;
  /** Milliseconds that only go forward. */
  monotonicMs(): number;
}

export const systemClock: MetricsClock = {
  nowSeconds: () => Date.now() / 1000,
  monotonicMs: () => performance.now(),
};
