import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DatabaseFile } from '../../../../src/core/store/database-file.ts';
import type { Migration, ReadableDb, WritableDb } from '../../../../src/core/store/database-handle.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const migrations: readonly Migration[] = [
  { version: 1, apply: (db) => db.exec('CREATE TABLE numbers (number INTEGER CHECK (number >= 0)) STRICT') },
];

function open(folder: string, maxQueuedWrites = 20_000): DatabaseFile {
  const file = join(folder, 'test.db');
  return new DatabaseFile({
    file,
    title: 'test',
    applicationId: 7,
    migrations,
    logger: silentLogger,
    maxQueuedWrites,
  });
}

function put(number: number): (db: WritableDb) => void {
  return (db) => void db.prepare('INSERT INTO numbers VALUES (?)').run(number);
}

function numbers(db: ReadableDb): unknown {
  return db.prepare('SELECT number FROM numbers ORDER BY rowid').pluck().all();
}

function count(file: DatabaseFile): unknown {
  return file.read((db) => db.prepare('SELECT count(*) FROM numbers').pluck().get(), null);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a new database', () => {
  test('is stamped, private, and in write-ahead mode; nothing else is left in the folder', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    expect(file.health).toEqual({ state: 'ready', detail: '', setAside: [], droppedWrites: 0 });
    const pragmas = [
      'application_id',
      'user_version',
      'journal_mode',
      'synchronous',
      'foreign_keys',
      'busy_timeout',
    ];
    expect(file.read((db) => pragmas.map((name) => db.pragma(name, { simple: true })), [])).toEqual([
      7,
      1,
      'wal',
      1,
      1,
      100,
    ]);
    expect(readdirSync(folder.path).toSorted()).toEqual(['test.db', 'test.db-shm', 'test.db-wal']);
    for (const name of readdirSync(folder.path)) {
      expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
    }
  });

  test('is made private again when somebody opened it to others', () => {
    using folder = temporaryFolder();
    open(folder.path)[Symbol.dispose]();
    const path = join(folder.path, 'test.db');
    chmodSync(path, 0o666);
    using file = open(folder.path);
    file.write(put(1));
    file.flush();
    expect(['', '-wal', '-shm'].map((end) => statSync(path + end).mode & 0o777)).toEqual([
      0o600, 0o600, 0o600,
    ]);
  });

  test('does not get what a database that is gone left behind', () => {
    using folder = temporaryFolder();
    folder.write('test.db-wal', 'left behind');
    folder.write('test.db-journal', 'left behind');
    using file = open(folder.path);
    expect([file.health.state, count(file)]).toEqual(['ready', 0]);
    expect(existsSync(join(folder.path, 'test.db-journal'))).toBe(false);
  });
});

describe('writes', () => {
  test('come together after 250 ms in one transaction', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    file.write(put(1));
    vi.advanceTimersByTime(200);
    file.write(put(2));
    expect(file.read(numbers, null)).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(file.read(numbers, null)).toEqual([1, 2]);
  });

  test('go at once when there are 4000', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    for (let number = 0; number < 3999; number += 1) file.write(put(number));
    expect(count(file)).toBe(0);
    file.write(put(3999));
    expect(count(file)).toBe(4000);
  });

  test('are done by flush, and by the end', () => {
    using folder = temporaryFolder();
    const file = open(folder.path);
    file.write(put(1));
    file.flush();
    expect(file.read(numbers, null)).toEqual([1]);
    file.write(put(2));
    file[Symbol.dispose]();
    file[Symbol.dispose]();
    using again = open(folder.path);
    expect(again.read(numbers, null)).toEqual([1, 2]);
  });

  test('after the end are dropped and counted; reads get their fallback', () => {
    using folder = temporaryFolder();
    const file = open(folder.path);
    file[Symbol.dispose]();
    file.write(put(1));
    expect(file.read(numbers, 'none')).toBe('none');
    expect(file.writeNow(numbers, 'none')).toBe('none');
    expect(file.health.droppedWrites).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that are refused cost only themselves, with all they did', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    file.write(put(1));
    file.write((db) => {
      put(2)(db);
      put(-1)(db);
    });
    file.write(() => {
      throw new TypeError('a bug');
    });
    file.write(put(3));
    file.flush();
    expect(file.read(numbers, null)).toEqual([1, 3]);
    expect(file.health).toMatchObject({ state: 'ready', droppedWrites: 2 });
  });

  test('that others queue meanwhile come later', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    file.write((db) => {
      put(1)(db);
      for (let number = 0; number < 600; number += 1) file.write(put(number));
      file.flush();
    });
    file.flush();
    vi.advanceTimersByTime(1000);
    expect(count(file)).toBe(601);
  });

  test('do not keep the process alive', () => {
    vi.useRealTimers();
    using folder = temporaryFolder();
    using file = open(folder.path);
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    file.write(put(1));
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
  });
});

describe('a write at once', () => {
  test('comes after what was queued, and gives what came of it', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    file.write(put(1));
    expect(file.writeNow((db) => db.prepare('DELETE FROM numbers').run().changes, -1)).toBe(1);
    expect(count(file)).toBe(0);
  });

  test('that fails leaves nothing', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    const result = file.writeNow((db) => {
      put(1)(db);
      put(-1)(db);
      return 'done';
    }, 'failed');
    expect([result, count(file)]).toEqual(['failed', 0]);
  });
});

describe('a read that fails', () => {
  test('gives the fallback and changes nothing', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    const fallback: unknown[] = [];
    expect(file.read((db) => db.prepare('SELECT nonsense').all(), fallback)).toBe(fallback);
    expect(file.health.state).toBe('ready');
  });
});

describe('a database that somebody else keeps locked', () => {
  test('gets its writes when it is free; a long time is told of, and is over by itself', () => {
    using folder = temporaryFolder();
    using file = open(folder.path, 3);
    const states: string[] = [];
    file.onHealth(({ state }) => states.push(state));
    const other = new Database(join(folder.path, 'test.db'));
    other.exec('BEGIN IMMEDIATE');
    for (const number of [1, 2, 3, 4]) file.write(put(number));
    file.flush();
    expect(file.health).toMatchObject({ state: 'ready', droppedWrites: 1 });
    vi.advanceTimersByTime(8000);
    expect(file.health.state).toBe('degraded');
    expect(file.health.detail).toContain('locked');
    other.exec('COMMIT');
    vi.advanceTimersByTime(30_000);
    expect(file.read(numbers, null)).toEqual([1, 2, 3]);
    expect(file.health).toEqual({ state: 'ready', detail: '', setAside: [], droppedWrites: 1 });
    expect(states).toEqual(['degraded', 'ready']);
    other.close();
  });

  test('is tried less and less often', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    const other = new Database(join(folder.path, 'test.db'));
    other.exec('BEGIN IMMEDIATE');
    file.write(put(1));
    file.flush();
    const begun = vi.spyOn(Database.prototype, 'transaction');
    vi.advanceTimersByTime(250 + 1000 + 2000 + 4000);
    expect(begun).toHaveBeenCalledTimes(4);
    vi.advanceTimersByTime(7900);
    expect(begun).toHaveBeenCalledTimes(4);
    begun.mockRestore();
    other.close();
  });

  test('is waited for at the end, and what is lost then is counted', () => {
    using folder = temporaryFolder();
    const file = open(folder.path);
    const other = new Database(join(folder.path, 'test.db'));
    other.exec('BEGIN IMMEDIATE');
    file.write(put(1));
    file[Symbol.dispose]();
    expect(file.health.droppedWrites).toBe(1);
    other.close();
  });
});

describe('a file that is exchanged while it is open', () => {
  test('is left for the one in its place, with what is queued', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    file.write(put(1));
    file.flush();
    const path = join(folder.path, 'test.db');
    for (const end of ['-wal', '-shm', '']) renameSync(path + end, `${path}.elsewhere${end}`);
    using other = open(folder.path);
    other.write(put(2));
    other.flush();
    file.write(put(3));
    file.flush();
    expect(file.read(numbers, null)).toEqual([2, 3]);
    expect(other.read(numbers, null)).toEqual([2, 3]);
    expect(file.health).toMatchObject({ state: 'ready', setAside: [] });
    const moved = new Database(`${path}.elsewhere`);
    expect(moved.prepare('SELECT number FROM numbers').pluck().all()).toEqual([1]);
    moved.close();
  });

  test('is made anew when it was removed', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    for (const name of readdirSync(folder.path)) rmSync(join(folder.path, name));
    file.write(put(1));
    file.flush();
    using again = open(folder.path);
    expect(again.read(numbers, null)).toEqual([1]);
  });
});

describe('what is no database of this kind', () => {
  test('is set aside when it is stamped otherwise', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'test.db');
    const foreign = new Database(path);
    foreign.exec('CREATE TABLE photos (name)');
    foreign.close();
    using file = open(folder.path);
    expect(file.health.detail).toMatch(
      /^The test was a database of something else: it was set aside as test\.db\.foreign-/,
    );
    const kept = new Database(file.health.setAside[0]);
    expect(kept.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['photos']);
    kept.close();
  });

  test('is set aside when a table or column is missing', () => {
    using folder = temporaryFolder();
    open(folder.path)[Symbol.dispose]();
    const changed = new Database(join(folder.path, 'test.db'));
    changed.exec('ALTER TABLE numbers RENAME COLUMN number TO digits');
    changed.close();
    using file = open(folder.path);
    expect(file.health.setAside).toEqual([expect.stringContaining('.damaged-')]);
    expect(count(file)).toBe(0);
  });

  test.each(['test.db', 'test.db-wal', 'test.db-shm'])('is not touched when %s is a link', (name) => {
    using folder = temporaryFolder();
    const target = folder.write('precious', 'x'.repeat(5000));
    symlinkSync(target, join(folder.path, name));
    using file = open(folder.path);
    expect(file.health).toMatchObject({ state: 'unavailable', setAside: [] });
    expect(file.health.detail).toContain(`${join(folder.path, name)} is a symbolic link`);
    expect(statSync(target).size).toBe(5000);
    file.write(put(1));
    expect(file.health.droppedWrites).toBe(1);
  });

  test('is done without while a folder stands in its place, and used when that is gone', () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'test.db'));
    using file = open(folder.path);
    expect(file.health.state).toBe('unavailable');
    expect(file.read(numbers, 'none')).toBe('none');
    rmSync(join(folder.path, 'test.db'), { recursive: true });
    vi.advanceTimersByTime(60_000);
    expect(file.health).toMatchObject({ state: 'ready', detail: '' });
    expect(file.read(numbers, 'none')).toEqual([]);
  });

  test('is set aside three times, then left alone for an hour', () => {
    using folder = temporaryFolder();
    using file = open(folder.path);
    function breakIt(): void {
      file.read(() => {
        throw new Database.SqliteError('as if', 'SQLITE_CORRUPT');
      }, null);
    }
    for (let time = 0; time < 5; time += 1) breakIt();
    expect(file.health.setAside).toHaveLength(3);
    expect(file.health).toMatchObject({ state: 'unavailable' });
    expect(file.health.detail).toContain('breaks again and again');
    file.write(put(1));
    vi.advanceTimersByTime(3_000_000);
    expect(file.health).toMatchObject({ state: 'unavailable', droppedWrites: 1 });
    vi.advanceTimersByTime(700_000);
    file.write(put(2));
    file.flush();
    expect(file.read(numbers, null)).toEqual([2]);
    expect(file.health.state).toBe('ready');
  });

  test('in a folder that is not there is done without', () => {
    using folder = temporaryFolder();
    using file = open(join(folder.path, 'missing'));
    expect(file.health).toMatchObject({ state: 'unavailable' });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('in a folder whose name is not UTF-8 is done without', () => {
    using folder = temporaryFolder();
    using file = open(`${folder.path}/\udcff`);
    expect(file.health).toMatchObject({ state: 'unavailable' });
    expect(file.health.detail).toContain('UTF-8');
  });
});
