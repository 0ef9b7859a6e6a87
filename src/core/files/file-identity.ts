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

/** Puts the brand on: five bigints between colons need no further check. */
function assertIdentity(_text: string): asserts _text is FileIdentity {}
