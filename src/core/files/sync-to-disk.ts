// Waits until a file, or the names in a folder, outlive a power failure.
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { codeOf } from './open-file.ts';
import { encodePath } from './raw-path.ts';

/** @throws an error of the file system, but not where it cannot do this at all. */
export function syncToDisk(path: string): void {
  // Windows opens no folders, and no file for this that is only read.
  if (process.platform === 'win32') return;
  const descriptor = openSync(encodePath(path), 'r');
  try {
    fsyncSync(descriptor);
  } catch (error) {
    // Not every file system can do this for a folder.
    if (codeOf(error) !== 'EINVAL') throw error;
  } finally {
    closeSync(descriptor);
  }
}
