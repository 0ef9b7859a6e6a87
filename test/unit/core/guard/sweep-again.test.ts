import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SweepAgain } from '../../../../src/core/guard/sweep-again.ts';

const minuteMs = 60_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function start() {
  const request = vi.fn<() => void>();
  return { request, again: new SweepAgain(request) };
}

describe('after a sweep', () => {
  test('that met nothing of the kind no other one is asked for', () => {
    const { request, again } = start();
    again.sweepEnded();
    expect([vi.getTimerCount(), request.mock.calls]).toEqual([0, []]);
  });

  test('with files that could not be scanned for now others follow, further and further apart, an hour at most', () => {
    const { request, again } = start();
    for (const minutes of [5, 10, 20, 40, 60, 60]) {
      request.mockClear();
      again.failed();
      again.sweepEnded();
      vi.advanceTimersByTime(minutes * minuteMs - 1);
      expect(request).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(request).toHaveBeenCalledOnce();
    }
  });

  test('in which all could be scanned it begins anew', () => {
    const { request, again } = start();
    again.failed();
    again.sweepEnded();
    again.sweepEnded();
    vi.advanceTimersByTime(100 * minuteMs);
    expect(request).not.toHaveBeenCalled();
    again.failed();
    again.sweepEnded();
    vi.advanceTimersByTime(5 * minuteMs);
    expect(request).toHaveBeenCalledOnce();
  });
});
