// What the pages keep: exclusions that end by themselves, and the files that were not looked at, or not at all of them.
import type Database from 'better-sqlite3';

/** Ids of exclusions are never used again: the history names them. A file is in the list of one reason, the latest. */
export function createPageTables(db: Database.Database): void {
  db.exec(`
    CREATE TABLE exclusions (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      pattern BLOB NOT NULL,
      reason TEXT NOT NULL,
      author TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE uncovered_files (
      path BLOB PRIMARY KEY,
      verdict TEXT NOT NULL,
      reason TEXT NOT NULL,
      detail TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE INDEX findings_sha256 ON findings (sha256) WHERE sha256 IS NOT NULL;
  `);
}
