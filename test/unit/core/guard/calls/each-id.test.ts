import { lstatSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eachId } from '../../../../../src/core/guard/calls/each-id.ts';
import { outcomeOf } from '../../../../../src/core/guard/finding-desk.ts';
import { AppError } from '../../../../../src/shared/errors.ts';

function done(id: number) {
  return outcomeOf(id, { ok: true, text: 'Done.' }, null);
}

test('what fails for one is told of that one, and the others are done', async () => {
  const outcomes = await eachId([1, 2, 3, 4], async (id) => {
    if (id === 2) throw new AppError('FILE_UNWRITABLE', 'the database\ntakes nothing');
    if (id === 3) lstatSync('/not/there');
    return done(id);
  });
  expect(outcomes.map(({ id, ok }) => [id, ok])).toEqual([
    [1, true],
    [2, false],
    [3, false],
    [4, true],
  ]);
  expect(outcomes[1]?.text).toMatch(/^Not done: the database\S+takes nothing$/);
});

test('one thing named twice is done once, and one after the other', async () => {
  const begun: number[] = [];
  const outcomes = await eachId([1, 2, 1], async (id) => {
    begun.push(id);
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun.at(-1)).toBe(id);
    return done(id);
  });
  expect([begun, outcomes.map(({ id }) => id)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('a bug is no outcome', async () => {
  await expect(
    eachId([1], async () => {
      throw new TypeError('a bug');
    }),
  ).rejects.toThrow('a bug');
});
