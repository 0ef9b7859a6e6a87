import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lru } from '../../../../src/core/cache/lru.ts';

interface Value {
  readonly size: number;
}

describe('the least recently used map', () => {
  test('puts out what was used longest ago, and says how often', () => {
    const lru = new Lru<Value>(2, ({ size }) => size);
    lru.set('a', { size: 1 });
    lru.set('b', { size: 2 });
    expect(lru.get('a')).toEqual({ size: 1 });
    lru.set('c', { size: 4 });
    expect(['a', 'b', 'c'].filter((key) => lru.has(key))).toEqual(['a', 'c']);
    expect([lru.evictions, lru.sizeBytes, lru.room]).toEqual([1, 5, 0]);
  });

  test('keeps nothing when it has no room at all', () => {
    const lru = new Lru<Value>(0, ({ size }) => size);
    lru.set('a', { size: 1 });
    expect([lru.size, lru.sizeBytes, lru.evictions]).toEqual([0, 0, 0]);
  });

  test('holds at most so many bytes, and nothing that is larger alone', () => {
    const lru = new Lru<Value>(10, ({ size }) => size, 10);
    for (const key of ['a', 'b', 'c']) lru.set(key, { size: 3 });
    lru.set('d', { size: 7 });
    expect([lru.has('c'), lru.has('d'), lru.sizeBytes, lru.evictions]).toEqual([true, true, 10, 2]);
    lru.set('d', { size: 11 });
    expect([lru.has('c'), lru.has('d'), lru.sizeBytes, lru.evictions]).toEqual([true, false, 3, 2]);
  });

  test('does what a sorted list does', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__'),
      size: fc.nat(9),
      kind: fc.constantFrom('set', 'set', 'get', 'delete', 'clear'),
    });
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 1, max: 4 }), (steps, bound) => {
        const lru = new Lru<Value>(bound, ({ size }) => size);
        const given: unknown[] = [];
        const expected: unknown[] = [];
        let model: { key: string; size: number }[] = [];
        for (const { key, size, kind } of steps) {
          const found = model.find((entry) => entry.key === key);
          const others = model.filter((entry) => entry.key !== key);
          if (kind === 'clear') {
            lru.clear();
            model = [];
          } else if (kind === 'delete') {
            lru.delete(key);
            model = others;
          } else if (kind === 'get') {
            given.push(lru.get(key)?.size);
            expected.push(found?.size);
            if (found !== undefined) model = [...others, found];
          } else {
            lru.set(key, { size });
            model = [...others, { key, size }].slice(-bound);
          }
          expect(lru.size).toBe(model.length);
          expect(lru.sizeBytes).toBe(model.reduce((sum, entry) => sum + entry.size, 0));
          expect(model.filter((entry) => !lru.has(entry.key))).toEqual([]);
        }
        expect(given).toEqual(expected);
      }),
    );
  });
});
