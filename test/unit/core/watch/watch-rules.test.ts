import { expect, test } from 'vitest';
import { sameRules, watchRules } from '../../../../src/core/watch/watch-rules.ts';
import { watchOf } from './fake-watcher.ts';

const settings = watchOf('/home', '/srv');

test('what is on a file system that does not answer is left alone, besides what is excluded', () => {
  const exclusions = {
    excludes: (path: string) => path === '/a',
    excludesFolder: (path: string) => path === '/b',
  };
  const rules = watchRules(exclusions, ['/mnt/nas']);
  const paths = ['/a', '/b', '/mnt', '/mnt/nas', '/mnt/nas/file', '/mnt/nas2'];
  expect(paths.filter((path) => rules.excludes(path))).toEqual(['/a', '/mnt/nas', '/mnt/nas/file']);
  expect(paths.filter((path) => rules.excludesFolder(path))).toEqual(['/b', '/mnt/nas', '/mnt/nas/file']);
  expect(paths.filter((path) => rules.stalls(path))).toEqual(['/mnt/nas', '/mnt/nas/file']);
});

test('other rules are those of the root itself: a mount elsewhere changes nothing in it', () => {
  const stalled = { ...settings, stalled: ['/home/me/nas'] };
  expect(sameRules(settings, stalled, '/home')).toBe(false);
  expect(sameRules(settings, stalled, '/home/me/nas/deep')).toBe(false);
  expect(sameRules(settings, stalled, '/srv')).toBe(true);
  expect(sameRules(settings, { ...settings, ownFolders: ['1:2'] }, '/srv')).toBe(false);
});
