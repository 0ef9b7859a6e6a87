import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openContentReader } from '../../../../src/core/store/content-reader.ts';
import { VerdictStore } from '../../../../src/core/store/verdict-store.ts';
import {
  cacheFile,
  entryFor,
  generation,
  hashOf,
  infected,
  verdictOn,
} from '../../../helpers/store-entries.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

afterEach(() => vi.useRealTimers());

describe('a reader of contents', () => {
  test('knows what is stored in this very generation, and a moment later what is stored meanwhile', () => {
    vi.useFakeTimers();
    using folder = temporaryFolder();
    using file = cacheFile(folder.path);
    const store = new VerdictStore(file);
    using reader = openContentReader(join(folder.path, 'cache.db'));
    expect(reader.recall(hashOf(1), generation)).toBeNull();
    const found = verdictOn(hashOf(2), { judgement: infected });
    store.remember(entryFor(1));
    store.remember(entryFor(2, { verdict: found }));
    file.flush();
    vi.advanceTimersByTime(250);
    expect(reader.recall(hashOf(1), generation)).toEqual(verdictOn(hashOf(1)));
    expect(reader.recall(hashOf(2), generation)).toEqual(found);
    expect(reader.recall(hashOf(2), 'another')).toBeNull();
    expect(reader.recall('no hash', generation)).toBeNull();
    reader[Symbol.dispose]();
    expect(reader.recall(hashOf(1), generation)).toBeNull();
  });

  test('cannot write, and does not keep others from it', () => {
    vi.useFakeTimers();
    using folder = temporaryFolder();
    using file = cacheFile(folder.path);
    using reader = openContentReader(join(folder.path, 'cache.db'));
    const store = new VerdictStore(file);
    for (let inode = 0; inode < 2000; inode += 1) {
      store.remember(entryFor(inode));
      reader.recall(hashOf(inode), generation);
    }
    file.flush();
    expect(file.health).toMatchObject({ state: 'ready', droppedWrites: 0 });
    vi.advanceTimersByTime(250);
    expect(reader.recall(hashOf(1999), generation)).not.toBeNull();
  });

  test.each([
    ['nothing', (path: string) => rmSync(path)],
    ['a text', (path: string) => writeFileSync(path, 'text '.repeat(5000))],
    ['an empty file', (path: string) => truncateSync(path, 0)],
    ['half of it', (path: string) => truncateSync(path, 4096)],
    ['a database of something else', (path: string) => change(path, 'PRAGMA application_id = 5')],
    ['a database of a newer Vedette', (path: string) => change(path, 'PRAGMA user_version = 999')],
    ['a database without the table', (path: string) => change(path, 'DROP TABLE contents')],
  ])('knows nothing where there is %s', (_, damage) => {
    using folder = temporaryFolder();
    const file = cacheFile(folder.path);
    new VerdictStore(file).remember(entryFor(1));
    file[Symbol.dispose]();
    const path = join(folder.path, 'cache.db');
    damage(path);
    using reader = openContentReader(path);
    expect(reader.recall(hashOf(1), generation)).toBeNull();
  });

  test('stops asking a database that breaks while it is open', () => {
    using folder = temporaryFolder();
    const file = cacheFile(folder.path);
    const store = new VerdictStore(file);
    for (let inode = 0; inode < 1000; inode += 1) store.remember(entryFor(inode));
    file[Symbol.dispose]();
    const path = join(folder.path, 'cache.db');
    const whole = new Database(path).serialize();
    using reader = openContentReader(path);
    truncateSync(path, 8192);
    expect(reader.recall(hashOf(1), generation)).toBeNull();
    writeFileSync(path, whole);
    expect(reader.recall(hashOf(1), generation)).toBeNull();
    using again = openContentReader(path);
    expect(again.recall(hashOf(1), generation)).not.toBeNull();
  });
});

function change(path: string, sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}
