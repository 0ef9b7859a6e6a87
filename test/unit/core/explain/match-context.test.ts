import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contextOf,
  maxMatches,
  rememberedMatches,
  shownMatches,
  spansOf,
  type Span,
} from '../../../../src/core/explain/match-context.ts';
import { matchContextSchema } from '../../../../src/shared/page-documents.ts';

const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 251));
function read({ start, length }: Span): Buffer {
  return bytes.subarray(start, start + length);
}

function match(offset: number, length: number, pattern = '$a') {
  return {
    pattern,
    offset,
    length,
    bytes_hex: bytes.subarray(offset, offset + Math.min(length, 64)).toString('hex'),
  };
}

describe('the bytes around a match', () => {
  test('begin and end with whole rows', () => {
    const [shown] = contextOf([match(100, 5)], read);
    expect(shown).toEqual({
      pattern: '$a',
      offset: 100,
      length: 5,
      start: 64,
      bytes_hex: bytes.subarray(64, 144).toString('hex'),
    });
  });

  test('end with the file', () => {
    const [shown] = contextOf([match(4090, 6)], read);
    expect(shown?.bytes_hex).toBe(bytes.subarray(4048).toString('hex'));
  });

  test('are what is at their place, never more than a page may have, with the beginning of the match', () => {
    const law = fc.property(
      fc.integer({ min: 0, max: 4095 }),
      fc.integer({ min: 0, max: 5_000_000 }),
      (offset, length) => {
        const [shown] = contextOf([match(offset, length)], read);
        const checked = matchContextSchema.parse(shown);
        const hex = bytes.subarray(checked.start, checked.start + 512).toString('hex');
        const end = checked.start + checked.bytes_hex.length / 2;
        return (
          checked.start <= offset &&
          checked.start % 16 === 0 &&
          hex.startsWith(checked.bytes_hex) &&
          end >= Math.min(bytes.length, offset + Math.min(length, 416))
        );
      },
    );
    expect(() => fc.assert(law)).not.toThrow();
  });

  test('are shown of so many matches, each place once, in the order of the file', () => {
    const many = Array.from({ length: 50 }, (_, index) => match(2000 - index * 16, 4));
    const shown = shownMatches([...many, ...many]);
    expect(shown.length).toBe(maxMatches);
    expect(shown.map(({ offset }) => offset)).toEqual(
      Array.from({ length: maxMatches }, (_, index) => 1216 + index * 16),
    );
    expect(shownMatches([match(1, 2), match(1, 3), match(1, 2, '$b')]).length).toBe(2);
    expect(spansOf(many).length).toBe(maxMatches);
  });

  test('are those of the verdict where there is no file to read', () => {
    const long = { ...match(7, 9), bytes_hex: 'ab'.repeat(5000) };
    expect(rememberedMatches([long]).map((one) => matchContextSchema.parse(one))).toEqual([
      { pattern: '$a', offset: 7, length: 9, start: 7, bytes_hex: 'ab'.repeat(512) },
    ]);
  });
});
