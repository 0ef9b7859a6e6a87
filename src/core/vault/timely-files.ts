// Calls on a file system that may be anywhere, each with a deadline: a mount that hangs costs one file, not the vault.
import {
  close,
  closeSync,
  constants,
  fchmod,
  fchown,
  futimes,
  link,
  lstat,
  open,
  unlink,
  type BigIntStats,
} from 'node:fs';
import { promisify } from 'node:util';
import { encodePath } from '../files/raw-path.ts';
import { readAt, syncDescriptor, writeAt } from './descriptor-io.ts';
import { codeOf, noFollow } from '../files/open-file.ts';
import { orLate } from '../or-late.ts';

const deadlineMs = 30_000;
const pieceBytes = 1024 * 1024;

const closePromise = promisify(close);
const linkPromise = promisify(link);
const lstatPromise = promisify(lstat);
const openPromise = promisify(open);
const unlinkPromise = promisify(unlink);

export const setOwner = promisify(fchown);
export const setMode = promisify(fchmod);
export const setTimes = promisify(futimes);

/**
 * The answer of a call, or ETIMEDOUT. The call itself cannot be taken back.
 * @param whenLate gets what comes after all, to let go of it.
 */
export async function inTime<T>(
  work: Promise<T>,
  whenLate: (value: T) => unknown = nothing,
  limitMs = deadlineMs,
): Promise<T> {
  return await orLate(work, limitMs, () => {
    work.then(whenLate, nothing);
    throw Object.assign(new Error('the file system does not answer'), { code: 'ETIMEDOUT', syscall: 'wait' });
  });
}

/** Of what is there, a link for one; null when nothing has that name. */
export async function lookAt(path: string): Promise<BigIntStats | null> {
  try {
    return await inTime(lstatPromise(encodePath(path), { bigint: true }));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** A descriptor the caller closes. */
export async function openInTime(path: string, flags: number, mode = 0o600): Promise<number> {
  return await inTime(openPromise(encodePath(path), flags | noFollow, mode), closeSync);
}

/** For reading and writing, mode 0600; EEXIST for whatever has that name, links included. */
export async function openNew(path: string): Promise<number> {
  return await openInTime(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL);
}

export async function unlinkInTime(path: string): Promise<void> {
  await inTime(unlinkPromise(encodePath(path)));
}

/** False when it was not there. */
export async function removeIfThere(path: string): Promise<boolean> {
  try {
    await unlinkInTime(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** EEXIST for whatever has the new name. */
export async function linkInTime(existing: string, name: string): Promise<void> {
  await inTime(linkPromise(encodePath(existing), encodePath(name)));
}

export async function closeInTime(descriptor: number): Promise<void> {
  await inTime(closePromise(descriptor));
}

/** For a folder: not every file system can sync one, and then it keeps its names in its own time. */
export async function syncAndClose(descriptor: number): Promise<void> {
  try {
    await inTime(syncDescriptor(descriptor));
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF'].includes(codeOf(error))) throw error;
  } finally {
    await closeInTime(descriptor);
  }
}

/**
 * From the beginning up to one byte more than `sizeBytes`, so that growth shows.
 * A piece is good until the next is asked for.
 */
export async function* piecesInTime(descriptor: number, sizeBytes: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, sizeBytes + 1));
  for (let position = 0; position <= sizeBytes;) {
    const target = buffer.subarray(0, Math.min(buffer.length, sizeBytes + 1 - position));
    const count = await inTime(readAt(descriptor, target, position));
    if (count === 0) return;
    yield buffer.subarray(0, count);
    position += count;
  }
}

export async function writeInTime(descriptor: number, bytes: Buffer, position: number): Promise<void> {
  await inTime(writeAt(descriptor, bytes, position));
}

function nothing(): void {
  // Whoever asked has gone on.
}
