// What a file is without reading it: any change of its bytes changes this text, because nobody can set ctime.
import type { BigIntStats } from 'node:fs';
import type { FileIdentity } from '../../shared/scan.ts';

/** `dev:ino:size:mtimeNs:ctimeNs` in decimal. The only place where an identity is made. */
export function identityOf(
  stats: Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>,
): FileIdentity {
  const text = `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
  assertIdentity(text);
  return text;
}

/** One that was written down before; null for text that is none. */
export function parseIdentity(text: string): FileIdentity | null {
  if (!/^-?\d+(?::-?\d+){4}$/.test(text)) return null;
  assertIdentity(text);
  return text;
}

/** When the file was changed last, milliseconds since 1970. */
export function changedAtMs(identity: FileIdentity): number {
  return Number(identity.slice(identity.lastIndexOf(':') + 1)) / 1e6;
}

/** Times of kernels are those of the last tick (10 ms at most); some file systems keep whole seconds, or every second one. */
const tickMs = 20;
const coarseTickMs = 2000;

/**
 * Whether a write after `readAtMs` (milliseconds since 1970) shows in another ctime. Read within the tick of its last
 * change, a file may be changed once more and keep its identity: then the identity may not be remembered.
 */
export function tellsLaterWrites(identity: FileIdentity, readAtMs: number): boolean {
  const granularityMs = identity.endsWith('000000000') ? coarseTickMs : tickMs;
  return readAtMs >= changedAtMs(identity) + granularityMs;
}

/** Puts the brand on: five bigints between colons need no further check. */
function assertIdentity(_text: string): asserts _text is FileIdentity {}
