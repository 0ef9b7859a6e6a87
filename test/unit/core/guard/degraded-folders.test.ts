import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DegradedFolders } from '../../../../src/core/guard/degraded-folders.ts';
import type { RootHealth } from '../../../../src/core/watch/watch-protocol.ts';

const minuteMs = 60_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function root(path: string, state: RootHealth['state']): RootHealth {
  return { path, state, removable: false, cause: '', remedy: '', folders: 0, sinceMs: 0 };
}

test('folders that are not wholly watched are swept every five minutes, the others not', () => {
  const swept: string[] = [];
  const states = [root('/a', 'watching'), root('/b', 'degraded'), root('/c', 'gone'), root('/d', 'starting')];
  using degraded = new DegradedFolders({
    roots: () => states,
    sweep(path) {
      swept.push(path);
      degraded.swept(path);
    },
  });
  vi.advanceTimersByTime(minuteMs);
  expect(swept).toEqual(['/b', '/d']);
  vi.advanceTimersByTime(4 * minuteMs);
  expect(swept).toHaveLength(2);
  vi.advanceTimersByTime(minuteMs);
  expect(swept).toEqual(['/b', '/d', '/b', '/d']);
});

test('a clock that was set back does not put that off', () => {
  const swept: string[] = [];
  const clock = { nowMs: 10 * 24 * 3_600_000 };
  using degraded = new DegradedFolders({
    roots: () => [root('/b', 'degraded')],
    sweep: (path) => swept.push(path),
    now: () => clock.nowMs,
  });
  degraded.swept('/b');
  clock.nowMs -= 24 * 3_600_000;
  vi.advanceTimersByTime(minuteMs);
  expect(swept).toEqual(['/b']);
});
