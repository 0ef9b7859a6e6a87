import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { orLate } from '../../../src/core/or-late.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an answer', () => {
  test('that is there in time is taken, and so is a failure', async () => {
    expect(await orLate(Promise.resolve('there'), 1000, () => 'late')).toBe('there');
    const failed = Promise.reject(new Error('failed'));
    await expect(orLate(failed, 1000, () => 'late')).rejects.toThrow('failed');
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is waited for no longer than said; a failure afterwards is nobody's", async () => {
    const work = Promise.withResolvers<string>();
    const answer = orLate(work.promise, 1000, () => 'late');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await answer).toBe('late');
    work.reject(new Error('much later'));
  });

  test('that is late may be an error', async () => {
    const answer = orLate(new Promise<string>(() => {}), 1000, () => {
      throw new RangeError('too late');
    });
    const settled = Promise.allSettled([answer]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await settled).toEqual([{ status: 'rejected', reason: new RangeError('too late') }]);
  });

  test('that comes with the deadline is the answer: nothing is done as if it were late', async () => {
    const late = vi.fn<() => string>(() => 'late');
    const work = Promise.withResolvers<string>();
    const answer = orLate(work.promise, 1000, late);
    await vi.advanceTimersByTimeAsync(999);
    work.resolve('there');
    await vi.advanceTimersByTimeAsync(1);
    expect(await answer).toBe('there');
    expect(late).not.toHaveBeenCalled();
  });
});
