import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RetryList } from '../../../../src/core/guard/retry-list.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start(delaysMs?: readonly number[]) {
  const tries: (readonly string[])[] = [];
  let givenUp = 0;
  const list = new RetryList({
    retry: (paths) => tries.push(paths),
    onGivenUp: () => {
      givenUp += 1;
    },
    ...(delaysMs === undefined ? {} : { delaysMs }),
  });
  return { list, tries, givenUp: () => givenUp };
}

describe('the list of files to try again', () => {
  test('tries further and further apart, then leaves the file to the sweep', () => {
    const { list, tries, givenUp } = start();
    for (const waitMs of [2000, 5000, 15_000, 60_000]) {
      list.failed('/a');
      vi.advanceTimersByTime(waitMs - 1);
      const before = tries.length;
      vi.advanceTimersByTime(1);
      expect([before, tries.length]).toEqual([tries.length - 1, before + 1]);
    }
    expect(givenUp()).toBe(0);
    list.failed('/a');
    expect({ tries, givenUp: givenUp(), size: list.size }).toEqual({
      tries: [['/a'], ['/a'], ['/a'], ['/a']],
      givenUp: 1,
      size: 0,
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('tries together what failed about the same time', () => {
    const { list, tries } = start();
    list.failed('/a');
    vi.advanceTimersByTime(1000);
    list.failed('/b');
    vi.advanceTimersByTime(1000);
    expect(tries).toEqual([['/a', '/b']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not try what had its verdict meanwhile, and begins anew when it fails later', () => {
    const { list, tries } = start([2000, 5000]);
    list.failed('/a');
    list.settled('/a');
    vi.advanceTimersByTime(2000);
    expect({ tries, size: list.size }).toEqual({ tries: [], size: 0 });
    list.failed('/a');
    vi.advanceTimersByTime(2000);
    expect(tries).toEqual([['/a']]);
  });

  test('tries a file once although an event brought it, and it failed, in between', () => {
    const { list, tries } = start([2000, 5000]);
    list.failed('/a');
    vi.advanceTimersByTime(1000);
    list.failed('/a');
    vi.advanceTimersByTime(10_000);
    expect(tries).toEqual([['/a']]);
  });

  test('holds no more than 10,000 files: the others are for the sweep', () => {
    const { list, givenUp } = start();
    for (let index = 0; index < 10_005; index += 1) list.failed(`/${index}`);
    expect([list.size, givenUp()]).toEqual([10_000, 5]);
    list.failed('/1');
    expect([list.size, givenUp()]).toEqual([10_000, 5]);
  });

  test('tries nothing after its end, whatever fails then', () => {
    const { list, tries, givenUp } = start();
    list.failed('/a');
    list[Symbol.dispose]();
    list.failed('/b');
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(100_000);
    expect([tries, givenUp(), list.size]).toEqual([[], 0, 0]);
  });
});
