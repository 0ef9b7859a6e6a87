// What protection has to remember: the chained history, findings, jobs, the allow-list, and small settings of its own.
import type Database from 'better-sqlite3';

/**
 * Ids of findings, jobs and allow-list entries are never used again: people and other processes name things by them.
 * `chain_start` is what comes before the first record kept; a new database gets a chain of a new name.
 * Its `told_anchor` is the anchor whose mismatch needs no telling any more: at first, that there is none.
 * `finding_jobs` names no row of `jobs` as its parent: a finding is kept whatever became of its job.
 * `allow_changes` begins anywhere, so that a database begun anew does not look like the one before it.
 */
export function createProtectionTables(db: Database.Database): void {
  db.exec(`
    CREATE TABLE events (
      number INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      actor TEXT NOT NULL,
      text TEXT NOT NULL,
      path BLOB,
      details TEXT NOT NULL,
      previous_hash TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_kind ON events (kind, number);

    CREATE TABLE chain_start (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      chain TEXT NOT NULL,
      number INTEGER NOT NULL,
      hash TEXT NOT NULL,
      told_anchor TEXT NOT NULL
    ) STRICT;
    INSERT INTO chain_start VALUES (1, lower(hex(randomblob(16))), 0, lower(hex(zeroblob(32))), 'absent');

    CREATE TABLE findings (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      path BLOB NOT NULL,
      identity TEXT NOT NULL,
      sha256 TEXT,
      size_bytes INTEGER NOT NULL,
      verdict TEXT NOT NULL,
      detections TEXT NOT NULL,
      detection_names TEXT NOT NULL,
      origin TEXT NOT NULL,
      state TEXT NOT NULL,
      note TEXT NOT NULL,
      vault_id TEXT,
      found_at_ms INTEGER NOT NULL,
      seen_at_ms INTEGER NOT NULL,
      changed_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX findings_path ON findings (path, state);
    CREATE INDEX findings_state ON findings (state, id);
    CREATE INDEX findings_closed ON findings (changed_at_ms, id) WHERE state <> 'open';
    CREATE INDEX findings_vault_id ON findings (vault_id) WHERE vault_id IS NOT NULL;

    CREATE TABLE finding_jobs (
      job_id INTEGER NOT NULL,
      finding_id INTEGER NOT NULL,
      PRIMARY KEY (job_id, finding_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX finding_jobs_finding_id ON finding_jobs (finding_id);

    CREATE TABLE jobs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      schedule TEXT,
      roots TEXT NOT NULL,
      state TEXT NOT NULL,
      problem TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER,
      resumes INTEGER NOT NULL,
      progress TEXT NOT NULL
    ) STRICT;
    CREATE INDEX jobs_unfinished ON jobs (id) WHERE state IN ('running', 'paused', 'interrupted');

    CREATE TABLE schedule_runs (
      text TEXT PRIMARY KEY,
      last_run_at_ms INTEGER NOT NULL,
      job_id INTEGER
    ) STRICT;
    CREATE INDEX schedule_runs_last_run_at_ms ON schedule_runs (last_run_at_ms);

    CREATE TABLE allow_entries (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      value BLOB NOT NULL,
      reason TEXT NOT NULL,
      author TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      UNIQUE (kind, value)
    ) STRICT;

    CREATE TABLE allow_changes (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      changes INTEGER NOT NULL
    ) STRICT;
    INSERT INTO allow_changes VALUES (1, abs(random() % 1000000000000000));

    CREATE TABLE state (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `);
}
