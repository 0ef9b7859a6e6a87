import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScanQueue } from '../../../../src/core/queue/scan-queue.ts';
import { priorities, type Priority, type ScanRequest } from '../../../../src/shared/scan.ts';

function request(path: string, priority: Priority): ScanRequest {
  return { path, priority, origin: 'manual' };
}

describe('the queue', () => {
  test('gives the most urgent first, and first come first served among equals', () => {
    const queue = new ScanQueue(10);
    for (const [path, priority] of [
      ['a', 'low'],
      ['b', 'normal'],
      ['c', 'critical'],
      ['d', 'normal'],
      ['e', 'high'],
    ] as const) {
      expect(queue.push(request(path, priority))).toEqual({ kind: 'added' });
    }
    expect(Array.from({ length: 6 }, () => queue.take()?.path)).toEqual(['c', 'e', 'b', 'd', 'a', undefined]);
  });

  test('raises a path that is asked for more urgently, and never lowers it', () => {
    const queue = new ScanQueue(10);
    queue.push(request('a', 'normal'));
    queue.push(request('b', 'low'));
    expect(queue.push(request('b', 'high'))).toEqual({ kind: 'merged' });
    expect(queue.push(request('b', 'low'))).toEqual({ kind: 'merged' });
    expect(queue.size).toBe(2);
    expect(queue.take()).toEqual(request('b', 'high'));
  });

  test('refuses a new path at its bound, but still raises one that waits', () => {
    const queue = new ScanQueue(1);
    queue.push(request('a', 'low'));
    expect(queue.hasRoom).toBe(false);
    expect(queue.push(request('b', 'critical'))).toEqual({ kind: 'refused' });
    expect(queue.push(request('a', 'critical'))).toEqual({ kind: 'merged' });
    expect(queue.take()).toEqual(request('a', 'critical'));
    expect(queue.push(request('b', 'low'))).toEqual({ kind: 'added' });
  });
});

/** The queue as its promise reads: a list, sorted each time it is asked. */
class Model {
  readonly waiting: { path: string; rank: number; turn: number }[] = [];
  turn = 0;

  push(path: string, rank: number, bound: number): string {
    this.turn += 1;
    const found = this.waiting.find((entry) => entry.path === path);
    if (found !== undefined) {
      if (rank < found.rank) Object.assign(found, { rank, turn: this.turn });
      return 'merged';
    }
    if (this.waiting.length >= bound) return 'refused';
    this.waiting.push({ path, rank, turn: this.turn });
    return 'added';
  }

  take(): string | undefined {
    this.waiting.sort((left, right) => left.rank - right.rank || left.turn - right.turn);
    return this.waiting.shift()?.path;
  }
}

test('the queue does what its model does, whatever comes in whatever order', () => {
  const push = fc.record({
    path: fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__'),
    priority: fc.constantFrom(...priorities),
  });
  const step = fc.oneof({ weight: 3, arbitrary: push }, { weight: 2, arbitrary: fc.constant(null) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (steps, bound) => {
      const queue = new ScanQueue(bound);
      const model = new Model();
      for (const item of steps) {
        const done = item === null ? queue.take()?.path : queue.push(request(item.path, item.priority)).kind;
        const expected =
          item === null ? model.take() : model.push(item.path, priorities.indexOf(item.priority), bound);
        expect(done).toBe(expected);
        expect(queue.size).toBe(model.waiting.length);
        expect(queue.hasRoom).toBe(queue.size < bound);
      }
      while (queue.size > 0) expect(queue.take()?.path).toBe(model.take());
      expect(model.waiting).toEqual([]);
    }),
  );
});
