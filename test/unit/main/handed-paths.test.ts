import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HandedPaths } from '../../../src/main/handed-paths.ts';

describe('paths that are handed over', () => {
  let scans: (readonly string[])[] = [];
  let handed = new HandedPaths({ scan: () => {} });

  beforeEach(() => {
    vi.useFakeTimers();
    scans = [];
    handed = new HandedPaths({ scan: (paths) => scans.push(paths), quietMs: 500 });
  });

  afterEach(() => {
    handed[Symbol.dispose]();
    vi.useRealTimers();
  });

  test('one by one, as file managers do, are one scan, each once', () => {
    for (const path of ['/a', '/b', '/a', '/c']) {
      handed.add([path]);
      vi.advanceTimersByTime(400);
    }
    expect(scans).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(scans).toEqual([['/a', '/b', '/c']]);
  });

  test('later on are another scan', () => {
    handed.add(['/a']);
    vi.advanceTimersByTime(500);
    handed.add(['/b']);
    vi.advanceTimersByTime(500);
    expect(scans).toEqual([['/a'], ['/b']]);
  });

  test('that are none begin nothing', () => {
    handed.add([]);
    vi.advanceTimersByTime(10_000);
    expect(scans).toEqual([]);
  });

  test('are as many as one scan takes, and the rest is the next', () => {
    handed.add(Array.from({ length: 1001 }, (_, index) => `/${index}`));
    expect(scans.map(({ length }) => length)).toEqual([1000]);
    vi.advanceTimersByTime(500);
    expect(scans.at(-1)).toEqual(['/1000']);
  });

  test('begin nothing after the end', () => {
    handed.add(['/a']);
    handed[Symbol.dispose]();
    vi.advanceTimersByTime(10_000);
    expect(scans).toEqual([]);
  });
});
