import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PauseClock } from '../../../../src/core/respond/pause-clock.ts';
import type { Pause } from '../../../../src/shared/protection.ts';
import { startSeconds } from './samples.ts';

const daySeconds = 86_400;

beforeEach(() => {
  vi.useFakeTimers({ now: startSeconds * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function makeClock(options: { readonly monotonicMs?: () => number } = {}) {
  const ends: (readonly [how: string, actor: string])[] = [];
  const clock = new PauseClock({ ...options, onEnd: (how, _pause, actor) => ends.push([how, actor]) });
  return { clock, ends };
}

function pass(seconds: number): void {
  vi.advanceTimersByTime(seconds * 1000);
}

/** The wall clock is set; the time that passes is not changed. */
function setWall(seconds: number): void {
  vi.setSystemTime(seconds * 1000);
}

const saved: Pause = { since: startSeconds, until: startSeconds + 3600, actor: 'user eve' };

describe('a pause', () => {
  test('ends by itself when its time is over, once', () => {
    const { clock, ends } = makeClock();
    expect(clock.pause({ seconds: 900, actor: 'user eve' })).toEqual({
      since: startSeconds,
      until: startSeconds + 900,
      actor: 'user eve',
    });
    pass(899.9);
    expect(clock.current?.until).toBe(startSeconds + 900);
    pass(0.1);
    expect(clock.current).toBeNull();
    pass(daySeconds);
    expect(ends).toEqual([['elapsed', 'system']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is ended by a person at any time', () => {
    const { clock, ends } = makeClock();
    clock.pause({ seconds: 900, actor: 'user eve' });
    pass(10);
    expect(clock.resume('user bob')).toBe(true);
    expect(clock.current).toBeNull();
    expect(clock.resume('user bob')).toBe(false);
    pass(daySeconds);
    expect(ends).toEqual([['person', 'user bob']]);
  });

  test('until the next start has no time at which it ends', () => {
    const { clock, ends } = makeClock();
    expect(clock.pause({ seconds: null, actor: 'user eve' }).until).toBeNull();
    pass(400 * daySeconds);
    expect(clock.current?.until).toBeNull();
    expect(ends).toEqual([]);
    clock.resume('user eve');
    expect(ends).toEqual([['person', 'user eve']]);
  });

  test('takes the place of the one before', () => {
    const { clock, ends } = makeClock();
    clock.pause({ seconds: 100, actor: 'user eve' });
    pass(50);
    clock.pause({ seconds: 100, actor: 'user bob' });
    pass(99);
    expect(clock.current?.actor).toBe('user bob');
    pass(1);
    expect(ends).toEqual([['elapsed', 'system']]);
  });

  test('may be longer than a timer can hold', () => {
    const { clock, ends } = makeClock();
    const timers = vi.fn<typeof setTimeout>(setTimeout);
    vi.stubGlobal('setTimeout', timers);
    clock.pause({ seconds: 40 * daySeconds, actor: 'user eve' });
    expect(timers.mock.lastCall?.[1]).toBeLessThan(2 ** 31);
    vi.unstubAllGlobals();
    pass(40 * daySeconds - 1);
    expect(ends).toEqual([]);
    pass(1);
    expect(ends).toHaveLength(1);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 31_536_001])(
    'of %s seconds is refused',
    (seconds) => {
      const { clock } = makeClock();
      expect(() => clock.pause({ seconds, actor: 'user eve' })).toThrow(
        expect.objectContaining({ code: 'BAD_USAGE' }),
      );
      expect(clock.current).toBeNull();
    },
  );
});

describe('the wall clock', () => {
  test('set back by a day makes no pause longer', () => {
    const { clock, ends } = makeClock();
    clock.pause({ seconds: 900, actor: 'user eve' });
    pass(60);
    setWall(startSeconds - daySeconds);
    pass(839);
    expect(clock.current).not.toBeNull();
    pass(1);
    expect(clock.current).toBeNull();
    expect(ends).toEqual([['elapsed', 'system']]);
  });

  test('ahead by more than is left ends it: protection comes back too early rather than too late', () => {
    const { clock, ends } = makeClock();
    clock.pause({ seconds: 900, actor: 'user eve' });
    setWall(startSeconds + daySeconds);
    pass(15);
    expect(ends).toEqual([['elapsed', 'system']]);
  });

  test('counts the time a machine sleeps, for which the other clock stands still', () => {
    const { clock, ends } = makeClock({ monotonicMs: () => 0 });
    clock.pause({ seconds: 3600, actor: 'user eve' });
    pass(3599);
    expect(ends).toEqual([]);
    pass(15);
    expect(ends).toEqual([['elapsed', 'system']]);
  });
});

describe('after a restart', () => {
  test('a pause goes on to its time', () => {
    const { clock, ends } = makeClock();
    setWall(startSeconds + 600);
    expect(clock.restore(saved, true)).toEqual(saved);
    pass(2999);
    expect(clock.current).toEqual(saved);
    pass(1);
    expect(clock.current).toBeNull();
    expect(ends).toEqual([['elapsed', 'system']]);
  });

  test.each([
    ['its time has come', saved, startSeconds + 3600],
    ['its time has long passed', saved, startSeconds + 30 * daySeconds],
    ['the clock was set back to before it began', saved, startSeconds - daySeconds],
    ['it lasted until the next start', { ...saved, until: null }, startSeconds + 600],
    ['it would last longer than any pause may', { ...saved, until: startSeconds + 1e9 }, startSeconds + 600],
  ])('it is over when %s, and that is told', (_when, pause, nowSeconds) => {
    const { clock, ends } = makeClock();
    setWall(nowSeconds);
    expect(clock.restore(pause, true)).toBeNull();
    expect(clock.current).toBeNull();
    expect(ends).toEqual([['elapsed', 'system']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('nothing saved is no pause', () => {
    const { clock, ends } = makeClock();
    expect(clock.restore(null, true)).toBeNull();
    expect(ends).toEqual([]);
  });

  test('a pause until the next start goes on where it was no start', () => {
    const { clock } = makeClock();
    expect(clock.restore({ ...saved, until: null }, false)?.until).toBeNull();
  });
});

test('its end is silent and leaves no timer', () => {
  const { clock, ends } = makeClock();
  clock.pause({ seconds: 900, actor: 'user eve' });
  clock[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  pass(daySeconds);
  expect(ends).toEqual([]);
});
