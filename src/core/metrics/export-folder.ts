// The folder of the exports, held open: what takes its place while it is in use is never written to or cleaned.
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { encodePath } from '../files/raw-path.ts';

/** A sentence why an export was not written; `write-export.ts` makes the error of it. */
export class ExportRefusal extends Error {}

export interface ExportFolder extends Disposable {
  /** What `node:fs` takes for a name in this folder. */
  at(name: string): string | Buffer;
}

/**
 * Makes it with mode 0700 when it is missing.
 * @throws ExportRefusal for a link, a file, another user's folder or one others may write to; the error of a call that failed.
 */
export function openExportFolder(folder: string): ExportFolder {
  const path = encodePath(folder);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() === true) throw new ExportRefusal('it is a symbolic link');
  if (found?.isDirectory() === false) throw new ExportRefusal('it is not a folder');
  if (found === undefined) mkdirSync(path, { recursive: true, mode: 0o700 });
  if (process.platform !== 'linux' || !existsSync('/proc/self/fd')) {
    checkOwner(lstatSync(path));
    return { at: (name) => encodePath(join(folder, name)), [Symbol.dispose]: () => {} };
  }
  // It may have become a link since it was looked at.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    checkOwner(fstatSync(descriptor));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return {
    at: (name) => encodePath(`/proc/self/fd/${descriptor}/${name}`),
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

function checkOwner(stats: Stats): void {
  if (!stats.isDirectory()) throw new ExportRefusal('it is not a folder');
  if (process.geteuid === undefined) return;
  if (stats.uid !== process.geteuid() && stats.uid !== 0) {
    throw new ExportRefusal('it belongs to another user');
  }
  if ((stats.mode & 0o022) !== 0) throw new ExportRefusal('others may write to it (remedy: chmod go-w)');
}
