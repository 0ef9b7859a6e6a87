// Random numbers that are the same in every run: what a test or a benchmark generates depends on the seed alone.
import { Buffer } from 'node:buffer';

export interface SeededRandom {
  /** An integer from 0 to `bound` - 1. */
  below(bound: number): number;
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number;
  bytes(count: number): Buffer;
  /** Lower-case letters. */
  letters(count: number): string;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** Mulberry32 by Tommy Ettinger (public domain): 32 bits of state, good enough to fill files. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  function below(bound: number): number {
    return Math.floor((next() / 2 ** 32) * bound);
  }
  return {
    below,
    between: (low, high) => low + below(high - low + 1),
    bytes(count) {
      const buffer = Buffer.alloc(Math.ceil(count / 4) * 4);
      for (let offset = 0; offset < buffer.length; offset += 4) buffer.writeUInt32LE(next(), offset);
      return buffer.subarray(0, count);
    },
    letters: (count) => Array.from({ length: count }, () => String.fromCharCode(97 + below(26))).join(''),
    pick: (from) => from[below(from.length)] ?? from[0],
  };
}
