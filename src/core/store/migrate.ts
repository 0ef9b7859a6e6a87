// Brings a database to the newest schema, each step in a transaction of its own; a newer database is left untouched.
import type Database from 'better-sqlite3';
import type { Migration } from './database-handle.ts';

export type MigrationResult =
  | { readonly kind: 'current'; readonly from: number; readonly to: number }
  /** Written by a newer Vedette: nothing in it was touched. */
  | { readonly kind: 'from_the_future'; readonly version: number };

/**
 * @param migrations versions 1, 2, 3 … in order.
 * @throws the SqliteError of a step that failed; the steps before it stay.
 */
export function migrate(db: Database.Database, migrations: readonly Migration[]): MigrationResult {
  const newest = migrations.length;
  const from = Number(db.pragma('user_version', { simple: true }));
  if (from > newest) return { kind: 'from_the_future', version: from };
  for (const migration of migrations.slice(from)) {
    db.transaction(() => {
      // Another process may have been here between the look and the lock.
      if (Number(db.pragma('user_version', { simple: true })) >= migration.version) return;
      migration.apply(db);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
  return { kind: 'current', from, to: newest };
}
