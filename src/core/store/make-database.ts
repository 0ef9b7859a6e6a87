// Makes a new database whole beside its place and then links it in: nobody ever sees half of one, and nobody's is overwritten.
import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Migration } from './database-handle.ts';
import { migrate } from './migrate.ts';
import { companions, fileInPlace, removeDatabase } from './set-aside.ts';

/** @throws SqliteError or the `node:fs` error; nothing is left then. A file that came there meanwhile stays. */
export function makeDatabase(file: string, applicationId: number, migrations: readonly Migration[]): void {
  const leftBehind = companionsOf(file);
  const unfinished = `${file}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    // SQLite gives the files it makes beside a database the mode of the database.
    closeSync(openSync(unfinished, 'wx', 0o600));
    const db = new Database(unfinished, { fileMustExist: true });
    try {
      db.pragma(`application_id = ${applicationId}`);
      db.pragma('journal_mode = WAL');
      migrate(db, migrations);
    } finally {
      db.close();
    }
    removeLeftBehind(file, leftBehind);
    place(unfinished, file);
  } finally {
    removeDatabase(unfinished);
  }
}

function companionsOf(file: string): ReadonlyMap<string, string> {
  const found = companions.map((companion) => [file + companion, fileInPlace(file + companion)] as const);
  return new Map(found.filter((entry): entry is [string, string] => entry[1] !== null));
}

/**
 * A new database must not get what one that is gone left behind. What was not there from the beginning belongs to the
 * database that another process has put there meanwhile.
 */
function removeLeftBehind(file: string, leftBehind: ReadonlyMap<string, string>): void {
  for (const [companion, fileId] of leftBehind) {
    if (fileInPlace(file) === null && fileInPlace(companion) === fileId) rmSync(companion, { force: true });
  }
}

function place(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if (fileInPlace(file) !== null) return;
    // A file system without hard links.
    if (error instanceof Error && 'code' in error && error.code !== 'ENOENT') renameSync(unfinished, file);
    else throw error;
  }
}
