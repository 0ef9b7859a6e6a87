// Which moment a request of the load counts from, and what is counted as lost.
import { describe, expect, test } from 'vitest';
import { RequestClock } from '../../load/request-clock.ts';

function latencies(clock: RequestClock, times: readonly (readonly [sentMs: number, answeredMs: number])[]) {
  return times.map(([sentMs, answeredMs]) => {
    clock.sent(sentMs);
    return clock.answered(answeredMs)?.latencyMs;
  });
}

describe('the clock of one connection', () => {
  test('a request that is sent early counts from when it is sent', () => {
    const times = [
      [5000, 5003],
      [5003, 5010],
      [6000, 6001],
      [6001, 6002],
    ] as const;
    expect(latencies(new RequestClock(2), times)).toEqual([3, 7, 1, 1]);
  });

  test('requests that an earlier answer held up count from when they were due', () => {
    // Due at 0, 100, 200, …: the first answer takes 350 ms.
    const times = [
      [0, 350],
      [350, 355],
      [355, 360],
      [360, 365],
      [365, 370],
    ] as const;
    expect(latencies(new RequestClock(10), times)).toEqual([350, 255, 160, 65, 5]);
  });

  test('after a stall of more than a second the first request counts from the beginning of the second it is sent in', () => {
    const times = [
      [0, 2300],
      [2300, 2310],
      [2310, 2320],
    ] as const;
    expect(latencies(new RequestClock(4), times)).toEqual([2300, 310, 70]);
  });

  test('one that the generator still counts to the second before is not late, and neither is who comes after it', () => {
    // The third of the first second was held up, and was sent as the first of the next one, before the timer came.
    const times = [
      [0, 500],
      [500, 1001],
      [1001, 1002],
      [1002, 1003],
      [1003, 1004],
      [1004, 1005],
      [2002, 2003],
      [2003, 2004],
    ] as const;
    expect(latencies(new RequestClock(3), times).map((ms) => Math.round(ms ?? -1))).toEqual([
      500, 668, 2, 1, 1, 1, 1, 1,
    ]);
  });

  test('without a rate each request counts from when it is sent', () => {
    const times = [
      [0, 900],
      [900, 901],
    ] as const;
    expect(latencies(new RequestClock(null), times)).toEqual([900, 1]);
  });

  test('a request sent while another is under way means that one is lost', () => {
    const clock = new RequestClock(null);
    clock.sent(0);
    clock.sent(10);
    expect(clock.answered(15)).toEqual({ belongsToMs: 10, latencyMs: 5 });
    expect(clock.answered(16)).toBeNull();
    expect(clock.lost).toBe(1);
  });

  test('a request belongs to the second it was due in, however late it is sent', () => {
    const clock = new RequestClock(2);
    clock.sent(400);
    clock.answered(1300);
    clock.sent(1300);
    expect(clock.answered(1450)).toEqual({ belongsToMs: 400, latencyMs: 550 });
    clock.sent(1460);
    expect(clock.answered(1470)).toEqual({ belongsToMs: 1460, latencyMs: 10 });
  });

  test('what is still waited for is told, until it is answered', () => {
    const clock = new RequestClock(null);
    clock.sent(100);
    expect(clock.waitingMs(700)).toBe(600);
    clock.answered(700);
    expect(clock.waitingMs(900)).toBe(0);
  });
});
