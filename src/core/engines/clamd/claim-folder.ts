// Which folder our clamd may use: two Vedettes at one data folder each get one of their own, and never end each other's clamd.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { encodePath } from '../../files/raw-path.ts';

export interface ClaimedFolder extends Disposable {
  readonly path: string;
}

const maxFolders = 16;

/**
 * Claims the first free one of `clamd`, `clamd-2`, … below the data folder; what a dead owner left is taken over.
 * @throws AppError CLAMD_UNAVAILABLE when all are in use, or the error of the file system.
 */
export function claimClamdFolder(dataDir: string): ClaimedFolder {
  for (let number = 1; number <= maxFolders; number += 1) {
    const path = join(resolve(dataDir), number === 1 ? 'clamd' : `clamd-${number}`);
    mkdirSync(encodePath(path), { recursive: true, mode: 0o700 });
    const ownerFile = join(path, 'owner');
    if (claim(ownerFile)) {
      return {
        path,
        [Symbol.dispose]: () => rmSync(encodePath(ownerFile), { force: true }),
      };
    }
  }
  throw new AppError(
    'CLAMD_UNAVAILABLE',
    `${maxFolders} other Vedettes run a clamd for the data folder ${dataDir}`,
  );
}

function claim(ownerFile: string): boolean {
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    try {
      writeFileSync(encodePath(ownerFile), `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      return true;
    } catch {
      if (isOwned(ownerFile)) return false;
      takeAway(ownerFile);
    }
  }
  return false;
}

/** Another starter may have taken the file over since it was looked at: what is moved is looked at again. */
function takeAway(ownerFile: string): void {
  const aside = `${ownerFile}.${process.pid}`;
  try {
    renameSync(encodePath(ownerFile), encodePath(aside));
    if (isOwned(aside)) renameSync(encodePath(aside), encodePath(ownerFile));
    else rmSync(encodePath(aside), { force: true });
  } catch {
    // The other was faster.
  }
}

/** A number that was given to another process since only costs the next folder. */
function isOwned(ownerFile: string): boolean {
  try {
    const pid = Number.parseInt(readFileSync(encodePath(ownerFile), 'latin1'), 10);
    if (!(pid > 0)) return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
