// Small secret files in a folder of their own: read only when they are the user's alone, written whole or not at all.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  readSync,
  renameSync,
  rmSync,
  type BigIntStats,
} from 'node:fs';
import { dirname } from 'node:path';
import { accessProblem } from '../../../core/files/access-problem.ts';
import { codeOf, describeFsError, isFsError, openForScan } from '../../../core/files/open-file.ts';
import { encodePath } from '../../../core/files/raw-path.ts';
import { syncToDisk } from '../../../core/files/sync-to-disk.ts';
import { writeNewFile } from '../../../core/files/write-new-file.ts';
import { describeWriteError } from '../../../core/files/write-failure.ts';
import { displayPath } from '../../../shared/display-path.ts';
import { AppError } from '../../../shared/errors.ts';

const maxSizeBytes = 256 * 1024;

export interface PrivateText {
  readonly text: string;
  readonly stats: BigIntStats;
}

/** Made with mode 0700 when it is missing. @throws AppError FILE_UNREADABLE or FILE_UNWRITABLE, with the remedy. */
export function openPrivateFolder(folder: string): void {
  const path = encodePath(folder);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(folder, error);
  }
  const stats = lstatSync(path, { bigint: true });
  const problem = stats.isDirectory()
    ? accessProblem(stats, folder, '700')
    : 'it is not a folder; move it away';
  if (problem !== null) throw unusable(folder, problem);
}

/** null where there is no such file. @throws AppError FILE_UNREADABLE for one that is not the user's alone, with the remedy. */
export function readPrivateText(file: string, furtherRemedy = ''): PrivateText | null {
  let descriptor: number;
  try {
    descriptor = openForScan(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw unusable(file, describeFsError(error).detail, error);
  }
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    const problem = stats.isFile()
      ? accessProblem(stats, file, '600')
      : 'it is not a regular file; move it away';
    if (problem !== null) throw unusable(file, problem + furtherRemedy);
    // One byte more than there may be.
    const bytes = Buffer.alloc(Math.min(Number(stats.size), maxSizeBytes) + 1);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    if (length > maxSizeBytes) throw unusable(file, 'it is larger than it can be');
    return { text: bytes.toString('utf8', 0, length), stats };
  } catch (error) {
    if (isFsError(error)) throw unusable(file, describeFsError(error).detail, error);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Nobody ever sees half of it. @throws AppError FILE_UNWRITABLE; the old file is as it was then. */
export function writePrivateText(file: string, text: string): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeNewFile(temporary, text);
    renameSync(encodePath(temporary), encodePath(file));
    syncToDisk(dirname(file));
  } catch (error) {
    rmSync(encodePath(temporary), { force: true });
    throw unwritable(file, error);
  }
}

export function unusable(path: string, problem: string, cause?: unknown): AppError {
  return new AppError('FILE_UNREADABLE', `${displayPath(path)} is not used: ${problem}`, { cause });
}

export function unwritable(path: string, cause: unknown): AppError {
  const why = describeWriteError(cause);
  if (why === null) throw cause;
  return new AppError('FILE_UNWRITABLE', `${displayPath(path)} cannot be written: ${why}`, { cause });
}
