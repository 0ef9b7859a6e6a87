import { expect, test } from 'vitest';
import { keepNewest } from '../../../src/core/keep-newest.ts';

test('the oldest go until no more are left than there may be', () => {
  const names = new Set(['a', 'b', 'c', 'd']);
  keepNewest(names, 2);
  expect([...names]).toEqual(['c', 'd']);
  keepNewest(names, 2);
  expect([...names]).toEqual(['c', 'd']);
  const ages = new Map([['a', 1]]);
  keepNewest(ages, 0);
  expect(ages.size).toBe(0);
});
