// How long to wait before a process that ended is started again: 0.25 s, doubling to 30 s.

const firstMs = 250;
const longestMs = 30_000;

/** @param failures times in a row that it ended without having been in health for a while; the first wait is for 0. */
export function restartDelayMs(failures: number): number {
  // 2^7 is past the longest; a larger power would only lose precision.
  return Math.min(firstMs * 2 ** Math.min(failures, 10), longestMs);
}
