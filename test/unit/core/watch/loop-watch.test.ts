// Events may have been lost when the loop stood still, or when more came in one turn than half the kernel's queue.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LoopWatch } from '../../../../src/core/watch/loop-watch.ts';

let nowMs = 0;
let causes: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 0;
  causes = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function watch(): LoopWatch {
  return new LoopWatch({ now: () => nowMs, queueLimit: 100, suspect: (cause) => causes.push(cause) });
}

function pass(milliseconds: number): void {
  nowMs += milliseconds;
  vi.advanceTimersByTime(250);
}

test('a loop that turns raises no doubt', () => {
  using loop = watch();
  for (let turn = 0; turn < 20; turn += 1) pass(250);
  expect(causes).toEqual([]);
  expect(loop.takeLongestMs()).toBe(0);
});

test('a loop that stood still for more than a second raises one, and its longest delay is told once', () => {
  using loop = watch();
  pass(1100);
  expect(causes).toEqual([]);
  pass(3250);
  pass(250);
  expect(causes).toEqual(['the watcher stood still for 3.0 seconds']);
  expect(loop.takeLongestMs()).toBe(3000);
  expect(loop.takeLongestMs()).toBe(0);
});

test('as many events in one turn as half the queue holds raise one, spread over turns they do not', () => {
  using loop = watch();
  for (let turn = 0; turn < 10; turn += 1) {
    for (let event = 0; event < 49; event += 1) loop.count();
    vi.advanceTimersByTime(1);
  }
  expect(causes).toEqual([]);
  for (let event = 0; event < 50; event += 1) loop.count();
  vi.advanceTimersByTime(1);
  expect(causes).toEqual(['50 events came at once: the queue of the kernel may have run over']);
});
