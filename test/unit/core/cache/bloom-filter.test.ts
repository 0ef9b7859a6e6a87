import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BloomFilter } from '../../../../src/core/cache/bloom-filter.ts';
import { identityNumber } from './fake-verdict-store.ts';

describe('the bloom filter', () => {
  test('never denies what was put in, whatever the text and however full it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 300 })),
        fc.integer({ min: 1, max: 64 }),
        (keys, sizeBytes) => {
          const filter = BloomFilter.ofSize(sizeBytes);
          for (const key of keys) filter.add(key);
          expect(keys.filter((key) => !filter.mayHave(key))).toEqual([]);
          const again = new BloomFilter(filter.content);
          expect(keys.filter((key) => !again.mayHave(key))).toEqual([]);
        },
      ),
    );
  });

  test('denies everything while nothing is in it', () => {
    const filter = BloomFilter.ofSize(16);
    expect([identityNumber(1), '', 'x'].filter((key) => filter.mayHave(key))).toEqual([]);
    expect(filter.estimatedFalsePositiveRate).toBe(0);
  });

  test('lets through as few of the others as it estimates', () => {
    const filter = BloomFilter.ofSize(20_000);
    for (let number = 0; number < 20_000; number += 1) filter.add(identityNumber(number));
    let passed = 0;
    for (let number = 20_000; number < 120_000; number += 1) {
      if (filter.mayHave(identityNumber(number))) passed += 1;
    }
    const formula = (1 - Math.exp((-5 * 20_000) / 160_000)) ** 5;
    expect(filter.estimatedFalsePositiveRate).toBeCloseTo(formula, 3);
    expect(passed / 100_000).toBeGreaterThan(formula * 0.9);
    expect(passed / 100_000).toBeLessThan(formula * 1.1);
  });

  test('tells identities apart that differ in one digit', () => {
    const filter = BloomFilter.ofSize(2 ** 20);
    const identity = identityNumber(1);
    filter.add(identity);
    for (let index = 0; index < identity.length; index += 1) {
      if (identity[index] === ':') continue;
      const digit = (Number(identity[index]) + 1) % 10;
      expect(filter.mayHave(`${identity.slice(0, index)}${digit}${identity.slice(index + 1)}`)).toBe(false);
    }
  });

  test('counts a key once', () => {
    const filter = BloomFilter.ofSize(2 ** 16);
    for (let turn = 0; turn < 3; turn += 1) filter.add('a');
    filter.add('b');
    expect(filter.entries).toBe(2);
  });

  test('refuses a size it cannot address', () => {
    expect(() => BloomFilter.ofSize(0)).toThrow(RangeError);
    expect(() => BloomFilter.ofSize(2 ** 29 + 1)).toThrow(RangeError);
  });
});
