import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ring } from '../../../../src/core/metrics/ring.ts';

describe('the ring', () => {
  test.each([
    [0, []],
    [1, [5]],
    [2, [4, 5]],
    [5, [1, 2, 3, 4, 5]],
    [9, [1, 2, 3, 4, 5]],
  ])('of %i keeps the newest, oldest first', (capacity, kept) => {
    const ring = new Ring<number>(capacity);
    for (const item of [1, 2, 3, 4, 5]) ring.push(item);
    expect([...ring]).toEqual(kept);
    expect(ring.size).toBe(kept.length);
  });

  test('gives as many of the newest as are asked for', () => {
    const ring = new Ring<number>(3);
    for (const item of [1, 2, 3, 4]) ring.push(item);
    expect([-1, 0, 1, 2, 3, 9].map((limit) => ring.latest(limit))).toEqual([
      [],
      [],
      [4],
      [3, 4],
      [2, 3, 4],
      [2, 3, 4],
    ]);
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('of %d cannot be had', (capacity) => {
    expect(() => new Ring(capacity)).toThrow(RangeError);
  });

  test('does what a list does that is cut at its bound, whenever the bound changes', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ push: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ capacity: fc.nat({ max: 6 }) }) },
    );
    fc.assert(
      fc.property(fc.nat({ max: 6 }), fc.array(step, { maxLength: 60 }), (first, steps) => {
        const ring = new Ring<number>(first);
        let capacity = first;
        let model: number[] = [];
        for (const item of steps) {
          if ('push' in item) {
            ring.push(item.push);
            model.push(item.push);
          } else {
            ring.setCapacity(item.capacity);
            capacity = item.capacity;
          }
          model = model.slice(Math.max(0, model.length - capacity));
          expect([...ring]).toEqual(model);
        }
      }),
    );
  });
});
