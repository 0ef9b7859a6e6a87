// Small files of Vedette's own: the user's alone, replaced whole by a rename, read with a bound.
import { closeSync, fstatSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { openForScan } from './open-file.ts';
import { encodePath } from './raw-path.ts';

const maxSizeBytes = 64 * 1024;

/** Nobody ever sees half of it. @throws the error of `node:fs`; the old file is as it was then. */
export function writePrivateFile(file: string, text: string): void {
  // One name a process: what a killed one leaves is overwritten some day and never adds up.
  const temporary = encodePath(`${file}.new-${process.pid}`);
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
    renameSync(temporary, encodePath(file));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** null for whatever is not an ordinary, readable file of some kilobytes. Never waits, never throws. */
export function readPrivateFile(file: string): string | null {
  let descriptor: number;
  try {
    descriptor = openForScan(file);
  } catch {
    return null;
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > maxSizeBytes) return null;
    const bytes = Buffer.alloc(stats.size);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes));
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}
