import { expect, test } from 'vitest';
import { currentActor } from '../../../src/core/actor.ts';

test('who asks is the user by name', () => {
  expect(currentActor(() => 'anna')).toBe('user anna');
  expect(currentActor()).toMatch(/^user ./);
});

test('a user without a name is a number', () => {
  const expected = `user ${process.getuid?.() ?? 'unknown'}`;
  expect(currentActor(() => '')).toBe(expected);
  expect(
    currentActor(() => {
      throw new Error('no such user');
    }),
  ).toBe(expected);
});

test('a name is no longer than the contract allows', () => {
  expect(currentActor(() => 'x'.repeat(1000)).length).toBeLessThanOrEqual(200);
});
