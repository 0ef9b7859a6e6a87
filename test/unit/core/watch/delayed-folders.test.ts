// Folders wait their time, each once, and no more of them than there is room for.
import { expect, test } from 'vitest';
import { DelayedFolders } from '../../../../src/core/watch/delayed-folders.ts';

test('a folder comes out once, when its time has come, with the last time it appeared', () => {
  const folders = new DelayedFolders(1000, 2);
  expect(folders.add({ path: '/a', root: '/', sinceMs: 1 }, 10)).toBe(true);
  expect(folders.add({ path: '/b', root: '/', sinceMs: 2 }, 500)).toBe(true);
  expect(folders.add({ path: '/a', root: '/', sinceMs: 3 }, 600)).toBe(true);
  expect(folders.add({ path: '/c', root: '/', sinceMs: 4 }, 600)).toBe(false);
  expect(folders.takeDue(1009)).toEqual([]);
  expect(folders.takeDue(1010)).toMatchObject([{ path: '/a', sinceMs: 3 }]);
  expect(folders.takeDue(9999)).toMatchObject([{ path: '/b', sinceMs: 2 }]);
  expect(folders.size).toBe(0);
  for (const sinceMs of [null, 7, null]) folders.add({ path: '/d', root: '/', sinceMs }, 10_000);
  expect(folders.takeDue(11_000)).toMatchObject([{ path: '/d', sinceMs: 7 }]);
});
