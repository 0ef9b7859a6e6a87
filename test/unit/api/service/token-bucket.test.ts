import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenBuckets } from '../../../../src/api/service/token-bucket.ts';

const rate = { capacity: 3, refillPerMinute: 60 };

function bucketsAt(options: { maxClients?: number } = {}) {
  const clock = { nowMs: 5000 };
  return { clock, buckets: new TokenBuckets({ ...options, nowMs: () => clock.nowMs }) };
}

describe('a bucket of requests', () => {
  test('is full at first, and refuses when it is empty, saying when there is room', () => {
    const { buckets } = bucketsAt();
    expect([1, 2, 3, 4].map(() => buckets.take('a', rate))).toEqual([
      { isAllowed: true, capacity: 3, remaining: 2, waitMs: 1000 },
      { isAllowed: true, capacity: 3, remaining: 1, waitMs: 2000 },
      { isAllowed: true, capacity: 3, remaining: 0, waitMs: 3000 },
      { isAllowed: false, capacity: 3, remaining: 0, waitMs: 1000 },
    ]);
  });

  test('is refilled steadily, also for who is refused meanwhile', () => {
    const { clock, buckets } = bucketsAt();
    for (let count = 0; count < 3; count += 1) buckets.take('a', rate);
    clock.nowMs += 600;
    expect(buckets.take('a', rate)).toMatchObject({ isAllowed: false, waitMs: expect.closeTo(400) });
    clock.nowMs += 400;
    expect(buckets.take('a', rate).isAllowed).toBe(true);
    expect(buckets.take('a', rate).isAllowed).toBe(false);
  });

  test('is one of many: a client takes nothing from another', () => {
    const { buckets } = bucketsAt();
    for (let count = 0; count < 4; count += 1) buckets.take('a', rate);
    expect(buckets.take('a', rate).isAllowed).toBe(false);
    expect(buckets.take('b', rate)).toMatchObject({ isAllowed: true, remaining: 2 });
  });

  test('follows a rate that changes', () => {
    const { clock, buckets } = bucketsAt();
    for (let count = 0; count < 3; count += 1) buckets.take('a', rate);
    clock.nowMs += 60;
    expect(buckets.take('a', { capacity: 2000, refillPerMinute: 1000 })).toMatchObject({ isAllowed: true });
    clock.nowMs += 3_600_000;
    expect(buckets.take('a', { capacity: 1, refillPerMinute: 1 })).toMatchObject({ remaining: 0 });
    expect(buckets.take('a', { capacity: 1, refillPerMinute: 1 })).toMatchObject({ waitMs: 60_000 });
  });

  test('never lets through more than its capacity and what was refilled', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 2500 }), { minLength: 1, maxLength: 200 });
    const holds = fc.check(
      fc.property(waits, (waitsMs) => {
        const { clock, buckets } = bucketsAt();
        const allowedAtMs: number[] = [];
        for (const waitMs of waitsMs) {
          clock.nowMs += waitMs;
          if (buckets.take('a', rate).isAllowed) allowedAtMs.push(clock.nowMs);
        }
        return allowedAtMs.every((fromMs, first) =>
          allowedAtMs.slice(first).every((untilMs, further) => further + 1 <= 3 + (untilMs - fromMs) / 1000),
        );
      }),
      { numRuns: 50 },
    );
    expect(holds).toMatchObject({ failed: false });
  });

  test('is forgotten when there are too many others, the least recently used first', () => {
    const { buckets } = bucketsAt({ maxClients: 2 });
    for (const client of ['a', 'b', 'b', 'a', 'c']) buckets.take(client, rate);
    expect(buckets.clients).toBe(2);
    expect(buckets.take('a', rate)).toMatchObject({ remaining: 0 });
    expect(buckets.take('b', rate)).toMatchObject({ remaining: 2 });
    expect(buckets.clients).toBe(2);
  });
});
