// A root is tried again when there is hope, stays watched meanwhile, and says what stands against it.
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SystemLimits } from '../../../../src/core/watch/root-trouble.ts';
import { RootWatch, type RootWatchOptions } from '../../../../src/core/watch/root-watch.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { failure, type FakeWatch, fakeFolders, lastOf } from './fake-folders.ts';

let folder: TemporaryFolder;
let nowMs = 0;
let limits: SystemLimits = { platform: 'linux', watches: 1000, instances: 128 };
let told: string[] = [];
let fake = fakeFolders();
let watch: RootWatch;

beforeEach(() => {
  folder = temporaryFolder();
  nowMs = 0;
  limits = { platform: 'linux', watches: 1000, instances: 128 };
  told = [];
  fake = fakeFolders();
  watch = rootWatch();
});
afterEach(async () => {
  await watch[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function rootWatch(changes: Partial<RootWatchOptions> = {}): RootWatch {
  return new RootWatch({
    root: { path: folder.path, removable: false },
    watchFolders: fake.watchFolders,
    excludesFolder: () => false,
    stalls: () => false,
    ownFolders: new Set(),
    limits: () => limits,
    now: () => nowMs,
    clock: () => nowMs,
    doubtAtStart: null,
    listener: {
      entry: () => {},
      unnamed: () => {},
      folder: (path, isNew) => told.push(`${isNew ? 'new' : 'found'} ${path}`),
      changed: () => {},
      doubt: (cause) => told.push(`doubt: ${cause}`),
    },
    ...changes,
  });
}

function lastWatch(): FakeWatch {
  return lastOf(fake.watches);
}

async function armed(): Promise<FakeWatch> {
  await watch.check();
  const last = lastWatch();
  last.listener.folder(folder.path, true);
  last.listener.ready();
  return last;
}

test('it is starting until its watch is ready, then watched; nothing is doubted', async () => {
  await watch.check();
  expect(watch.health).toMatchObject({ state: 'starting', folders: 0 });
  await armed();
  expect(watch.health).toMatchObject({ state: 'watching', cause: '', remedy: '', folders: 1 });
  await watch.check();
  expect(fake.watches).toHaveLength(1);
  expect(told).toEqual([`found ${folder.path}`]);
});

describe('a folder that could not be watched', () => {
  test('for want of permission is tried again once there is one; the old watch lives until the new is ready', async () => {
    const secret = join(folder.path, 'secret');
    const first = await armed();
    first.listener.folder(secret, true);
    first.listener.failed(failure('EACCES', secret));
    expect(watch.health).toMatchObject({ state: 'degraded', folders: 1 });
    mkdirSync(secret);
    nowMs = 29_000;
    await watch.check();
    expect(fake.watches).toHaveLength(1);
    nowMs = 31_000;
    await watch.check();
    expect(fake.watches).toHaveLength(2);
    expect(first.ended).toBe(false);
    expect(watch.health.state).toBe('degraded');
    lastWatch().listener.folder(folder.path, true);
    lastWatch().listener.ready();
    expect(first.ended).toBe(true);
    expect(watch.health).toMatchObject({ state: 'watching', cause: '', folders: 1 });
    expect(told.filter((text) => text.startsWith('doubt'))).toHaveLength(1);
  });

  test('that is gone by then is forgotten', async () => {
    const first = await armed();
    first.listener.failed(failure('EACCES', join(folder.path, 'gone')));
    nowMs = 31_000;
    await watch.check();
    expect(fake.watches).toHaveLength(1);
    expect(watch.health.state).toBe('watching');
  });

  test('for a limit is tried again as soon as that is raised, and otherwise after ten minutes', async () => {
    const first = await armed();
    first.listener.failed(failure('ENOSPC', join(folder.path, 'a')));
    await watch.check();
    expect(fake.watches).toHaveLength(1);
    limits = { ...limits, watches: 2000 };
    await watch.check();
    expect(fake.watches).toHaveLength(2);
    lastWatch().listener.ready();
    lastWatch().listener.failed(failure('ENOSPC', join(folder.path, 'a')));
    nowMs = 599_000;
    await watch.check();
    expect(fake.watches).toHaveLength(2);
    nowMs = 600_000;
    await watch.check();
    expect(fake.watches).toHaveLength(3);
  });

  test('is counted once it is gone no more', async () => {
    const first = await armed();
    const path = join(folder.path, 'a');
    first.listener.folder(path, false);
    first.listener.failed(failure('ENOSPC', path));
    expect(watch.health.cause).toContain('1 of 2 folders');
    first.listener.folderGone(path);
    expect(watch.health).toMatchObject({ state: 'watching', folders: 1 });
  });
});

test('an error that names no folder is a doubt, one about what is gone is nothing', async () => {
  const first = await armed();
  first.listener.failed(failure('ENOENT', join(folder.path, 'a')));
  expect(told).toHaveLength(1);
  first.listener.failed(failure('EIO'));
  expect(told.at(-1)).toMatch(/^doubt: the watch reported an error/u);
  expect(watch.health.state).toBe('watching');
});

test('another folder in its place ends the watch; all in the new one is new, and it is doubted once ready', async () => {
  const first = await armed();
  const inner = folder.write('inner/file').slice(0, -'/file'.length);
  await watch[Symbol.asyncDispose]();
  watch = rootWatch({ root: { path: inner, removable: false } });
  await watch.check();
  renameSync(inner, join(folder.path, 'away'));
  mkdirSync(inner);
  await watch.check();
  const second = lastWatch();
  second.listener.folder(inner, true);
  expect(told.at(-1)).toBe(`new ${inner}`);
  second.listener.ready();
  expect(told.at(-1)).toMatch(/^doubt/u);
  expect(first.ended).toBe(true);
});

test('a watch that was ended is heard no more', async () => {
  const first = await armed();
  await watch[Symbol.asyncDispose]();
  const before = [...told];
  first.listener.folder(join(folder.path, 'late'), false);
  first.listener.failed(failure('EIO'));
  first.listener.ready();
  expect(told).toEqual(before);
});

test('a root that an exclusion leaves out is not watched, and says so', async () => {
  await watch[Symbol.asyncDispose]();
  watch = rootWatch({ excludesFolder: () => true });
  await watch.check();
  expect(watch.health).toMatchObject({ state: 'degraded', cause: 'An exclusion leaves it out.' });
  expect(fake.watches).toEqual([]);
});

test('a root on a file system that does not answer is not even looked at', async () => {
  await watch[Symbol.asyncDispose]();
  watch = rootWatch({ root: { path: '/nowhere', removable: false }, stalls: (path) => path === '/nowhere' });
  await watch.check();
  const cause = 'The file system it is on does not answer.';
  expect(watch.health).toMatchObject({ state: 'gone', cause });
  expect(fake.watches).toEqual([]);
});
