// A doubt is told at once, at most once a while for each root, and the last one is never dropped.
import { expect, test } from 'vitest';
import { Doubts } from '../../../../src/core/watch/doubts.ts';

test('the first is told at once, those that follow together when their time has come', () => {
  const told: [string | null, string][] = [];
  const doubts = new Doubts(1000, (root, cause) => told.push([root, cause]));
  for (let atMs = 0; atMs < 900; atMs += 1) doubts.add('/root', `at ${atMs}`, atMs);
  expect(told).toEqual([['/root', 'at 0']]);
  doubts.add(null, 'stood still', 900);
  doubts.tellDue(1000);
  doubts.tellDue(5000);
  expect(told).toEqual([
    ['/root', 'at 0'],
    [null, 'stood still'],
    ['/root', 'at 899'],
  ]);
});
