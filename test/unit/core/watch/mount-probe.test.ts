import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MountProbe } from '../../../../src/core/watch/mount-probe.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

describe('a mount', () => {
  test.each(['', '/nowhere at all', "/with 'quotes' \\0101 and\nmore", '/caf\udce9'])(
    'answers, whether it is there or not: %j',
    async (name) => {
      using folder = temporaryFolder();
      using probe = new MountProbe();
      expect(await probe.answersInTime(folder.path + name, 10_000)).toBe(true);
      expect(probe.openCount).toBe(0);
    },
  );
});

test('one that cannot be asked has not answered, and is asked again', async () => {
  const ask = vi.fn<() => Promise<void>>(() => Promise.reject(new Error('no process can be started')));
  using probe = new MountProbe(ask);
  expect([await probe.answersInTime('/mnt/a'), await probe.answersInTime('/mnt/a')]).toEqual([false, false]);
  expect([ask.mock.calls.length, probe.openCount]).toEqual([2, 0]);
});

describe('a mount that hangs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is asked once, however often it is asked for, and again only when it has answered', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const ask = vi.fn<() => Promise<void>>(() => promise);
    using probe = new MountProbe(ask);
    const answers = Promise.all([probe.answersInTime('/mnt/a', 100), probe.answersInTime('/mnt/a', 200)]);
    await vi.advanceTimersByTimeAsync(200);
    expect(await answers).toEqual([false, false]);
    expect([ask.mock.calls.length, probe.openCount]).toEqual([1, 1]);
    const late = probe.answersInTime('/mnt/a', 100);
    await vi.advanceTimersByTimeAsync(50);
    resolve();
    expect(await late).toBe(true);
    expect(await probe.answersInTime('/mnt/a', 100)).toBe(true);
    expect([ask.mock.calls.length, probe.openCount]).toEqual([2, 0]);
  });
});
