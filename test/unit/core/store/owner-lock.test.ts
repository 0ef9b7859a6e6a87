import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { readOwner, takeOwnerLock, type OwnerLock } from '../../../../src/core/store/owner-lock.ts';
import { canMount, smallDisk } from '../../../helpers/store-mount.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const watch = { purpose: 'watch', address: null };

function taken(folder: string): OwnerLock {
  const result = takeOwnerLock(folder, watch);
  if (result.kind === 'held') throw new Error('it is held');
  return result.lock;
}

describe('the lock of a data folder', () => {
  test('is held by one at a time, who says who it is and where', () => {
    using folder = temporaryFolder();
    const before = Date.now() / 1000;
    using lock = taken(folder.path);
    const owner = { pid: process.pid, purpose: 'watch', address: null, since: expect.any(Number) };
    expect(readOwner(folder.path)).toEqual(owner);
    expect(readOwner(folder.path)?.since).toBeGreaterThanOrEqual(before);
    lock.announce('/run/vedette.sock');
    const announced = { ...owner, address: '/run/vedette.sock' };
    expect(takeOwnerLock(folder.path, watch)).toEqual({ kind: 'held', owner: announced });
    expect(readOwner(folder.path)).toEqual(announced);
  });

  test('lies in two files of the user alone, one of them empty', () => {
    using folder = temporaryFolder();
    using lock = taken(folder.path);
    expect(lock.isHeld()).toBe(true);
    const files = readdirSync(folder.path).map((name) => {
      const { mode, size } = statSync(join(folder.path, name));
      return [name, mode & 0o777, size > 0];
    });
    expect(files).toEqual([
      ['owner.json', 0o600, true],
      ['owner.lock', 0o600, false],
    ]);
  });

  test('is free again when it is let go, and letting go twice harms nobody', () => {
    using folder = temporaryFolder();
    const first = taken(folder.path);
    first[Symbol.dispose]();
    expect([readOwner(folder.path), first.isHeld()]).toEqual([null, false]);
    using second = taken(folder.path);
    first[Symbol.dispose]();
    expect(readOwner(folder.path)).not.toBeNull();
    expect(second.isHeld()).toBe(true);
    expect(takeOwnerLock(folder.path, watch).kind).toBe('held');
  });

  test('that nobody holds has no owner, whatever is written about one', () => {
    using folder = temporaryFolder();
    const owner = { pid: process.pid, purpose: 'watch', address: null, since: 1 };
    expect(readOwner(join(folder.path, 'missing'))).toBeNull();
    folder.write('owner.json', JSON.stringify(owner));
    expect(readOwner(folder.path)).toBeNull();
    folder.write('owner.lock');
    expect(readOwner(folder.path)).toBeNull();
    using _lock = taken(folder.path);
    expect(readOwner(folder.path)?.since).not.toBe(1);
  });

  test('is held also while nothing readable is written about the owner', () => {
    using folder = temporaryFolder();
    using _lock = taken(folder.path);
    writeFileSync(join(folder.path, 'owner.json'), '{"pid": "me"}');
    expect(takeOwnerLock(folder.path, watch)).toEqual({ kind: 'held', owner: null });
  });

  test('is not in the way of who takes it because somebody looks at it just then', () => {
    using folder = temporaryFolder();
    taken(folder.path)[Symbol.dispose]();
    const reader = new Database(join(folder.path, 'owner.lock'), { readonly: true });
    const looks = reader
      .prepare('SELECT 1 FROM (SELECT 1 UNION ALL SELECT count(*) FROM sqlite_schema)')
      .iterate();
    looks.next();
    expect(takeOwnerLock(folder.path, watch)).toEqual({ kind: 'held', owner: null });
    const result = takeOwnerLock(folder.path, watch, () => void looks.return?.());
    reader.close();
    expect(result.kind).toBe('taken');
    if (result.kind === 'taken') result.lock[Symbol.dispose]();
  });

  test('does not go when its file is looked at in the same process', () => {
    using folder = temporaryFolder();
    using _lock = taken(folder.path);
    for (let round = 0; round < 3; round += 1) expect(readOwner(folder.path)).not.toBeNull();
    expect(takeOwnerLock(folder.path, watch).kind).toBe('held');
  });

  test('is known to be lost when its file is removed or replaced, and the next owner keeps its name', () => {
    using folder = temporaryFolder();
    using lost = taken(folder.path);
    rmSync(join(folder.path, 'owner.lock'));
    expect(lost.isHeld()).toBe(false);
    using next = taken(folder.path);
    expect([lost.isHeld(), next.isHeld()]).toEqual([false, true]);
    lost[Symbol.dispose]();
    expect(readOwner(folder.path)).not.toBeNull();
  });

  test.each([
    ['a folder that is missing', (path: string) => join(path, 'missing')],
    ['a link', (path: string) => (symlinkSync(join(path, 'elsewhere'), join(path, 'owner.lock')), path)],
    ['a folder in its place', (path: string) => (mkdirSync(join(path, 'owner.lock')), path)],
    [
      'a file of something else',
      (path: string) => (writeFileSync(join(path, 'owner.lock'), 'x'.repeat(5000)), path),
    ],
    ['a name that is not UTF-8', (path: string) => `${path}/caf\uDCE9`],
  ])('cannot be taken with %s, and a sentence says so', (_, prepare) => {
    using folder = temporaryFolder();
    const path = prepare(folder.path);
    const refused = expect.objectContaining({
      code: 'FILE_UNREADABLE',
      message: expect.stringMatching(/\w+ \w+/),
    });
    expect(() => takeOwnerLock(path, watch)).toThrow(refused);
    expect(readdirSync(folder.path)).not.toContain('owner.json');
  });

  test('is let go when the owner cannot say who it is', () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'owner.json'));
    expect(() => takeOwnerLock(folder.path, watch)).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
    rmSync(join(folder.path, 'owner.json'), { recursive: true });
    using _lock = taken(folder.path);
    expect(readFileSync(join(folder.path, 'owner.json'), 'utf8')).toContain('"watch"');
  });

  test.skipIf(!canMount())('is held on a full disk too, and told of as soon as there is room', () => {
    using disk = smallDisk('1m');
    const dead = { pid: 1, purpose: 'dead', address: '/gone.sock', since: 1 };
    writeFileSync(join(disk.path, 'owner.json'), JSON.stringify(dead));
    const { bavail, bsize } = statfsSync(disk.path);
    writeFileSync(join(disk.path, 'ballast'), Buffer.alloc(bavail * bsize));
    vi.useFakeTimers();
    try {
      using lock = taken(disk.path);
      // Removing what was told of the last owner made room for one more page.
      writeFileSync(join(disk.path, 'more'), Buffer.alloc(bsize));
      lock.announce('/run/vedette.sock');
      expect(takeOwnerLock(disk.path, watch)).toEqual({ kind: 'held', owner: null });
      vi.advanceTimersByTime(1000);
      expect(readOwner(disk.path)).toBeNull();
      rmSync(join(disk.path, 'ballast'));
      vi.advanceTimersByTime(1000);
      expect(readOwner(disk.path)).toMatchObject({ pid: process.pid, address: '/run/vedette.sock' });
      expect(lock.isHeld()).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});
