// Writes one file wholly or not at all: a temporary file beside its place, synced, then given its name.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { AppError } from '../../shared/errors.ts';
import { describeWriteError } from '../files/write-failure.ts';
import { temporaryName } from './export-name.ts';
import { ExportRefusal } from './export-folder.ts';

type Path = string | Buffer;

export interface FileToWrite {
  /** Where a name in the folder of the file is. */
  readonly at: (name: string) => Path;
  readonly mode: number;
  readonly text: () => string;
}

/**
 * @param place gives the temporary file its name.
 * @throws the error of the call that failed; the temporary file is gone then.
 */
export function writeThrough<T>({ at, mode, text }: FileToWrite, place: (temporary: Path) => T): T {
  const temporary = at(temporaryName(randomBytes(8).toString('hex')));
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeFileSync(descriptor, text());
      if (mode !== 0o600) fchmodSync(descriptor, mode);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return place(temporary);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
}

/** False, and nothing changed, when something has that name already. */
export function renameToNew(temporary: Path, final: Path): boolean {
  try {
    // Unlike `rename`, a link never replaces what another process put there in this moment.
    linkSync(temporary, final);
  } catch {
    // There, or a file system without hard links.
    if (lstatSync(final, { throwIfNoEntry: false }) !== undefined) return false;
    renameSync(temporary, final);
    return true;
  }
  removeQuietly(temporary);
  return true;
}

/** @throws AppError EXPORT_FAILED for what the system or the folder refused; anything else as it is. */
export function asExportError<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const cause = error instanceof ExportRefusal ? error.message : describeWriteError(error);
    if (cause === null) throw error;
    throw new AppError('EXPORT_FAILED', `no metrics export was written to ${place}: ${cause}`, {
      cause: error,
      details: { place, cause },
    });
  }
}

/** What cannot be removed now is swept by a later export. */
export function removeQuietly(path: Path): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Only the first failure matters to the caller.
  }
}
