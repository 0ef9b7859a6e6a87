import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Migration } from '../../../../src/core/store/database-handle.ts';
import { migrate } from '../../../../src/core/store/migrate.ts';

const first: Migration = { version: 1, apply: (db) => db.exec('CREATE TABLE a (x ANY) STRICT') };
const second: Migration = { version: 2, apply: (db) => db.exec('ALTER TABLE a ADD COLUMN y TEXT') };
const broken: Migration = {
  version: 2,
  apply(db) {
    db.exec('CREATE TABLE b (x ANY) STRICT');
    throw new Error('half way');
  },
};

function tables(db: Database.Database): unknown {
  return db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
}

describe('a database', () => {
  test('gets every step once, in order', () => {
    using db = open();
    expect(migrate(db.db, [first, second])).toEqual({ kind: 'current', from: 0, to: 2 });
    expect(migrate(db.db, [first, second])).toEqual({ kind: 'current', from: 2, to: 2 });
    expect(db.db.prepare('SELECT x, y FROM a').all()).toEqual([]);
  });

  test('keeps its rows when a later step comes', () => {
    using db = open();
    migrate(db.db, [first]);
    db.db.exec(`INSERT INTO a VALUES ('kept')`);
    migrate(db.db, [first, second]);
    expect(db.db.prepare('SELECT x, y FROM a').all()).toEqual([{ x: 'kept', y: null }]);
  });

  test('is left as it was by a step that fails, after the steps before it', () => {
    using db = open();
    expect(() => migrate(db.db, [first, broken])).toThrow('half way');
    expect(tables(db.db)).toEqual(['a']);
    expect(db.db.pragma('user_version', { simple: true })).toBe(1);
  });

  test('from the future is not touched', () => {
    using db = open();
    db.db.pragma('user_version = 3');
    expect(migrate(db.db, [first, second])).toEqual({ kind: 'from_the_future', version: 3 });
    expect(tables(db.db)).toEqual([]);
  });
});

function open(): Disposable & { readonly db: Database.Database } {
  const db = new Database(':memory:');
  return { db, [Symbol.dispose]: () => void db.close() };
}
