import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { migrate } from '../../../../../../src/core/store/migrate.ts';
import { cacheMigrations } from '../../../../../../src/core/store/migrations/cache/all.ts';

const hash = Buffer.alloc(32, 1);

function tableNames(db: Database.Database): unknown {
  const sql = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`;
  return db.prepare(sql).pluck().all();
}

function insertContent(db: Database.Database, kind: string, detections: string | null, sha256 = hash): void {
  const sql = `INSERT INTO contents VALUES (NULL, ?, 'g', ?, ?, 'clamav', 1, 1.5, 1)`;
  db.prepare(sql).run(sha256, kind, detections);
}

describe('the verdict cache', () => {
  test('has versions 1, 2, 3 … in order', () => {
    expect(cacheMigrations.map(({ version }) => version)).toEqual(
      cacheMigrations.map((_, index) => index + 1),
    );
  });

  test('has strict tables only, also after a second look', () => {
    const db = new Database(':memory:');
    migrate(db, cacheMigrations);
    migrate(db, cacheMigrations);
    const loose = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite%'`;
    expect(db.prepare(loose).pluck().all()).toEqual([]);
    expect(tableNames(db)).toEqual(['about', 'contents', 'engine_starts', 'files']);
  });
});

describe('step 1', () => {
  test('makes files, contents and a random id of the database', () => {
    const [db, other] = [new Database(':memory:'), new Database(':memory:')];
    for (const one of [db, other]) migrate(one, cacheMigrations.slice(0, 1));
    expect(tableNames(db)).toEqual(['about', 'contents', 'files']);
    const [id, otherId] = [db, other].map((one) => one.prepare('SELECT store_id FROM about').pluck().get());
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(id).not.toBe(otherId);
    expect(() => db.exec(`INSERT INTO about VALUES (2, 'x', 0, 0)`)).toThrow('CHECK');
  });

  test.each(['partial', 'unscannable', 'CLEAN', ''])('takes no verdict %j', (kind) => {
    const db = new Database(':memory:');
    migrate(db, cacheMigrations);
    expect(() => insertContent(db, kind, null)).toThrow('CHECK');
  });

  test('takes detections for findings, and only for them', () => {
    const db = new Database(':memory:');
    migrate(db, cacheMigrations);
    insertContent(db, 'clean', null, Buffer.alloc(32, 2));
    insertContent(db, 'infected', '[]', Buffer.alloc(32, 3));
    expect(() => insertContent(db, 'clean', '[]')).toThrow('CHECK');
    expect(() => insertContent(db, 'infected', null)).toThrow('CHECK');
    expect(() => insertContent(db, 'clean', null, Buffer.alloc(31))).toThrow('CHECK');
  });
});

describe('step 2', () => {
  test('keeps what is there', () => {
    const db = new Database(':memory:');
    migrate(db, cacheMigrations.slice(0, 1));
    insertContent(db, 'clean', null);
    const before = db.prepare('SELECT * FROM contents, about').all();
    expect(migrate(db, cacheMigrations)).toMatchObject({ from: 1 });
    expect(db.prepare('SELECT * FROM contents, about').all()).toEqual(before);
    expect(db.prepare('SELECT * FROM engine_starts').all()).toEqual([]);
  });
});
