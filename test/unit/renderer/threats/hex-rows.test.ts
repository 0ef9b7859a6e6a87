// Bytes around a match as rows: offsets, the match, what is cut.
import { describe, expect, test } from 'vitest';
import {
  hexRows,
  keptMatches,
  matchedText,
  offsetText,
} from '../../../../src/renderer/pages/threats/hex-rows.ts';

const shape = { pattern: '$run', offset: 20, length: 4 };

function text(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('hex');
}

describe('hexRows', () => {
  test('begins rows at multiples of sixteen and leaves unknown bytes empty', () => {
    const rows = hexRows({ ...shape, start: 18, bytes_hex: text('abRUN!cd') });
    expect(rows).toHaveLength(1);
    const [row] = rows;
    if (row?.kind !== 'bytes') throw new Error('no bytes');
    expect(row.offset).toBe(16);
    expect(row.cells.map((cell) => cell?.character ?? ' ').join('')).toBe('  abRUN!cd      ');
    expect(row.cells.map((cell) => (cell?.isMatch === true ? '^' : '.')).join('')).toBe('....^^^^........');
  });

  test('follows a match over the end of a row', () => {
    const rows = hexRows({ ...shape, offset: 14, start: 0, bytes_hex: '00'.repeat(32) });
    const matched = rows.map((row) =>
      row.kind === 'bytes' ? row.cells.map((cell) => cell?.isMatch === true) : [],
    );
    expect(matched[0]?.lastIndexOf(true)).toBe(15);
    expect(matched[1]?.indexOf(false)).toBe(2);
  });

  test('shows a dot for what is not printable ASCII, and markup as it is', () => {
    const [row] = hexRows({ ...shape, start: 0, bytes_hex: '00ff7f20' + text('<img>') });
    if (row?.kind !== 'bytes') throw new Error('no bytes');
    expect(row.cells.map((cell) => cell?.character ?? '').join('')).toBe('··· <img>');
  });

  test('cuts the middle of what is long, and says how many rows', () => {
    const rows = hexRows({ ...shape, start: 0, bytes_hex: '41'.repeat(512) });
    expect(rows).toHaveLength(10);
    expect(rows[6]).toEqual({ kind: 'cut', offset: 96, rows: 23 });
    const last = rows.at(-1);
    expect(last?.kind === 'bytes' && last.offset).toBe(496);
  });

  test('shows nothing of nothing', () => {
    expect(hexRows({ ...shape, start: 0, bytes_hex: '' })).toEqual([]);
  });
});

test('offsets are as wide as hexadecimal viewers have them', () => {
  expect(offsetText(1204)).toBe('000004b4');
});

test('the matched bytes are told as text as far as they are known', () => {
  expect(matchedText({ ...shape, start: 18, bytes_hex: text('abRUN!cd') })).toBe('RUN!');
  expect(matchedText({ ...shape, length: 400, start: 18, bytes_hex: text('abRU') })).toBe('RU');
});

test('without the file there are the bytes kept with the finding, those that have any', () => {
  const kept = keptMatches({
    engine: 'yara',
    name: 'R',
    severity: 'high',
    kind: 'rule',
    meta: {},
    matches: [
      { pattern: '$a', offset: 7, length: 90, bytes_hex: '4142' },
      { pattern: '$b', offset: 9, length: 3, bytes_hex: '' },
    ],
  });
  expect(kept).toEqual([{ pattern: '$a', offset: 7, length: 90, start: 7, bytes_hex: '4142' }]);
});
