// A mount that may hang is not touched before it has answered, nor when it has ceased to.
import { Buffer } from 'node:buffer';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StalledMounts } from '../../../../src/core/watch/stalled-mounts.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

let table = '';
let silent = new Set<string>();
let lateOnce = new Set<string>();
let asked: string[] = [];
let changes = 0;
let mounts: StalledMounts;

function line(path: string, fsType: string): string {
  return `1 1 0:5 / ${path} rw - ${fsType} server rw\n`;
}

const home =
  line('/', 'ext4') +
  line('/home/me/nas', 'nfs4') +
  line('/home/me/cloud', 'fuse.sshfs') +
  line('/home/me/stick', 'vfat') +
  line('/home/me/disk', 'fuseblk') +
  line('/srv/far', 'cifs');

beforeEach(() => {
  vi.useFakeTimers();
  [table, silent, lateOnce, asked, changes] = [home, new Set(), new Set(), [], 0];
  mounts = new StalledMounts({
    folders: () => ['/home/me'],
    onChange: () => {
      changes += 1;
    },
    readTable: () => Buffer.from(table),
    probe: {
      answersInTime: async (path) => {
        asked.push(path);
        return !lateOnce.delete(path) && !silent.has(path);
      },
      [Symbol.dispose]() {},
    },
  });
});
afterEach(() => {
  mounts[Symbol.dispose]();
  vi.useRealTimers();
});

test('those of networks and programs are stalled until they have answered, and only those', async () => {
  expect(mounts.of(['/home/me'])).toEqual(['/home/me/nas', '/home/me/cloud', '/home/me/disk']);
  expect(mounts.holds('/home/me/nas/folder/file')).toBe(true);
  expect(mounts.holds('/home/me/nas2')).toBe(false);
  expect(mounts.holds('/home/me/stick')).toBe(false);
  silent = new Set(['/home/me/cloud']);
  await mounts.check([]);
  expect(mounts.of(['/home/me'])).toEqual(['/home/me/cloud']);
  expect(asked.toSorted()).toEqual(['/home/me/cloud', '/home/me/disk', '/home/me/nas']);
});

test('a folder on one is told as well as a folder that holds one; besides the watched ones only it is asked', async () => {
  expect(mounts.of(['/srv/far/deep'])).toEqual(['/srv/far']);
  await mounts.check([]);
  expect(mounts.of(['/'])).toEqual(['/srv/far']);
  await mounts.check(['/srv/far/deep']);
  expect(mounts.of(['/'])).toEqual([]);
});

test('are asked again and again; a change is told, and only of folders that are watched', async () => {
  await vi.advanceTimersByTimeAsync(5000);
  expect(changes).toBe(1);
  expect(mounts.of(['/home/me'])).toEqual([]);
  silent = new Set(['/home/me/nas']);
  await vi.advanceTimersByTimeAsync(30_000);
  expect([changes, mounts.holds('/home/me/nas')]).toEqual([2, true]);
  await vi.advanceTimersByTimeAsync(5000);
  await mounts.check(['/srv']);
  table += line('/home/me/new', 'nfs');
  await mounts.check(['/srv']);
  expect(changes).toBe(2);
  silent = new Set();
  await vi.advanceTimersByTimeAsync(5000);
  expect([changes, mounts.holds('/home/me/nas')]).toEqual([3, false]);
});

test('one that answered before is late only when it is late twice, another at once', async () => {
  await mounts.check([]);
  table += line('/home/me/new', 'nfs');
  lateOnce = new Set(['/home/me/nas', '/home/me/new']);
  await mounts.check([]);
  expect(mounts.of(['/home/me'])).toEqual(['/home/me/new']);
});

test('a question that is open at the end is no news any more', async () => {
  const check = mounts.check(['/home/me']);
  mounts[Symbol.dispose]();
  await check;
  expect(changes).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(3);
});

test('one that was unmounted, or a table that cannot be read, holds nothing up', async () => {
  table = line('/', 'ext4');
  await mounts.check(['/home/me']);
  expect(mounts.holds('/home/me/nas')).toBe(false);
  using none = new StalledMounts({
    folders: () => ['/'],
    onChange: () => {},
    readTable: () => {
      throw new Error('there is none');
    },
  });
  await none.check(['/']);
  expect(none.of(['/'])).toEqual([]);
});

test('where links lead is asked too, one mount after the other, and is stalled as long as it is silent', async () => {
  using folder = temporaryFolder();
  const [first, second] = [join(folder.path, 'first'), join(folder.path, 'second')];
  mkdirSync(first);
  symlinkSync(first, join(folder.path, 'link'));
  symlinkSync(second, join(first, 'on'));
  table = home + line(first, 'nfs') + line(second, 'nfs');
  silent = new Set([second]);
  const deep = join(folder.path, 'link', 'on', 'file');
  await mounts.check([deep]);
  expect(asked.slice(-2)).toEqual([first, second]);
  expect([mounts.placeOn(deep), mounts.holds(join(folder.path, 'link'))]).toEqual([
    join(second, 'file'),
    false,
  ]);
  silent = new Set([first]);
  await mounts.check([deep]);
  expect(mounts.placeOn(deep)).toBe(join(first, 'on', 'file'));
});
