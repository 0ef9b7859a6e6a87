// One at a time among processes, for some milliseconds: a lock file that whoever finds it too old takes away.
import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { codeOf } from '../../../core/files/open-file.ts';
import { encodePath } from '../../../core/files/raw-path.ts';
import { writeNewFile } from '../../../core/files/write-new-file.ts';
import { displayPath } from '../../../shared/display-path.ts';
import { AppError } from '../../../shared/errors.ts';
import { readPrivateText, unwritable } from './private-text.ts';

export interface LockLimits {
  /** Older than this, its holder was killed: nobody holds it for longer than two small files take to write. */
  readonly staleMs: number;
  readonly patienceMs: number;
}

const usual: LockLimits = { staleMs: 5000, patienceMs: 10_000 };
const lookEveryMs = 20;

/** What is done under the lock asks this right before it counts. */
export type IsHeld = () => boolean;

/** @throws AppError CALL_REFUSED when others hold it for too long, FILE_UNWRITABLE; and what `work` throws. */
export async function withShortLock<T>(
  file: string,
  work: (isHeld: IsHeld) => T,
  limits: Partial<LockLimits> = {},
): Promise<T> {
  const { staleMs, patienceMs } = { ...usual, ...limits };
  const deadline = performance.now() + patienceMs;
  // Not its inode: the system gives that of a removed file to the next one.
  const mark = `${process.pid} ${randomBytes(8).toString('hex')}\n`;
  while (!tryTake(file, mark)) {
    removeStale(file, staleMs);
    if (performance.now() >= deadline)
      throw new AppError(
        'CALL_REFUSED',
        `another process keeps ${displayPath(file)}; try again, or remove it`,
      );
    await wait(lookEveryMs * (0.5 + Math.random()));
  }
  function isHeld(): boolean {
    return contentOf(file) === mark;
  }
  try {
    return work(isHeld);
  } finally {
    if (isHeld()) rmSync(encodePath(file), { force: true });
  }
}

function tryTake(file: string, mark: string): boolean {
  try {
    writeNewFile(file, mark);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw unwritable(file, error);
  }
}

function removeStale(file: string, staleMs: number): void {
  if (!isStale(file, staleMs)) return;
  const aside = encodePath(`${file}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    renameSync(encodePath(file), aside);
    // Between the look and the move another may have taken away the old one and made its own: that goes back.
    if (!isStale(aside, staleMs)) linkSync(aside, encodePath(file));
  } catch {
    // Somebody else was faster.
  } finally {
    rmSync(aside, { force: true });
  }
}

function isStale(file: string | Buffer, staleMs: number): boolean {
  const stats = lstatSync(typeof file === 'string' ? encodePath(file) : file, { throwIfNoEntry: false });
  // A clock that was set back makes the old one look as if it came from the future.
  return stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) > staleMs;
}

function contentOf(file: string): string | null {
  try {
    return readPrivateText(file)?.text ?? null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
