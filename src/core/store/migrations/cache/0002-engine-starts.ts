// What engines said of themselves for given inputs; a higher id is newer.
import type Database from 'better-sqlite3';

export function createEngineStarts(db: Database.Database): void {
  db.exec(`
    CREATE TABLE engine_starts (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      inputs_key TEXT NOT NULL UNIQUE,
      value TEXT NOT NULL
    ) STRICT;
  `);
}
