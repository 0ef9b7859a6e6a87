// Where what stands in a vault object: magic, version, header length, header, wrapped key, chunks; the header fixes every length.
import { tagBytes, wrappedKeyBytes } from './object-cipher.ts';

export const magic = Buffer.from('VEDETTEQ', 'latin1');
export const version = 1;
/** Magic, version and header length, both 32 bits with the highest byte first. */
export const prefixBytes = magic.length + 8;
/** Plain bytes of every chunk but the last, which holds the rest; an empty file is one empty chunk. */
export const chunkBytes = 1024 * 1024;

export function chunkCount(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / chunkBytes));
}

/** Bytes an object has from beginning to end. */
export function objectBytes(headerBytes: number, sizeBytes: number): number {
  return contentOffsetOf(headerBytes) + sizeBytes + chunkCount(sizeBytes) * tagBytes;
}

/** Where the first chunk begins. */
export function contentOffsetOf(headerBytes: number): number {
  return prefixBytes + headerBytes + wrappedKeyBytes;
}

export function encodePrefix(headerBytes: number): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  magic.copy(prefix);
  prefix.writeUInt32BE(version, magic.length);
  prefix.writeUInt32BE(headerBytes, magic.length + 4);
  return prefix;
}

export type Prefix =
  | { readonly kind: 'ok'; readonly headerBytes: number }
  | { readonly kind: 'damaged'; readonly problem: string };

/** @param maxHeaderBytes most that is read into memory on the word of a file. */
export function decodePrefix(prefix: Buffer, maxHeaderBytes: number): Prefix {
  if (!prefix.subarray(0, magic.length).equals(magic)) {
    return { kind: 'damaged', problem: 'it does not begin as a quarantined file does' };
  }
  const found = prefix.readUInt32BE(magic.length);
  if (found !== version) return { kind: 'damaged', problem: `its format ${found} is not known here` };
  const headerBytes = prefix.readUInt32BE(magic.length + 4);
  if (headerBytes > maxHeaderBytes) return { kind: 'damaged', problem: 'its header is too long' };
  return { kind: 'ok', headerBytes };
}
