import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closestName, didYouMean, editDistance } from '../../../../src/shared/settings/closest-name.ts';

describe('the name that was meant', () => {
  const names = ['enable_yara', 'enable_clamav', 'exclude', 'clamd'];

  test.each([
    ['enable_yarra', 'enable_yara'],
    ['enabel_yara', 'enable_yara'],
    ['ENABLE_CLAMAV', 'enable_clamav'],
    ['clam', 'clamd'],
    ['something', null],
    ['', null],
  ])('by %j is %j', (name, expected) => {
    expect(closestName(name, names)).toBe(expected);
  });

  test('is put as a question, or not at all', () => {
    expect(didYouMean('exclud', names)).toBe("; did you mean 'exclude'?");
    expect(didYouMean('nonsense', names)).toBe('');
  });

  test('is looked for in a bounded time, however long the name', () => {
    expect(closestName('x'.repeat(1_000_000), names)).toBeNull();
  });
});

describe('the distance of two names', () => {
  test.each([
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
  ])('%j to %j is %d', (one, other, expected) => {
    expect(editDistance(one, other)).toBe(expected);
  });

  test('is the same both ways, and nothing only for equal names', () => {
    const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(editDistance(one, other)).toBe(editDistance(other, one));
        expect(editDistance(one, other) === 0).toBe(one === other);
        expect(editDistance(one, other)).toBeLessThanOrEqual(Math.max(one.length, other.length));
      }),
    );
  });
});
