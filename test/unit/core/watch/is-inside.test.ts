import { expect, test } from 'vitest';
import { isInside } from '../../../../src/core/watch/is-inside.ts';

test.each([
  ['/a/b', '/a', true],
  ['/a', '/a', true],
  ['/ab', '/a', false],
  ['/a', '/a/b', false],
  ['/a', '/', true],
])('%s is inside %s: %s', (path, folder, expected) => {
  expect(isInside(path, folder)).toBe(expected);
});
