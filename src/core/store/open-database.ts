// Opens one database file: an ordinary file of ours with the newest schema, or a word on why there is none. Never throws.
import { accessSync, chmodSync, constants, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { messageOf } from '../../shared/errors.ts';
import { failureCode, failureKind } from './database-failure.ts';
import type { DatabaseState, Migration, WritableDb } from './database-handle.ts';
import { makeDatabase } from './make-database.ts';
import { migrate } from './migrate.ts';
import { companions, fileInPlace, type Unusable } from './set-aside.ts';

export interface DatabaseDescription {
  readonly file: string;
  /** As it stands in a sentence: "verdict cache". */
  readonly title: string;
  /** `PRAGMA application_id`: what is stamped otherwise is not ours. */
  readonly applicationId: number;
  readonly migrations: readonly Migration[];
  /** Most memory for its pages, KiB; taken as it is needed. */
  readonly pageCacheKib?: number;
}

export interface OpenDatabase {
  readonly db: WritableDb;
  /** Device and inode: when another file is in its place, the handle is of no use any more. */
  readonly fileId: string;
}

export type Opening =
  | { readonly kind: 'open'; readonly database: OpenDatabase }
  | { readonly kind: 'unusable'; readonly why: Unusable; readonly fileId: string }
  | FailedOpening;

export interface FailedOpening {
  readonly kind: 'failed';
  readonly state: Exclude<DatabaseState, 'ready'>;
  /** A sentence for a person. */
  readonly detail: string;
}

/** Everybody waits meanwhile: this is the thread of all events. */
const busyTimeoutMs = 100;
const smallestPageBytes = 512;
/** A write-ahead log that a burst made long is cut back to this. */
const journalSizeLimitBytes = 32 * 1024 * 1024;
/** Pages of 4 KiB: what is written often goes into the database once. */
const checkpointPages = 8000;

export function openDatabase(description: DatabaseDescription): Opening {
  const { file, title } = description;
  try {
    const refused = refusal(file, title);
    if (refused !== null) return refused;
    if (fileInPlace(file) === null) makeDatabase(file, description.applicationId, description.migrations);
    const fileId = fileInPlace(file);
    if (fileId === null)
      return unavailable(`The file of the ${title} vanishes as soon as it is made (${file}).`);
    return openOrdinaryFile(description, fileId);
  } catch (error) {
    return failed(error, title);
  }
}

function openOrdinaryFile(description: DatabaseDescription, fileId: string): Opening {
  const { file, title } = description;
  // None of ours is ever smaller than a page: SQLite would take it for a new one and say nothing.
  if (lstatSync(file).size < smallestPageBytes) return { kind: 'unusable', why: 'damaged', fileId };
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { fileMustExist: true, timeout: busyTimeoutMs });
    const why = prepare(db, description);
    if (why !== null) {
      closeQuietly(db);
      return { kind: 'unusable', why, fileId };
    }
    assertNewest(db);
    return { kind: 'open', database: { db, fileId } };
  } catch (error) {
    if (db !== null) closeQuietly(db);
    const kind = failureKind(error);
    // A step of the schema that does not fit what is there tells of a database that is not as it was made.
    if (kind === 'damaged' || kind === 'entry') return { kind: 'unusable', why: 'damaged', fileId };
    return failed(error, title);
  }
}

/** Reads the header and all of the schema; a full check of millions of rows would take minutes. */
function prepare(
  db: Database.Database,
  { applicationId, migrations, pageCacheKib = 8192 }: DatabaseDescription,
): Unusable | null {
  if (db.pragma('application_id', { simple: true }) !== applicationId) return 'foreign';
  db.pragma('cell_size_check = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('foreign_keys = ON');
  db.pragma('synchronous = NORMAL');
  db.pragma('temp_store = MEMORY');
  db.pragma(`cache_size = ${-pageCacheKib}`);
  if (migrate(db, migrations).kind === 'from_the_future') return 'newer';
  db.pragma('journal_mode = WAL');
  db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  db.pragma(`journal_size_limit = ${journalSizeLimitBytes}`);
  const found = new Set(columnsOf(db));
  return expectedColumns(migrations).every((column) => found.has(column)) ? null : 'damaged';
}

function expectedColumns(migrations: readonly Migration[]): readonly unknown[] {
  const db = new Database(':memory:');
  try {
    migrate(db, migrations);
    return columnsOf(db);
  } finally {
    db.close();
  }
}

function columnsOf(db: Database.Database): readonly unknown[] {
  const sql = `SELECT object.type || ' ' || object.name || ' ' || coalesce(field.name, '')
    FROM sqlite_schema AS object LEFT JOIN pragma_table_info(object.name) AS field`;
  return db.prepare(sql).pluck().all();
}

function refusal(file: string, title: string): Opening | null {
  if (!file.isWellFormed()) return unavailable(`The ${title} needs a folder whose name is UTF-8.`);
  for (const name of [file, ...companions.map((companion) => file + companion)]) {
    const stats = lstatSync(name, { throwIfNoEntry: false });
    if (stats === undefined || stats.isFile()) continue;
    const what = stats.isSymbolicLink() ? 'a symbolic link' : 'no ordinary file';
    return unavailable(`${name} is ${what}: Vedette works without its ${title} until it is removed.`);
  }
  for (const place of [dirname(file), file]) {
    if (fileInPlace(place) === null) continue;
    if (place === file) makePrivate(file);
    if (isWritable(place)) continue;
    const detail = `${place} cannot be written to: Vedette works without its ${title}.`;
    return { kind: 'failed', state: 'read_only', detail };
  }
  return null;
}

function makePrivate(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch {
    // Not ours to change, or a read-only file system: whether it can be written to is asked next.
  }
}

function isWritable(place: string): boolean {
  try {
    accessSync(place, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function failed(error: unknown, title: string): Opening {
  const code = failureCode(error);
  const kind = failureKind(error);
  if (kind === 'full' || code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      kind: 'failed',
      state: 'degraded',
      detail: `The disk is full: there is no room for the ${title}.`,
    };
  }
  const detail = `The ${title} cannot be opened (${code === '' ? messageOf(error) : code})`;
  if (kind === 'entry' || code.startsWith('SQLITE_CANTOPEN')) {
    return unavailable(`${detail}: Vedette works without it.`);
  }
  return { kind: 'failed', state: 'degraded', detail: `${detail}; it is tried again.` };
}

function unavailable(detail: string): Opening {
  return { kind: 'failed', state: 'unavailable', detail };
}

export function closeQuietly(db: Database.Database): void {
  try {
    db.close();
  } catch {
    // What could not be written at the end is in the write-ahead log still, or was never promised.
  }
}

/** Puts the brand on what has been migrated and checked. */
function assertNewest(_db: Database.Database): asserts _db is WritableDb {}
