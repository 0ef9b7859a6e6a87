// Where a zip keeps its directory: the end record (and its zip64 form) found and made consistent, or said to lie.
// Formats: APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
import { Buffer } from 'node:buffer';
import type { ReadAt } from './scan-engine.ts';

export type ZipEnd =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly detail: string }
  | {
      readonly kind: 'found';
      readonly directoryOffset: number;
      readonly directoryBytes: number;
      readonly entryCount: number;
      /** What stands before the archive: offsets in the directory count from here. */
      readonly baseOffset: number;
      /** The count is the real one, not one that stopped at 65,535. */
      readonly isZip64: boolean;
    };

const endBytes = 22;
const locatorBytes = 20;
const end64Bytes = 56;
const maxCommentBytes = 0xffff;

const locatorSignature = 0x0706_4b50;
const end64Signature = 0x0606_4b50;

interface EndRecord {
  readonly offset: number;
  readonly disks: number;
  readonly entryCount: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
}

export function findZipEnd(readAt: ReadAt, sizeBytes: number): ZipEnd {
  const tailStart = Math.max(0, sizeBytes - endBytes - maxCommentBytes);
  const tail = asBuffer(readAt(tailStart, sizeBytes - tailStart));
  const record = findRecord(tail, tailStart, sizeBytes);
  if (record === null) return { kind: 'none' };
  if (record.disks !== 0) return { kind: 'broken', detail: 'it is one part of an archive of several files' };
  const needs64 =
    record.entryCount === 0xffff ||
    record.directoryBytes === 0xffff_ffff ||
    record.directoryOffset === 0xffff_ffff;
  const record64 = record.offset >= locatorBytes ? findRecord64(readAt, record.offset - locatorBytes) : null;
  // 65,535 entries are told the same way with and without zip64.
  if (record64 === null && needs64 && record.directoryOffset === 0xffff_ffff) {
    return { kind: 'broken', detail: 'its zip64 record is missing' };
  }
  const chosen = record64 ?? record;
  const baseOffset = chosen.offset - chosen.directoryBytes - chosen.directoryOffset;
  if (baseOffset < 0 || !Number.isSafeInteger(baseOffset)) {
    return { kind: 'broken', detail: 'its directory lies outside the file' };
  }
  return {
    kind: 'found',
    directoryOffset: chosen.offset - chosen.directoryBytes,
    directoryBytes: chosen.directoryBytes,
    entryCount: chosen.entryCount,
    baseOffset,
    isZip64: record64 !== null,
  };
}

/** The last record whose comment ends with the file; else the last one whose comment at least fits. */
function findRecord(tail: Buffer, tailStart: number, sizeBytes: number): EndRecord | null {
  let loose: EndRecord | null = null;
  for (let at = lastSignature(tail, tail.length - endBytes); at !== -1; at = lastSignature(tail, at - 1)) {
    const end = tailStart + at + endBytes + tail.readUInt16LE(at + 20);
    if (end > sizeBytes) continue;
    const record = {
      offset: tailStart + at,
      disks: tail.readUInt16LE(at + 4) | tail.readUInt16LE(at + 6),
      entryCount: tail.readUInt16LE(at + 10),
      directoryBytes: tail.readUInt32LE(at + 12),
      directoryOffset: tail.readUInt32LE(at + 16),
    };
    // All ones on disk numbers mean "see zip64".
    const normal = { ...record, disks: record.disks === 0xffff ? 0 : record.disks };
    if (end === sizeBytes) return normal;
    loose ??= normal;
  }
  return loose;
}

/** -1 when there is none from `from` down; a negative `from` would count from the end. */
function lastSignature(tail: Buffer, from: number): number {
  return from < 0 ? -1 : tail.lastIndexOf('PK\x05\x06', from, 'latin1');
}

function findRecord64(readAt: ReadAt, locatorOffset: number): EndRecord | null {
  const locator = asBuffer(readAt(locatorOffset, locatorBytes));
  if (locator.length < locatorBytes || locator.readUInt32LE(0) !== locatorSignature) return null;
  const told = toNumber(locator.readBigUInt64LE(8));
  // Behind a self-extractor the told offset is short by its length: then the record stands right before its locator.
  for (const offset of [told, locatorOffset - end64Bytes]) {
    if (offset < 0 || offset + end64Bytes > locatorOffset) continue;
    const record = asBuffer(readAt(offset, end64Bytes));
    if (record.length < end64Bytes || record.readUInt32LE(0) !== end64Signature) continue;
    return {
      offset,
      disks: record.readUInt32LE(16) | record.readUInt32LE(20),
      entryCount: toNumber(record.readBigUInt64LE(32)),
      directoryBytes: toNumber(record.readBigUInt64LE(40)),
      directoryOffset: toNumber(record.readBigUInt64LE(48)),
    };
  }
  return null;
}

/** A size as a number; beyond 2⁵³ it stays far larger than any file. */
export function toNumber(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}

/** The same bytes with the methods of Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
