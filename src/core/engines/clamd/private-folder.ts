// Folders of mode 0700 for one data folder: made under a random name, and swept when an earlier run left them behind.
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodePath, encodePath, pathBytes } from '../../files/raw-path.ts';

const tmpfsMagic = 0x0102_1994;
const reserveBytes = 256 * 1024 * 1024;

/**
 * The beginning of every name made for `dataDir`. One Vedette owns a data folder at a time, so whatever
 * begins like this and is not in use by this process belongs to a run that is over.
 */
function namePrefix(dataDir: string): string {
  const hash = createHash('sha256')
    .update(pathBytes(resolve(dataDir)))
    .digest('hex');
  return `vedette-${hash.slice(0, 16)}-`;
}

/** @throws the error of `mkdtemp`. */
export function makePrivateFolder(parent: string, dataDir: string): string {
  return mkdtempSync(join(parent, namePrefix(dataDir)));
}

/** Removes what earlier runs for `dataDir` left in `parent`; only folders of our own user. */
export function sweepPrivateFolders(parent: string, dataDir: string): void {
  const prefix = namePrefix(dataDir);
  for (const name of readNames(parent)) {
    const path = join(parent, name);
    if (name.startsWith(prefix) && isOurFolder(path))
      rmSync(encodePath(path), { recursive: true, force: true });
  }
}

/** A folder in memory that can hold twice `maxScanBytes` and a reserve, or null. */
export function roomyMemoryFolder(maxScanBytes: number, path = '/dev/shm'): string | null {
  try {
    const { type, bavail, bsize } = statfsSync(path);
    const freeBytes = Math.min(bavail * bsize, process.availableMemory());
    return type === tmpfsMagic && freeBytes >= 2 * maxScanBytes + reserveBytes ? path : null;
  } catch {
    return null;
  }
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(encodePath(folder), { encoding: 'buffer' }).map((name) => decodePath(name));
  } catch {
    return [];
  }
}

function isOurFolder(path: string): boolean {
  const stat = lstatSync(encodePath(path), { throwIfNoEntry: false });
  return stat?.isDirectory() === true && (process.getuid === undefined || stat.uid === process.getuid());
}
