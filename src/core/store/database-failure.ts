// What an error of SQLite asks for, by its code alone; whatever is not about the file is the fault of one entry.
import Database from 'better-sqlite3';

/**
 * `damaged`: the content cannot be trusted. `moved`: another file is in its place. `busy`: somebody else writes.
 * `full`: no room. `trouble`: the handle or the file system may be at fault. `entry`: only this work.
 */
export type FailureKind = 'damaged' | 'moved' | 'busy' | 'full' | 'trouble' | 'entry';

/** Primary result codes; extended ones (https://sqlite.org/rescode.html) begin with one of these. */
const kinds: readonly (readonly [string, FailureKind])[] = [
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_FORMAT', 'damaged'],
  ['SQLITE_IOERR_SHORT_READ', 'damaged'],
  ['SQLITE_IOERR_DATA', 'damaged'],
  ['SQLITE_READONLY_DBMOVED', 'moved'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_PROTOCOL', 'busy'],
  ['SQLITE_FULL', 'full'],
  // The shared memory of the WAL cannot grow.
  ['SQLITE_IOERR_SHMSIZE', 'full'],
  ['SQLITE_IOERR', 'trouble'],
  ['SQLITE_CANTOPEN', 'trouble'],
  ['SQLITE_READONLY', 'trouble'],
  ['SQLITE_PERM', 'trouble'],
  ['SQLITE_NOMEM', 'trouble'],
  ['SQLITE_NOLFS', 'trouble'],
  ['SQLITE_INTERRUPT', 'trouble'],
];

export function failureKind(error: unknown): FailureKind {
  const code = failureCode(error);
  return kinds.find(([prefix]) => code === prefix || code.startsWith(`${prefix}_`))?.[1] ?? 'entry';
}

/** Of SQLite, or of the file system; empty for anything else. */
export function failureCode(error: unknown): string {
  if (error instanceof Database.SqliteError) return error.code;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return '';
}
