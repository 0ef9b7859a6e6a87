import { expect, test } from 'vitest';
import { RecentMaximum } from '../../../../src/core/watch/recent-maximum.ts';

test('the largest value of the last minute counts, also when no other one comes after it', () => {
  let nowMs = 5_000_000;
  const recent = new RecentMaximum(() => nowMs);
  expect(recent.value).toBe(0);
  recent.add(40);
  recent.add(700);
  recent.add(3);
  expect(recent.value).toBe(700);
  nowMs += 59_000;
  expect(recent.value).toBe(700);
  recent.add(20);
  nowMs += 1000;
  expect(recent.value).toBe(20);
  nowMs += 600_000;
  expect(recent.value).toBe(0);
});
