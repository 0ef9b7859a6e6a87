// Which scans are under way, which are over, and which of two answers is newer.
import { expect, test } from 'vitest';
import { lastEnded, underWay, withNewer } from '../../../../src/renderer/pages/scan/job-lists.ts';
import { jobStateSchema } from '../../../../src/shared/job.ts';
import { job } from '../../../renderer/fixtures.ts';

const jobs = jobStateSchema.options.map((state, index) => job({ id: 10 - index, state, ended_at: index }));

test('what runs, rests or was interrupted is under way, what was begun first stands first', () => {
  expect(underWay(jobs).map(({ state }) => state)).toEqual(['interrupted', 'paused', 'running']);
});

test('the last is the one that ended last, whatever its number', () => {
  expect(lastEnded(jobs)?.state).toBe('failed');
  expect(lastEnded(underWay(jobs))).toBeNull();
});

test('of the same scan the newer word counts, and none is listed twice', () => {
  const listed = [job({ id: 1, state: 'running' }), job({ id: 2, state: 'done' })];
  const merged = withNewer(listed, [job({ id: 1, state: 'done' }), job({ id: 3 })]);
  expect(merged.map(({ id, state }) => [id, state])).toEqual([
    [3, 'running'],
    [2, 'done'],
    [1, 'done'],
  ]);
});
