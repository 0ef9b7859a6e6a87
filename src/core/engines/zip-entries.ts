// Walks the entries of a zip directory in slices of bounded memory; an entry that is cut short ends the walk and is said.
// Formats: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.5.3.
import type { ReadAt } from './scan-engine.ts';
import { asBuffer, toNumber } from './zip-end.ts';

export interface ZipEntry {
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  readonly localOffset: number;
  readonly disk: number;
  /** Bytes of the name, valid until the walk goes on. */
  readonly nameBytes: Buffer;
}

export interface LocalHeader {
  readonly flags: number;
  readonly method: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  /** Where the data begins, counted from the header. */
  readonly headerBytes: number;
}

const entrySignature = 0x0201_4b50;
const localSignature = 0x0403_4b50;
const entryBytes = 46;
const localBytes = 30;
/** Larger than the largest entry (46 bytes and three fields of 65,535). */
const sliceBytes = 256 * 1024;
const largestEntryBytes = entryBytes + 3 * 0xffff;

/** The entries until the end of the directory or the first thing that is no entry. `return` value: bytes walked. */
export function* zipEntries(readAt: ReadAt, offset: number, length: number): Generator<ZipEntry, number> {
  let slice = asBuffer(readAt(offset, Math.min(sliceBytes, length)));
  let sliceStart = 0;
  let done = 0;
  for (;;) {
    if (done - sliceStart + largestEntryBytes > slice.length && sliceStart + slice.length < length) {
      const wanted = Math.min(sliceBytes, length - done);
      slice = asBuffer(readAt(offset + done, wanted));
      sliceStart = done;
      // A file that ends early would be read over and over.
      if (slice.length < wanted) length = done + slice.length;
    }
    const at = done - sliceStart;
    if (at + entryBytes > slice.length || slice.readUInt32LE(at) !== entrySignature) return done;
    const nameLength = slice.readUInt16LE(at + 28);
    const extraLength = slice.readUInt16LE(at + 30);
    const total = entryBytes + nameLength + extraLength + slice.readUInt16LE(at + 32);
    if (at + total > slice.length) return done;
    const extra = slice.subarray(at + entryBytes + nameLength, at + entryBytes + nameLength + extraLength);
    const sizes = [slice.readUInt32LE(at + 24), slice.readUInt32LE(at + 20), slice.readUInt32LE(at + 42)];
    const [uncompressedBytes = 0, compressedBytes = 0, localOffset = 0] = widen(sizes, extra);
    yield {
      flags: slice.readUInt16LE(at + 8),
      method: slice.readUInt16LE(at + 10),
      crc32: slice.readUInt32LE(at + 16),
      compressedBytes,
      uncompressedBytes,
      localOffset,
      disk: slice.readUInt16LE(at + 34),
      nameBytes: slice.subarray(at + entryBytes, at + entryBytes + nameLength),
    };
    done += total;
  }
}

/** The header before the data of an entry; null when there is none at this offset. */
export function readLocalHeader(readAt: ReadAt, offset: number): LocalHeader | null {
  const fixed = asBuffer(readAt(offset, localBytes));
  if (fixed.length < localBytes || fixed.readUInt32LE(0) !== localSignature) return null;
  const flags = fixed.readUInt16LE(6);
  const method = fixed.readUInt16LE(8);
  const sizes = [fixed.readUInt32LE(22), fixed.readUInt32LE(18)];
  const nameLength = fixed.readUInt16LE(26);
  const extraLength = fixed.readUInt16LE(28);
  const extra = sizes.includes(0xffff_ffff)
    ? asBuffer(readAt(offset + localBytes + nameLength, extraLength))
    : asBuffer(new Uint8Array());
  const [uncompressedBytes = 0, compressedBytes = 0] = widen(sizes, extra);
  return {
    flags,
    method,
    compressedBytes,
    uncompressedBytes,
    headerBytes: localBytes + nameLength + extraLength,
  };
}

/** Puts the 64-bit values of extra field 1 where a 32-bit one is all ones: that is the order they stand in. */
function widen(values: readonly number[], extra: Buffer): readonly number[] {
  if (!values.includes(0xffff_ffff)) return values;
  const wide = extraField(extra, 0x0001);
  let at = 0;
  return values.map((value) => {
    if (value !== 0xffff_ffff || wide === null || at + 8 > wide.length) return value;
    at += 8;
    return toNumber(wide.readBigUInt64LE(at - 8));
  });
}

function extraField(extra: Buffer, id: number): Buffer | null {
  let at = 0;
  while (at + 4 <= extra.length) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return null;
}
