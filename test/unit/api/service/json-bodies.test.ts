import { describe, expect, test } from 'vitest';
import { holdsTooMuch, largeBodyBytes } from '../../../../src/api/service/json-bodies.ts';

describe('a text of JSON', () => {
  test.each([
    ['small, whatever it is', '['.repeat(100_000), false],
    [
      'ten thousand paths',
      JSON.stringify({ paths: Array.from({ length: 10_000 }, () => `/a, b, [c] {d}/${'e'.repeat(300)}`) }),
      false,
    ],
    ['as large as may be, and one value', JSON.stringify('x'.repeat(largeBodyBytes - 2)), false],
    ['lists', `[${'[],'.repeat(110_000)}1]`, true],
    ['objects in each other', '{"":'.repeat(210_000), true],
    ['numbers', `[${'1,'.repeat(210_000)}1]`, true],
  ])('holds too many values, or not: %s', (_name, text, expected) => {
    expect(holdsTooMuch(text)).toBe(expected);
  });
});
