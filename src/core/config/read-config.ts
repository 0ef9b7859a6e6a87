// Reads a configuration file: regular, small, and without ever waiting for it, whatever the name stands for.
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { AppError, messageOf } from '../../shared/errors.ts';
import { isMissing } from '../files/open-file.ts';
import { encodePath } from '../files/raw-path.ts';

export const maxConfigBytes = 1024 * 1024;

export interface ConfigText {
  /** Without byte order mark. */
  readonly text: string;
  /** U+FEFF or nothing. */
  readonly byteOrderMark: string;
  /** As the file has it. */
  readonly bytes: Buffer;
  readonly stats: Stats;
}

/** null where nothing has that name. @throws AppError FILE_UNREADABLE */
export function readConfigIfThere(file: string): ConfigText | null {
  return isThere(file) ? readConfig(file) : null;
}

/** @throws AppError FILE_UNREADABLE */
export function readConfig(file: string): ConfigText {
  try {
    const { bytes, stats } = readRegularFile(file, maxConfigBytes);
    const text = bytes.toString('utf8');
    const byteOrderMark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
    return { bytes, text: text.slice(byteOrderMark.length), byteOrderMark, stats };
  } catch (error) {
    throw new AppError('FILE_UNREADABLE', `the configuration ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Follows links: a configuration may live in a folder of its own. @throws the error of `node:fs`, TypeError, RangeError */
export function readRegularFile(file: string, maxBytes: number): { bytes: Buffer; stats: Stats } {
  // Windows has no O_NONBLOCK.
  const descriptor = openSync(encodePath(file), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new TypeError('it is not a regular file');
    if (stats.size > maxBytes) throw new RangeError(`${stats.size} bytes; at most ${maxBytes} are read`);
    // One byte more than allowed: it may have grown, and some files of the kernel say that they are empty.
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < buffer.length; length += count)
      count = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (length > maxBytes) throw new RangeError(`more than ${maxBytes} bytes; no more are read`);
    return { bytes: Buffer.from(buffer.subarray(0, length)), stats };
  } finally {
    closeSync(descriptor);
  }
}

/** A link to nothing is there: it says that a configuration was meant to be. */
function isThere(file: string): boolean {
  try {
    lstatSync(encodePath(file));
    return true;
  } catch (error) {
    // What cannot be looked at is there as far as anybody knows; reading it says why not.
    return !isMissing(error);
  }
}
