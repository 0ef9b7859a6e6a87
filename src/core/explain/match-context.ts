// Which bytes are shown around what matched: of each match no more than fits a small view, in whole rows.
import type { MatchContext } from '../../shared/page-documents.ts';
import type { PatternMatch } from '../../shared/verdict.ts';

/** Shown before and behind a match, whole rows of 16. */
const around = 32;
const maxBytes = 512;
/** Of a match that is longer its beginning is shown. */
const maxMatchBytes = maxBytes - 3 * around;
export const maxMatches = 20;

/** What is there of a span: less at the end of the file. */
export type ReadBytes = (span: Span) => Buffer;

/** Bytes, from the start of the file. */
export interface Span {
  readonly start: number;
  readonly length: number;
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
    return { pattern, offset, length, start: span.start, bytes_hex: read(span).toString('hex') };
  });
}

/** All that is shown of these matches. */
export function spansOf(matches: readonly PatternMatch[]): readonly Span[] {
  return shownMatches(matches).map(spanOf);
}

function spanOf({ offset, length }: PatternMatch): Span {
  const start = Math.max(0, Math.floor((offset - around) / 16) * 16);
  const end = Math.ceil((offset + Math.min(length, maxMatchBytes) + around) / 16) * 16;
  return { start, length: Math.min(maxBytes, end - start) };
}
