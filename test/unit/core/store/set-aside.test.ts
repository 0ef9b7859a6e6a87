import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fileInPlace, removeOldFiles, setAside } from '../../../../src/core/store/set-aside.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-04T05:06:07.890Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a file that is set aside', () => {
  test('goes with its companions under a name with the moment', () => {
    using folder = temporaryFolder();
    const file = folder.write('cache.db', 'main');
    for (const companion of ['-wal', '-shm', '-journal']) folder.write(`cache.db${companion}`, companion);
    const target = setAside(file, 'damaged', fileInPlace(file) ?? '');
    expect(target).toBe(join(folder.path, 'cache.db.damaged-20260304-050607'));
    expect(readdirSync(folder.path).toSorted()).toEqual([
      'cache.db.damaged-20260304-050607',
      'cache.db.damaged-20260304-050607-journal',
      'cache.db.damaged-20260304-050607-shm',
      'cache.db.damaged-20260304-050607-wal',
    ]);
    expect(readFileSync(target ?? '', 'utf8')).toBe('main');
    expect(readFileSync(`${target}-wal`, 'utf8')).toBe('-wal');
  });

  test('never takes the place of an earlier one', () => {
    using folder = temporaryFolder();
    const targets = ['first', 'second', 'third'].map((content) => {
      const file = folder.write('cache.db', content);
      return setAside(file, 'newer', fileInPlace(file) ?? '') ?? '';
    });
    expect(targets.map((target) => readFileSync(target, 'utf8'))).toEqual(['first', 'second', 'third']);
    expect(targets.map((target) => target.slice(folder.path.length + 1))).toEqual([
      'cache.db.newer-20260304-050607',
      'cache.db.newer-20260304-050607-2',
      'cache.db.newer-20260304-050607-3',
    ]);
  });

  test('stays where it is when it is not the one that was found unusable', () => {
    using folder = temporaryFolder();
    const found = fileInPlace(folder.write('found', 'x')) ?? '';
    const file = folder.write('cache.db', 'of another process');
    expect(setAside(file, 'damaged', found)).toBeNull();
    expect(setAside(join(folder.path, 'missing'), 'damaged', found)).toBeNull();
    expect(readFileSync(file, 'utf8')).toBe('of another process');
    expect(readdirSync(folder.path).toSorted()).toEqual(['cache.db', 'found']);
  });
});

describe('old files', () => {
  test('go but for the newest three, with their companions; what is of others stays', () => {
    using folder = temporaryFolder();
    const file = folder.write('cache.db');
    for (const name of [
      'cache.db.damaged-20260101-000000',
      'cache.db.damaged-20260101-000000-wal',
      'cache.db.newer-20260102-000000',
      'cache.db.damaged-20260103-000000',
      'cache.db.foreign-20260103-000000-10',
      'cache.db.damaged-20260103-000000-9',
      'history.db.damaged-20250101-000000',
      'cache.db.damaged-by-hand',
    ]) {
      folder.write(name);
    }
    removeOldFiles(file);
    expect(readdirSync(folder.path).toSorted()).toEqual([
      'cache.db',
      'cache.db.damaged-20260103-000000',
      'cache.db.damaged-20260103-000000-9',
      'cache.db.damaged-by-hand',
      'cache.db.foreign-20260103-000000-10',
      'history.db.damaged-20250101-000000',
    ]);
  });

  test('that were left half made go when nobody can be at work on them any more', () => {
    using folder = temporaryFolder();
    const file = folder.write('cache.db');
    const [old, young] = [folder.write('cache.db.new-1-aa'), folder.write('cache.db.new-2-bb')];
    const nowSeconds = Date.now() / 1000;
    utimesSync(old, nowSeconds - 700, nowSeconds - 700);
    utimesSync(young, nowSeconds - 5, nowSeconds - 5);
    removeOldFiles(file);
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  });
});
