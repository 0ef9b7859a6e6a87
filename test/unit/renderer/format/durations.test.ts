import { describe, expect, test } from 'vitest';
import { formatBytes } from '../../../../src/renderer/format/bytes.ts';
import {
  formatCountdown,
  formatMs,
  formatRemaining,
  formatRoughly,
  formatSeconds,
} from '../../../../src/renderer/format/durations.ts';

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

describe('durations', () => {
  test.each([
    [0.44, '0.4 ms'],
    [348.2, '348 ms'],
    [999.4, '999 ms'],
    [4210, '4.2 s'],
    [59_600, '1 min'],
  ])('%d milliseconds are %s', (durationMs, text) => {
    expect(plain(formatMs(durationMs))).toBe(text);
  });

  test.each([
    [0, '0 s'],
    [9.94, '9.9 s'],
    [9.97, '10 s'],
    [65, '1 min 5 s'],
    [600, '10 min'],
    [3599.6, '1 h'],
    [4200, '1 h 10 min'],
    [86_399, '1 d'],
    [273_600, '3 d 4 h'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(plain(formatSeconds(seconds))).toBe(text);
  });

  test('an age is never rounded up', () => {
    expect([59.9, 3599, 2 * 86_400 - 1, 2 * 86_400].map((seconds) => plain(formatRoughly(seconds)))).toEqual([
      '59 s',
      '59 min',
      '47 h',
      '2 d',
    ]);
  });

  test('what is left is never rounded down', () => {
    const almostWeek = 7 * 86_400 - 2;
    expect([almostWeek, 5400, 0, -3].map((seconds) => plain(formatRemaining(seconds)))).toEqual([
      '7 d',
      '2 h',
      '0 s',
      '0 s',
    ]);
  });

  test('a countdown ends at nought, and not before', () => {
    expect([844.2, 3729, 0.1, 0, -5].map(formatCountdown)).toEqual([
      '14:05',
      '1:02:09',
      '0:01',
      '0:00',
      '0:00',
    ]);
  });
});

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [48_213, '47.1 KiB'],
    [104_857_600, '100 MiB'],
    [3 * 1024 ** 5, '3072 TiB'],
  ])('%d bytes are %s', (sizeBytes, text) => {
    expect(plain(formatBytes(sizeBytes))).toBe(text);
  });
});
