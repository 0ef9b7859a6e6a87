// Writes a file that must not be there yet: whole and on the disk, or not at all; the user's alone until somebody says otherwise.
import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { encodePath } from './raw-path.ts';

/**
 * Refuses whatever has that name, links included (O_EXCL).
 * @param finish what else the file gets before it is synced, such as another mode.
 * @throws the error of `node:fs`; nothing is left then.
 */
export function writeNewFile(
  file: string,
  content: string | Buffer,
  finish: (descriptor: number) => void = () => {},
): void {
  const descriptor = openSync(encodePath(file), 'wx', 0o600);
  try {
    try {
      writeFileSync(descriptor, content);
      finish(descriptor);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    rmSync(encodePath(file), { force: true });
    throw error;
  }
}
