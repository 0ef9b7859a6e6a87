// The steps of the metrics history are numbered without a gap and end in the tables that the store writes.
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { migrate } from '../../../../../src/core/store/migrate.ts';
import { historyMigrations } from '../../../../../src/core/store/migrations/history/all.ts';
import {
  performanceSnapshotSchema,
  runTotalsSchema,
  scalingEventSchema,
} from '../../../../../src/shared/metrics.ts';

function migrated(): Database.Database {
  const db = new Database(':memory:');
  migrate(db, historyMigrations);
  return db;
}

function columnsOf(db: Database.Database, table: string): readonly unknown[] {
  return db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table);
}

describe('historyMigrations', () => {
  test('are numbered from one without a gap', () => {
    expect(historyMigrations.map(({ version }) => version)).toEqual(
      historyMigrations.map((_, index) => index + 1),
    );
  });

  test('bring an empty database to the newest version, and leave it alone after that', () => {
    const db = new Database(':memory:');
    const newest = historyMigrations.length;
    expect(migrate(db, historyMigrations)).toEqual({ kind: 'current', from: 0, to: newest });
    expect(migrate(db, historyMigrations)).toEqual({ kind: 'current', from: newest, to: newest });
  });

  test('make STRICT tables only', () => {
    const tables = migrated()
      .prepare(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
      )
      .all();
    expect(tables.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual(
      [
        'allow_changes',
        'allow_entries',
        'chain_start',
        'events',
        'exclusions',
        'finding_jobs',
        'findings',
        'hours',
        'jobs',
        'runs',
        'scaling_events',
        'schedule_runs',
        'snapshots',
        'state',
        'uncovered_files',
      ].map((name) => ({ name, strict: 1 })),
    );
  });

  test('add what protection needs to a history of version 1, and leave what is in it', () => {
    const db = new Database(':memory:');
    migrate(db, historyMigrations.slice(0, 1));
    db.exec(`INSERT INTO scaling_events VALUES (7, 'run', 1, 'scale_up', 2, 3, 0, 0, 0, 'backlog')`);
    expect(migrate(db, historyMigrations)).toEqual({
      kind: 'current',
      from: 1,
      to: historyMigrations.length,
    });
    expect(db.prepare('SELECT id FROM scaling_events').pluck().all()).toEqual([7]);
    expect(db.prepare('SELECT number, hash FROM chain_start').all()).toEqual([
      { number: 0, hash: '0'.repeat(64) },
    ]);
  });

  test('give findings of a history of version 3 the highest severity of their detections', () => {
    const db = new Database(':memory:');
    migrate(db, historyMigrations.slice(0, 3));
    const insert = db.prepare(
      `INSERT INTO findings (path, identity, size_bytes, verdict, detections, detection_names, origin, state, note,
        found_at_ms, seen_at_ms, changed_at_ms)
      VALUES (x'2f', '', 0, 'infected', ?, '[]', 'manual', 'open', '', 1, 1, 1)`,
    );
    const cases = [
      ['[{"severity":"low"},{"severity":"critical"},{"severity":"high"}]', 'critical'],
      ['[{"severity":"medium","meta":{"severity":"critical"}}]', 'medium'],
      ['[{"severity":"high"},"critical",7,null]', 'high'],
      ['[{"severity":"unheard of"}]', 'low'],
      ['[]', 'low'],
      ['no JSON', 'low'],
    ] as const;
    for (const [detections] of cases) insert.run(detections);
    migrate(db, historyMigrations);
    const severities = db.prepare('SELECT severity FROM findings ORDER BY id').pluck().all();
    expect(severities).toEqual(cases.map(([, severity]) => severity));
  });

  test.each([
    ['snapshots', performanceSnapshotSchema],
    ['scaling_events', scalingEventSchema],
    ['runs', runTotalsSchema],
  ])('have a column in %s for every published figure', (table, schema) => {
    expect(columnsOf(migrated(), table)).toEqual(expect.arrayContaining(Object.keys(schema.shape)));
  });
});
