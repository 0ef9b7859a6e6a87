import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AnsweringMounts } from '../../../../src/core/service/answering-mounts.ts';

let table = '';
let silent = new Set<string>();
let asked: string[] = [];
let nowMs = 0;
let isDisposed = false;
let mounts: AnsweringMounts;

function line(path: string, fsType: string): string {
  return `1 1 0:5 / ${path} rw - ${fsType} server rw\n`;
}

beforeEach(() => {
  table = line('/', 'ext4') + line('/srv/nas', 'nfs4') + line('/srv/nas/inner', 'cifs');
  [silent, asked, nowMs, isDisposed] = [new Set(), [], 0, false];
  mounts = new AnsweringMounts({
    nowMs: () => nowMs,
    readTable: () => Buffer.from(table),
    probe: {
      async answersInTime(path) {
        asked.push(path);
        return !silent.has(path);
      },
      [Symbol.dispose]() {
        isDisposed = true;
      },
    },
  });
});
afterEach(() => mounts[Symbol.dispose]());

test('a path on a disk is asked nothing for', async () => {
  expect(await mounts.answersAt('/srv/file')).toBe(true);
  expect(await mounts.answersAt('/srv/nas2/file')).toBe(true);
  expect(asked).toEqual([]);
});

test('a path on a network answers as all that it is on does, asked at most once a second', async () => {
  silent.add('/srv/nas/inner');
  const answers = ['/srv/nas/file', '/srv/nas/inner/file', '/srv/nas', '/srv/nas/inner'].map((path) =>
    mounts.answersAt(path),
  );
  expect(await Promise.all(answers)).toEqual([true, false, true, false]);
  expect(asked.toSorted()).toEqual(['/srv/nas', '/srv/nas/inner']);
  silent.clear();
  nowMs = 999;
  expect(await mounts.answersAt('/srv/nas/inner/file')).toBe(false);
  nowMs = 1000;
  expect(await mounts.answersAt('/srv/nas/inner/file')).toBe(true);
});

test('what is mounted later is known within a second, and what is gone is forgotten', async () => {
  expect(await mounts.answersAt('/mnt/x')).toBe(true);
  table += line('/mnt', 'fuse.sshfs');
  silent.add('/mnt');
  nowMs = 1000;
  expect(await mounts.answersAt('/mnt/x')).toBe(false);
  table = line('/', 'ext4');
  nowMs = 2000;
  expect(await mounts.answersAt('/mnt/x')).toBe(true);
});

test('where no table is told everything is taken to answer', async () => {
  using other = new AnsweringMounts({
    readTable: () => {
      throw new Error('no such file');
    },
  });
  expect(await other.answersAt('/mnt/x')).toBe(true);
});

test('its questions end with it', () => {
  mounts[Symbol.dispose]();
  expect(isDisposed).toBe(true);
});
