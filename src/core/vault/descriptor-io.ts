// Reading and writing at a place in an open file, off the event loop; a short read means the end and is told, never hidden.
import { fstat, fsync, read, write, type BigIntStats } from 'node:fs';
import { promisify } from 'node:util';

const readPromise = promisify(read);
const writePromise = promisify(write);
const fstatPromise = promisify(fstat);

/** Until what was written is on the disk. @throws the error of `node:fs`. */
export const syncDescriptor: (descriptor: number) => Promise<void> = promisify(fsync);

export async function statDescriptor(descriptor: number): Promise<BigIntStats> {
  return await fstatPromise(descriptor, { bigint: true });
}

/** Fills the target from `position`. @returns bytes read: fewer than asked for only where the file ends. */
export async function readAt(descriptor: number, target: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    const { bytesRead } = await readPromise(
      descriptor,
      target,
      filled,
      target.length - filled,
      position + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** Writes all of the source at `position`. @throws the error of `node:fs`, ENOSPC above all. */
export async function writeAt(descriptor: number, source: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < source.length) {
    const { bytesWritten } = await writePromise(
      descriptor,
      source,
      written,
      source.length - written,
      position + written,
    );
    written += bytesWritten;
  }
}
