import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../src/core/logger.ts';
import { Quit } from '../../../src/main/quit.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function scene() {
  const ended = Promise.withResolvers<void>();
  const end = vi.fn<() => Promise<void>>(() => ended.promise);
  const exit = vi.fn<(code: number) => void>();
  return { ended, end, exit, quit: new Quit({ end, exit, logger: silentLogger }) };
}

describe('the end of the app', () => {
  test('waits until everything has stopped, and is one end however often it is asked for', async () => {
    const { ended, end, exit, quit } = scene();
    expect(quit.hasBegun).toBe(false);
    const first = quit.begin(3);
    const second = quit.begin();
    expect(quit.hasBegun).toBe(true);
    await vi.advanceTimersByTimeAsync(14_000);
    expect(exit).not.toHaveBeenCalled();
    ended.resolve();
    await Promise.all([first, second]);
    expect(end).toHaveBeenCalledTimes(1);
    expect(exit.mock.calls).toEqual([[3]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not wait longer than its deadline', async () => {
    const { exit, quit } = scene();
    const ending = quit.begin();
    await vi.advanceTimersByTimeAsync(15_000);
    await ending;
    expect(exit.mock.calls).toEqual([[2]]);
  });

  test('comes also when something cannot be stopped', async () => {
    const { ended, exit, quit } = scene();
    ended.reject(new Error('no'));
    await quit.begin();
    expect(exit.mock.calls).toEqual([[2]]);
  });
});
