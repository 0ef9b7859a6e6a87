// The bloom filter between two runs: read whole or not at all, because a filter that lost bits would deny what is stored.
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { openForScan } from '../files/open-file.ts';
import { encodePath } from '../files/raw-path.ts';
import { positionsPerKey, type BloomContent } from './bloom-filter.ts';
import { KeyHasher } from './key-hasher.ts';

const magic = 'vedbloom';
const version = 1;
const headerBytes = 96;
const checksumAt = headerBytes - 4;

export interface SavedFilter extends BloomContent {
  /** Every identity stored up to this id is in the filter. */
  readonly lastId: number;
}

/** What a file must be of to be taken. */
export interface BloomFileKind {
  readonly storeId: string;
  readonly sizeBytes: number;
}

/** null when there is none, it is of another kind, cut short, damaged, a link, or cannot be read: start afresh. */
export function readBloomFile(path: string, kind: BloomFileKind): SavedFilter | null {
  let descriptor: number | null = null;
  try {
    descriptor = openForScan(path);
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size !== headerBytes + kind.sizeBytes) return null;
    const header = Buffer.alloc(headerBytes);
    const bits = new Uint8Array(kind.sizeBytes);
    if (!readFully(descriptor, header) || !readFully(descriptor, bits)) return null;
    const lastId = header.readDoubleLE(60);
    const entries = header.readDoubleLE(68);
    const bitsSet = header.readDoubleLE(76);
    const expected = makeHeader(kind, { bits, lastId, entries, bitsSet });
    return header.equals(expected) ? { bits, lastId, entries, bitsSet } : null;
  } catch {
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/**
 * Replaces the file as a whole, readable by the user alone. A link in its place is replaced, never followed. Without
 * fsync: a file that a power failure tore has the wrong checksum, and the worst it costs is one reading of the database.
 * @throws the error of `node:fs`; the earlier file is still there then.
 */
export function writeBloomFile(path: string, storeId: string, filter: SavedFilter): void {
  const temporary = encodePath(`${path}.${process.pid}.tmp`);
  rmSync(temporary, { force: true });
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeFully(descriptor, makeHeader({ storeId, sizeBytes: filter.bits.length }, filter));
      writeFully(descriptor, filter.bits);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, encodePath(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** What a filter must share with the one that was saved is in the header, so that two equal headers say it all. */
function makeHeader({ storeId, sizeBytes }: BloomFileKind, filter: SavedFilter): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 0, 'latin1');
  header.writeUInt32LE(version, 8);
  header.writeUInt32LE(positionsPerKey, 12);
  header.writeUInt32LE(sizeBytes, 16);
  // Another way to hash, or the other byte order, would look for the same keys in other places.
  const hasher = new KeyHasher();
  hasher.hash(magic);
  header.writeInt32LE(hasher.first, 20);
  header.writeInt32LE(hasher.second, 24);
  header.set(hash('sha256', storeId, 'buffer'), 28);
  header.writeDoubleLE(filter.lastId, 60);
  header.writeDoubleLE(filter.entries, 68);
  header.writeDoubleLE(filter.bitsSet, 76);
  header.writeUInt32LE(crc32(filter.bits, crc32(header.subarray(0, checksumAt))), checksumAt);
  return header;
}

function readFully(descriptor: number, target: Uint8Array): boolean {
  let filled = 0;
  while (filled < target.length) {
    const count = readSync(descriptor, target, filled, target.length - filled, null);
    if (count === 0) return false;
    filled += count;
  }
  return true;
}

function writeFully(descriptor: number, source: Uint8Array): void {
  let written = 0;
  while (written < source.length) {
    written += writeSync(descriptor, source, written, source.length - written);
  }
}
