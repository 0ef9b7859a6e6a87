// Counts what a walk will yield, a few milliseconds at a time, so that progress has a total and nothing else waits.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { emptyWalkCounts, walk, type WalkOptions } from './walk.ts';

const sliceMs = 4;
/** Looking at the clock for every entry would cost more than the entry. */
const entriesPerLook = 64;

/** Entries (files and skipped ones) that `walk` yields for these roots; null when aborted. */
export async function countFiles(
  roots: readonly string[],
  options: WalkOptions,
  signal: AbortSignal,
): Promise<number | null> {
  if (signal.aborted) return null;
  let count = 0;
  let sliceEndMs = performance.now() + sliceMs;
  // The counts of the walk itself must not grow twice.
  for (const _entry of walk(roots, { ...options, counts: emptyWalkCounts() })) {
    count += 1;
    if (count % entriesPerLook !== 0 || performance.now() < sliceEndMs) continue;
    await nextTurn();
    if (signal.aborted) return null;
    sliceEndMs = performance.now() + sliceMs;
  }
  return count;
}
