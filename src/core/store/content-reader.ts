// The verdict cache as a scan worker sees it: read only, by content. With any trouble it falls silent, and files are scanned.
import Database from 'better-sqlite3';
import type { StoredVerdict } from '../../shared/stored-verdict.ts';
import { cacheApplicationId } from './application-ids.ts';
import { failureKind } from './database-failure.ts';
import { cacheMigrations } from './migrations/cache/all.ts';
import { closeQuietly } from './open-database.ts';
import { readVerdict, verdictColumns, type Row } from './stored-rows.ts';
import { sameHash } from './verdict-statements.ts';

export interface ContentReader extends Disposable {
  /** null when there is no complete verdict of this very generation. Never throws. */
  recall(sha256: string, generation: string): StoredVerdict | null;
}

/** A file that is waiting to be scanned does not wait for a database. */
const busyTimeoutMs = 10;
/** Look-ups of this long share one view of the database: to take one costs more than to look. */
const sharedViewMs = 250;

/** @param file of the verdict cache, as `Store.cacheFile` names it. */
export function openContentReader(file: string): ContentReader {
  let db = open(file);
  let statement = db === null ? null : prepare(db);
  let viewTimer: NodeJS.Timeout | null = null;

  function endView(): void {
    viewTimer = null;
    if (db?.inTransaction === true) db.exec('COMMIT');
  }

  function beginView(): void {
    if (viewTimer !== null) return;
    db?.exec('BEGIN');
    viewTimer = setTimeout(endView, sharedViewMs).unref();
  }

  function close(): void {
    if (viewTimer !== null) clearTimeout(viewTimer);
    viewTimer = null;
    if (db !== null) closeQuietly(db);
    db = null;
    statement = null;
  }

  function recall(sha256: string, generation: string): StoredVerdict | null {
    if (statement === null) return null;
    try {
      beginView();
      const row = statement.get({ sha256: Buffer.from(sha256, 'hex'), generation });
      return row === undefined ? null : readVerdict(sha256, row, 0);
    } catch (error) {
      if (failureKind(error) !== 'busy') close();
      return null;
    }
  }

  return { recall, [Symbol.dispose]: close };
}

/** null without a database, or with one that another version made. */
function open(file: string): Database.Database | null {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
    const isOurs =
      db.pragma('application_id', { simple: true }) === cacheApplicationId &&
      db.pragma('user_version', { simple: true }) === cacheMigrations.length;
    if (isOurs) return db;
  } catch {
    // As good as none.
  }
  if (db !== null) closeQuietly(db);
  return null;
}

function prepare(db: Database.Database) {
  const sql = `SELECT ${verdictColumns} FROM contents
    WHERE ${sameHash('contents', ':sha256')} AND generation = :generation`;
  try {
    return db.prepare<[{ readonly sha256: Buffer; readonly generation: string }], Row>(sql).raw();
  } catch {
    closeQuietly(db);
    return null;
  }
}
