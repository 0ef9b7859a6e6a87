// One owner of a data folder at a time: a lock that the kernel holds for a process and lets go with it, whatever its end.
import { closeSync, lstatSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { AppError, messageOf } from '../../shared/errors.ts';
import { failureCode, failureKind } from './database-failure.ts';
import { closeQuietly } from './open-database.ts';
import { readPrivateFile, writePrivateFile } from '../files/private-file.ts';
import { fileInPlace } from './set-aside.ts';
import { readJson } from './stored-rows.ts';

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  /** What it was started as, such as `watch`. */
  purpose: z.string(),
  /** Where it can be talked to; null as long as it cannot. */
  address: z.string().nullable(),
  since: z.number().nonnegative().describe('Unix seconds'),
});
export type Owner = Readonly<z.infer<typeof ownerSchema>>;

/** Held until it is disposed of: keep it, what is collected as garbage lets go. */
export interface OwnerLock extends Disposable {
  /**
   * Tells others where the owner can be talked to; on a disk without room as soon as there is some: a full disk keeps
   * nobody from protecting, nor from deleting what fills it. @throws the error of `node:fs` for all other trouble.
   */
  announce(address: string | null): void;
  /** False when somebody removed or replaced the lock file: another process may own the folder as well. */
  isHeld(): boolean;
}

export type OwnerLockResult =
  | { readonly kind: 'taken'; readonly lock: OwnerLock }
  /** `owner` is null while it has not said who it is. */
  | { readonly kind: 'held'; readonly owner: Owner | null };

const lockName = 'owner.lock';
const ownerName = 'owner.json';
/** Somebody who only looks, or who tries as well, is in the way for microseconds. */
const maxTries = 50;
const maxBreathMs = 4;
const announceAgainMs = 1000;
const noRoomCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/**
 * The lock is the one SQLite takes on a database of zero bytes that is never written; journals stay in memory. Nothing
 * else may open that file: a process that closes any descriptor of it loses its locks (fcntl(2), "record locks").
 * @throws AppError FILE_UNREADABLE where the folder takes no such lock.
 */
export function takeOwnerLock(
  dataDir: string,
  { purpose, address }: { readonly purpose: string; readonly address: string | null },
  breathe: () => void = waitMoment,
): OwnerLockResult {
  const lockFile = join(dataDir, lockName);
  const ownerFile = join(dataDir, ownerName);
  try {
    makeLockFile(lockFile);
    const db = lockExclusively(lockFile, breathe);
    if (db === null) return { kind: 'held', owner: readOwnerFile(ownerFile) };
    const fileId = fileInPlace(lockFile);
    const since = Date.now() / 1000;
    const lock = heldLock(db, {
      ownerFile,
      announce: (where) =>
        writePrivateFile(
          ownerFile,
          `${JSON.stringify({ pid: process.pid, purpose, address: where, since } satisfies Owner)}\n`,
        ),
      isInPlace: () => fileId !== null && fileInPlace(lockFile) === fileId,
    });
    try {
      lock.announce(address);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
    return { kind: 'taken', lock };
  } catch (error) {
    throw unlockable(dataDir, error);
  }
}

/**
 * null when nobody holds the lock, whatever `owner.json` says.
 * @throws AppError FILE_UNREADABLE where that cannot be told.
 */
export function readOwner(dataDir: string): Owner | null {
  const lockFile = join(dataDir, lockName);
  try {
    if (!isOrdinaryFile(lockFile) || !isLocked(lockFile)) return null;
  } catch (error) {
    throw unlockable(dataDir, error);
  }
  return readOwnerFile(join(dataDir, ownerName));
}

function readOwnerFile(file: string): Owner | null {
  const parsed = ownerSchema.safeParse(readJson(readPrivateFile(file)));
  return parsed.success ? parsed.data : null;
}

function heldLock(
  db: Database.Database,
  options: {
    readonly ownerFile: string;
    readonly announce: (address: string | null) => void;
    readonly isInPlace: () => boolean;
  },
): OwnerLock {
  const { ownerFile, announce, isInPlace } = options;
  let timer: NodeJS.Timeout | undefined;
  function isHeld(): boolean {
    return db.open && isInPlace();
  }
  function announceWithRoom(address: string | null): void {
    clearTimeout(timer);
    try {
      announce(address);
    } catch (error) {
      if (!noRoomCodes.has(failureCode(error))) throw error;
      // What the last owner left would mislead.
      rmSync(ownerFile, { force: true });
      timer = setTimeout(() => announceAgain(address), announceAgainMs).unref();
    }
  }
  function announceAgain(address: string | null): void {
    if (!isHeld()) return;
    try {
      announceWithRoom(address);
    } catch {
      // Nobody is there to hear of it, and the lock is what counts.
    }
  }
  return {
    announce: announceWithRoom,
    isHeld,
    [Symbol.dispose]() {
      clearTimeout(timer);
      // First: nobody then takes the next owner for this one.
      try {
        if (isHeld()) rmSync(ownerFile, { force: true });
      } catch {
        // Without the lock it says nothing any more.
      }
      closeQuietly(db);
    },
  };
}

function makeLockFile(file: string): void {
  if (!file.isWellFormed())
    throw new AppError('FILE_UNREADABLE', 'the data folder needs a name that is UTF-8');
  if (isOrdinaryFile(file)) return;
  try {
    // Nobody can have locked what was not there.
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (failureCode(error) !== 'EEXIST') throw error;
  }
}

/** @throws AppError FILE_UNREADABLE for a link, a folder and the like. */
function isOrdinaryFile(file: string): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isFile()) return true;
  throw new AppError('FILE_UNREADABLE', `${file} is no ordinary file: remove it`);
}

/** null when somebody else has it. @throws SqliteError for all other trouble. */
function lockExclusively(file: string, breathe: () => void): Database.Database | null {
  const db = new Database(file, { fileMustExist: true, timeout: 0 });
  try {
    for (let tries = 1; tries <= maxTries; tries += 1) {
      if (!isRefused(() => db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE'))) return db;
      if (isLocked(file)) break;
      breathe();
    }
  } catch (error) {
    closeQuietly(db);
    throw error;
  }
  closeQuietly(db);
  return null;
}

function isLocked(file: string): boolean {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 0 });
  try {
    return isRefused(() => db.prepare('SELECT 1 FROM sqlite_schema').get());
  } finally {
    closeQuietly(db);
  }
}

function isRefused(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (failureKind(error) === 'busy') return true;
    throw error;
  }
}

/** Of another length each time, so that two who try do not meet again. */
function waitMoment(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, maxBreathMs * Math.random());
}

function unlockable(dataDir: string, error: unknown): unknown {
  const code = failureCode(error);
  if (error instanceof AppError || code === '') return error;
  const file = join(dataDir, lockName);
  const message =
    failureKind(error) === 'damaged'
      ? `${file} is not the lock file of Vedette (${code}): remove it`
      : `the data folder ${dataDir} cannot be locked (${code}): it must be on a local disk and writable`;
  return new AppError('FILE_UNREADABLE', `${message}; ${messageOf(error)}`, { cause: error });
}
