// The wheel gives everything out once, never too early and at most a tick late, whatever the steps of time.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerWheel } from '../../../../src/core/watch/timer-wheel.ts';

const tickMs = 10;

test('everything is given out once, in order, not early and no more than a tick late', () => {
  const steps = fc.array(
    fc.record({ waitMs: fc.integer({ min: 0, max: 3000 }), dueInMs: fc.integer({ min: -50, max: 5000 }) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 1e9 }), (todo, startMs) => {
      const wheel = new TimerWheel<{ readonly id: number; readonly dueMs: number; readonly addedMs: number }>(
        tickMs,
      );
      const given = new Set<number>();
      let [nowMs, previousMs] = [startMs, startMs];
      function take(): void {
        const due = wheel.takeDue(nowMs);
        for (const { id, dueMs, addedMs } of due) {
          expect(given.has(id)).toBe(false);
          given.add(id);
          expect(dueMs).toBeLessThanOrEqual(nowMs);
          // It was not due, by a whole tick, when the wheel was last asked.
          expect(Math.max(dueMs, addedMs) + tickMs).toBeGreaterThan(previousMs);
        }
        const times = due.map(({ dueMs, addedMs }) => Math.max(dueMs, addedMs));
        for (const [index, timeMs] of times.entries())
          expect(timeMs + 2 * tickMs).toBeGreaterThan(times[index - 1] ?? 0);
        previousMs = nowMs;
      }
      for (const [id, { waitMs, dueInMs }] of todo.entries()) {
        wheel.add({ id, dueMs: nowMs + dueInMs, addedMs: nowMs }, nowMs + dueInMs);
        nowMs += waitMs;
        take();
        expect(wheel.size).toBe(id + 1 - given.size);
      }
      nowMs += 10_000;
      take();
      expect(given.size).toBe(todo.length);
    }),
  );
});

test('what is added while it gives out comes with the next taking', () => {
  const wheel = new TimerWheel<string>(tickMs);
  wheel.add('first', 100);
  expect(wheel.takeDue(100)).toEqual(['first']);
  wheel.add('late', 50);
  expect(wheel.takeDue(100)).toEqual([]);
  expect(wheel.takeDue(110)).toEqual(['late']);
});
