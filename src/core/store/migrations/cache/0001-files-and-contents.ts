// Files by identity, verdicts by content and generation, and how many there are of each.
import type Database from 'better-sqlite3';

/**
 * AUTOINCREMENT: an id is never used again, so that whoever has seen one asks only for higher ones. `about` has one
 * row; its id is random, because what was learned of one database must not be believed of another.
 * Contents stand in the order they came, and only the first bytes of a hash are in its index: hashes come in no order,
 * and what is kept in their order is written all over the file with every batch.
 */
export function createFilesAndContents(db: Database.Database): void {
  db.exec(`
    CREATE TABLE about (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      store_id TEXT NOT NULL,
      files INTEGER NOT NULL,
      contents INTEGER NOT NULL
    ) STRICT;
    INSERT INTO about VALUES (1, lower(hex(randomblob(16))), 0, 0);

    CREATE TABLE files (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      identity TEXT NOT NULL UNIQUE,
      path BLOB NOT NULL,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      hashed_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX files_hashed_at_ms ON files (hashed_at_ms);

    CREATE TABLE contents (
      id INTEGER PRIMARY KEY,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      generation TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('clean', 'infected', 'suspicious')),
      detections TEXT CHECK ((detections IS NULL) = (kind = 'clean')),
      engines TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      scan_ms REAL NOT NULL,
      scanned_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX contents_sha256 ON contents (substr(sha256, 1, 6));
    CREATE INDEX contents_clean ON contents (scanned_at_ms) WHERE kind = 'clean';
    CREATE INDEX contents_findings ON contents (scanned_at_ms) WHERE kind <> 'clean';
  `);
}
