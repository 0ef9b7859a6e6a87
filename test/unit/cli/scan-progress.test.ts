import { describe, expect, test } from 'vitest';
import { progressLine } from '../../../src/cli/scan-progress.ts';

const tally = { files: 1204, bytes: 50_436_506, elapsedMs: 4000 };

describe('the line of progress', () => {
  test('tells files, speed, bytes, what is left and where it is', () => {
    expect(progressLine(tally, 5000, '/path')).toBe(
      '1,204 of 5,000 files · 301 files/s · 48.1 MiB · 12.6 s left · /path',
    );
  });

  test('says nothing of the end while it is not known, or was wrong', () => {
    expect(progressLine(tally, null, '/path')).toBe('1,204 files · 301 files/s · 48.1 MiB · /path');
    expect(progressLine(tally, 1203, '/path')).toBe('1,204 files · 301 files/s · 48.1 MiB · /path');
  });

  test('of one file is not told as of several', () => {
    const one = { ...tally, files: 1 };
    expect(progressLine(one, 1, '')).toMatch(/^1 of 1 file · /);
    expect(progressLine(one, null, '')).toMatch(/^1 file · /);
  });

  test('has no number that is none at the very start', () => {
    expect(progressLine({ files: 0, bytes: 0, elapsedMs: 0 }, 10, '')).toBe(
      '0 of 10 files · 0 files/s · 0 B',
    );
  });
});
