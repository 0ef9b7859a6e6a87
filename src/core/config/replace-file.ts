// Files are replaced whole, by a rename, or not at all; mode and owner stay, and nothing kept beside is ever overwritten.
import { randomBytes } from 'node:crypto';
import { fchmodSync, fchownSync, realpathSync, renameSync, rmSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decodePath, encodePath } from '../files/raw-path.ts';
import { syncToDisk } from '../files/sync-to-disk.ts';
import { writeNewFile } from '../files/write-new-file.ts';
import { readRegularFile } from './read-config.ts';
import { codeOf } from '../files/open-file.ts';

const maxKept = 100;

interface FileBefore {
  readonly bytes: Buffer;
  readonly stats: Stats;
}

/**
 * Writes through a link: who keeps the file in a folder of their own, under version control, keeps the link.
 * @param before what the new content was made from; null for a file that must not be there yet.
 * @returns `changed` where the file is not as it was, and nothing was written.
 * @throws the error of `node:fs`, also where the owner cannot be kept.
 */
export function replaceFile(
  file: string,
  before: FileBefore | null,
  content: string | Buffer,
): 'written' | 'changed' {
  if (before === null) {
    writeNew(file, Buffer.from(content), null);
    return 'written';
  }
  const target = decodePath(realpathSync.native(encodePath(file), { encoding: 'buffer' }));
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  writeNew(temporary, Buffer.from(content), before.stats);
  try {
    const now = readRegularFile(target, before.bytes.length);
    if (!now.bytes.equals(before.bytes) || now.stats.ino !== before.stats.ino) return 'changed';
    renameSync(encodePath(temporary), encodePath(target));
    syncQuietly(folder);
    return 'written';
  } catch (error) {
    if (error instanceof RangeError) return 'changed';
    throw error;
  } finally {
    rmSync(encodePath(temporary), { force: true });
  }
}

/**
 * Keeps a copy as `file.ending`, or `file.ending.2` and so on where another content has that name.
 * @returns the path of the copy. @throws the error of `node:fs`
 */
export function keepBeside(file: string, { bytes, stats }: FileBefore, ending: string): string {
  for (let number = 1; number <= maxKept; number += 1) {
    const copy = `${file}.${ending}${number === 1 ? '' : `.${number}`}`;
    try {
      writeNew(copy, bytes, stats);
      return copy;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (isSame(copy, bytes)) return copy;
    }
  }
  throw new RangeError(`there are ${maxKept} copies beside ${file} already`);
}

function writeNew(file: string, content: Buffer, like: Stats | null): void {
  writeNewFile(file, content, (descriptor) => {
    if (like === null || process.platform === 'win32') return;
    if (like.uid !== process.geteuid?.() || like.gid !== process.getegid?.())
      fchownSync(descriptor, like.uid, like.gid);
    fchmodSync(descriptor, like.mode & 0o777);
  });
}

function isSame(file: string, bytes: Buffer): boolean {
  try {
    return readRegularFile(file, bytes.length).bytes.equals(bytes);
  } catch {
    return false;
  }
}

/** So that the new name outlives a power failure. */
function syncQuietly(folder: string): void {
  try {
    syncToDisk(folder);
  } catch {
    // The new file stands all the same.
  }
}
