// Bytes around what matched: only of the file that was scanned, and of each match no more than fits a small view.
import { closeSync, fstatSync, readSync } from 'node:fs';
import type { MatchContext } from '../../shared/page-documents.ts';
import type { PatternMatch } from '../../shared/verdict.ts';
import { identityOf } from '../files/file-identity.ts';
import { describeFsError, isFsError, openForScan } from '../files/open-file.ts';

/** Shown before and behind a match, whole rows of 16. */
const around = 32;
const maxBytes = 512;
/** Of a match that is longer its beginning is shown. */
const maxMatchBytes = maxBytes - 3 * around;
export const maxMatches = 20;

export type ReadBytes = (start: number, length: number) => Buffer;

export interface ShownBytes {
  readonly matches: readonly MatchContext[];
  /** Why no bytes can be shown; empty when they can. */
  readonly problem: string;
}

interface Span {
  readonly start: number;
  readonly length: number;
}

function spanOf({ offset, length }: PatternMatch): Span {
  const start = Math.max(0, Math.floor((offset - around) / 16) * 16);
  const end = Math.ceil((offset + Math.min(length, maxMatchBytes) + around) / 16) * 16;
  return { start, length: Math.min(maxBytes, end - start) };
}

/** By the place in the file; what is the same place is shown once. */
export function shownMatches(matches: readonly PatternMatch[]): readonly PatternMatch[] {
  const seen = new Set<string>();
  return matches
    .toSorted((one, other) => one.offset - other.offset)
    .filter(({ pattern, offset }) => {
      const key = `${pattern}@${offset}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, maxMatches);
}

/** What the verdict itself holds: the first bytes of each match, nothing around them. */
export function rememberedMatches(matches: readonly PatternMatch[]): readonly MatchContext[] {
  return shownMatches(matches).map(({ pattern, offset, length, bytes_hex: bytesHex }) => ({
    pattern,
    offset,
    length,
    start: offset,
    bytes_hex: bytesHex.slice(0, maxBytes * 2),
  }));
}

export function contextOf(matches: readonly PatternMatch[], read: ReadBytes): readonly MatchContext[] {
  return shownMatches(matches).map((match) => {
    const span = spanOf(match);
    const { pattern, offset, length } = match;
    return {
      pattern,
      offset,
      length,
      start: span.start,
      bytes_hex: read(span.start, span.length).toString('hex'),
    };
  });
}

/** How far into the file the matches reach that are shown. */
export function reachOf(matches: readonly PatternMatch[]): number {
  return Math.max(
    0,
    ...shownMatches(matches).map((match) => {
      const { start, length } = spanOf(match);
      return start + length;
    }),
  );
}

/** From the file where it was found, as long as it is the same file. */
export function fileContext(
  { path, identity }: { readonly path: string; readonly identity: string },
  matches: readonly PatternMatch[],
): ShownBytes {
  let descriptor: number;
  try {
    descriptor = openForScan(path);
  } catch (error) {
    if (!isFsError(error)) throw error;
    return { matches: rememberedMatches(matches), problem: sentenceOf(describeFsError(error).detail) };
  }
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile() || identityOf(stats) !== identity) {
      return { matches: rememberedMatches(matches), problem: 'The file was changed since it was scanned.' };
    }
    return {
      matches: contextOf(matches, (start, length) => readFrom(descriptor, start, length)),
      problem: '',
    };
  } catch (error) {
    if (!isFsError(error)) throw error;
    return { matches: rememberedMatches(matches), problem: sentenceOf(describeFsError(error).detail) };
  } finally {
    closeSync(descriptor);
  }
}

function readFrom(descriptor: number, start: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, start));
}

function sentenceOf(detail: string): string {
  return `The bytes cannot be shown: ${detail}.`;
}
