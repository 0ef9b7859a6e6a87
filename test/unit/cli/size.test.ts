import { describe, expect, test } from 'vitest';
import { formatCount, formatDuration, formatSize, parseSize } from '../../../src/cli/size.ts';

describe('a size', () => {
  test.each([
    ['512', 512],
    ['10M', 10 * 1024 ** 2],
    ['10MB', 10 * 1024 ** 2],
    ['10MiB', 10 * 1024 ** 2],
    ['1.5k', 1536],
    [' 2 GiB ', 2 * 1024 ** 3],
    ['1T', 1024 ** 4],
    ['7B', 7],
  ])('%j is %i bytes', (text, expected) => {
    expect(parseSize(text)).toBe(expected);
  });

  test.each([
    '',
    '0',
    '0.0001K',
    'M',
    '-1',
    '1e3',
    '1.',
    '.5',
    '10 MM',
    '10X',
    '0x10',
    '1,000',
    'NaN',
    'Infinity',
    '1\n2',
  ])('is not %j', (text) => {
    expect(() => parseSize(text)).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
  });

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [5 * 1024 ** 3, '5.0 GiB'],
    [3 * 1024 ** 5, '3072.0 TiB'],
  ])('of %i bytes is written %j', (sizeBytes, expected) => {
    expect(formatSize(sizeBytes)).toBe(expected);
  });
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1000, '1.0 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h 0 min'],
  [7_380_000, '2 h 3 min'],
])('a duration of %i ms is written %j', (durationMs, expected) => {
  expect(formatDuration(durationMs)).toBe(expected);
});

// Seconds are rounded after the minutes are taken off, and units chosen before rounding.
test.each([
  [119_600, '2 min 0 s'],
  [59_960, '1 min 0 s'],
  [999.6, '1.0 s'],
])('a duration of %d ms is not written with 60 s or 1000 ms', (durationMs, expected) => {
  expect(formatDuration(durationMs)).toBe(expected);
});

test('a count has its thousands apart and no fraction', () => {
  expect([formatCount(0), formatCount(1234.6), formatCount(9_876_543)]).toEqual(['0', '1,235', '9,876,543']);
});
