// Reads one hash list a line at a time: bounded memory whatever its size, and no line is ever passed over in silence.
import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, readSync } from 'node:fs';
import { AppError, messageOf } from '../../shared/errors.ts';
import { displayPath } from '../../shared/display-path.ts';
import { openForScan } from '../files/open-file.ts';

const chunkBytes = 1 << 20;
/** A longer line is no hash with a name. */
const maxLineBytes = 4096;
const hexDigits = 64;

const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;
const comma = 0x2c;
const hashSign = 0x23;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Value of each hexadecimal digit by its byte; 255 for every other byte. */
const digitValues = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  digitValues[digit.charCodeAt(0)] = value;
  digitValues[digit.toUpperCase().charCodeAt(0)] = value;
}

/** An open list; `sizeBytes` is what will be read of it, also when it grows meanwhile. */
export interface OpenHashList extends Disposable {
  readonly path: string;
  readonly sizeBytes: number;
  readonly descriptor: number;
}

/** @throws AppError FILE_UNREADABLE when it is not a regular file that can be read. */
export function openHashList(path: string): OpenHashList {
  let descriptor: number;
  try {
    descriptor = openForScan(path);
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) {
    closeSync(descriptor);
    throw unreadable(path, 'it is not a regular file');
  }
  return { path, sizeBytes: stats.size, descriptor, [Symbol.dispose]: () => closeSync(descriptor) };
}

/**
 * Calls `onEntry` for each hash with 32 bytes that are reused for the next one, and its name ('' without one);
 * `onBytes` sees the bytes of the list as they are read.
 * @throws AppError HASH_LIST_INVALID with the line, FILE_UNREADABLE when reading fails.
 */
export function readHashList(
  list: OpenHashList,
  onEntry: (key: Uint8Array, name: string) => void,
  onBytes: (bytes: Uint8Array) => void,
): void {
  const buffer = Buffer.allocUnsafe(maxLineBytes + chunkBytes);
  const key = new Uint8Array(hexDigits / 2);
  let kept = 0;
  let lineNumber = 0;
  let readBytes = 0;
  for (;;) {
    const wanted = Math.min(chunkBytes, list.sizeBytes - readBytes);
    const count = wanted === 0 ? 0 : readChunk(list, buffer, kept, wanted, readBytes);
    onBytes(buffer.subarray(kept, kept + count));
    const filled = kept + count;
    let start = readBytes === 0 && buffer.subarray(0, filled).indexOf(byteOrderMark) === 0 ? 3 : 0;
    readBytes += count;
    for (;;) {
      const found = buffer.subarray(start, filled).indexOf(newline);
      const isLast = found === -1 && count === 0;
      if (found === -1 && !isLast) break;
      const end = isLast ? filled : start + found;
      if (isLast && start === filled) return;
      lineNumber += 1;
      const name = parseLine(buffer, start, end, key);
      if (name === null) throw invalid(list.path, lineNumber);
      if (name !== undefined) onEntry(key, name);
      if (isLast) return;
      start = end + 1;
    }
    kept = filled - start;
    if (kept > maxLineBytes) throw invalid(list.path, lineNumber + 1);
    buffer.copyWithin(0, start, filled);
  }
}

/** The name; `undefined` for a line that says nothing; null for one that is not valid. Fills `key`. */
function parseLine(
  buffer: Buffer,
  lineStart: number,
  lineEnd: number,
  key: Uint8Array,
): string | null | undefined {
  let start = lineStart;
  let end = lineEnd;
  while (start < end && isBlank(buffer[start])) start += 1;
  while (end > start && isBlank(buffer[end - 1])) end -= 1;
  if (start === end || buffer[start] === hashSign) return undefined;
  if (end - start < hexDigits || end - start > maxLineBytes) return null;
  for (let index = 0; index < key.length; index += 1) {
    const high = digitValues[buffer[start + 2 * index] ?? 0] ?? 255;
    const low = digitValues[buffer[start + 2 * index + 1] ?? 0] ?? 255;
    if (high === 255 || low === 255) return null;
    key[index] = (high << 4) | low;
  }
  start += hexDigits;
  if (start === end) return '';
  if (!isBlank(buffer[start]) && buffer[start] !== comma) return null;
  while (start < end && (isBlank(buffer[start]) || buffer[start] === comma)) start += 1;
  return buffer[start] === hashSign ? '' : buffer.toString('utf8', start, end);
}

function isBlank(byte: number | undefined): boolean {
  return byte === space || byte === tab || byte === carriageReturn;
}

function readChunk(list: OpenHashList, buffer: Buffer, at: number, length: number, position: number): number {
  try {
    return readSync(list.descriptor, buffer, at, length, position);
  } catch (error) {
    throw unreadable(list.path, messageOf(error), error);
  }
}

function unreadable(path: string, cause: string, error?: unknown): AppError {
  const message = `The hash list ${displayPath(path)} cannot be read: ${cause}`;
  return new AppError('FILE_UNREADABLE', message, { cause: error, details: { path } });
}

function invalid(path: string, line: number): AppError {
  const message = `The hash list ${displayPath(path)} is not valid in line ${line}: not a SHA-256 with an optional name`;
  return new AppError('HASH_LIST_INVALID', message, { details: { path, line } });
}
