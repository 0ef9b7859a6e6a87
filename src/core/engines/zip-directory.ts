// What a zip says of its members, checked against the limits of clamd, which answers plain OK for what it left out. Never throws.
import { displayPath } from '../../shared/display-path.ts';
import type { PartialReason } from '../../shared/verdict.ts';
import { decodePath } from '../files/raw-path.ts';
import type { ReadAt } from './scan-engine.ts';
import { findZipEnd, type ZipEnd } from './zip-end.ts';
import { readLocalHeader, type ZipEntry, zipEntries } from './zip-entries.ts';

/** Bytes and counts as in clamd.conf(5), where 0 means that there is no limit. */
export interface ZipLimits {
  readonly maxFileBytes: number;
  readonly maxScanBytes: number;
  readonly maxFiles: number;
}

export interface ZipNote {
  readonly reason: PartialReason;
  readonly detail: string;
}

const maxEntries = 65_536;
const maxDirectoryBytes = 16 * 1024 * 1024;
/** Local headers compared with the directory: those of the first entries. */
const maxLocalHeaders = 1024;
const maxNameCharacters = 80;

const flagEncrypted = 0x0001;
const flagDataDescriptor = 0x0008;
const flagStrongEncryption = 0x0040;
const flagMaskedHeaders = 0x2000;
const anyEncryption = flagEncrypted | flagStrongEncryption | flagMaskedHeaders;
const methodStored = 0;
const methodDeflate = 8;
const methodAes = 99;

/** Beginnings that may carry a zip at their end: self-extracting programs and scripts. */
const carriers = ['MZ', '\x7fELF', '#!'];

/** Notes against `clean`, at most one a reason; none for what is no zip. */
export function inspectZip(readAt: ReadAt, sizeBytes: number, limits: ZipLimits): readonly ZipNote[] {
  try {
    return inspect(readAt, sizeBytes, limits);
  } catch (error) {
    // Only `readAt` can throw here: the file cannot be read, so nothing is known of its members.
    const cause = error instanceof Error ? error.name : 'unknown';
    return [{ reason: 'limits_unknown', detail: `the directory of the zip cannot be read (${cause})` }];
  }
}

function inspect(readAt: ReadAt, sizeBytes: number, limits: ZipLimits): readonly ZipNote[] {
  const head = String.fromCharCode(...readAt(0, Math.min(4, sizeBytes)));
  const startsAsZip =
    head === 'PK\x03\x04' || head === 'PK\x05\x06' || head === 'PK\x07\x08' || head === 'PK00';
  if (!startsAsZip && !carriers.some((carrier) => head.startsWith(carrier))) return [];
  const end = findZipEnd(readAt, sizeBytes);
  if (!startsAsZip && !carriesZip(readAt, end)) return [];
  if (end.kind === 'none') return [lie('it has no directory at its end')];
  if (end.kind === 'broken') return [lie(end.detail)];
  if (startsAsZip && end.baseOffset !== 0) return [lie('its directory does not count from its beginning')];
  return new ZipInspection(readAt, limits, end).notes();
}

/** A program may hold the four bytes of an end record by chance: only with an entry where it says is it a zip. */
function carriesZip(readAt: ReadAt, end: ZipEnd): boolean {
  if (end.kind !== 'found' || end.directoryBytes === 0) return false;
  return String.fromCharCode(...readAt(end.directoryOffset, 4)) === 'PK\x01\x02';
}

function lie(detail: string): ZipNote {
  return { reason: 'limits_unknown', detail: `the directory of the zip cannot be trusted: ${detail}` };
}

type FoundEnd = Extract<ZipEnd, { readonly kind: 'found' }>;
type ToCompare = Omit<ZipEntry, 'nameBytes'> & { readonly name: string };

/** One pass over the directory; members are counted, the first of each sort is named. */
class ZipInspection {
  readonly #readAt: ReadAt;
  readonly #limits: ZipLimits;
  readonly #end: FoundEnd;
  readonly #toCompare: ToCompare[] = [];
  #entryCount = 0;
  #totalBytes = 0;
  #encrypted = { count: 0, name: '' };
  #tooLarge = { count: 0, name: '', sizeBytes: 0 };
  #lie = '';

  constructor(readAt: ReadAt, limits: ZipLimits, end: FoundEnd) {
    this.#readAt = readAt;
    this.#limits = {
      maxFileBytes: limits.maxFileBytes || Number.POSITIVE_INFINITY,
      maxScanBytes: limits.maxScanBytes || Number.POSITIVE_INFINITY,
      maxFiles: limits.maxFiles || Number.POSITIVE_INFINITY,
    };
    this.#end = end;
  }

  notes(): readonly ZipNote[] {
    this.#walk();
    // After the walk: `readAt` may reuse its buffer.
    for (const entry of this.#toCompare) this.#compare(entry);
    const notes: ZipNote[] = [];
    const { count, name } = this.#encrypted;
    if (count > 0)
      notes.push({ reason: 'encrypted', detail: `encrypted member '${name}'${andOthers(count)}` });
    const exceeded = this.#exceeded();
    if (exceeded.length > 0) notes.push({ reason: 'limits_exceeded', detail: exceeded.join('; ') });
    if (this.#lie !== '') notes.push(lie(this.#lie));
    return notes;
  }

  #walk(): void {
    const { directoryOffset, directoryBytes, entryCount, isZip64 } = this.#end;
    const walked = Math.min(directoryBytes, maxDirectoryBytes);
    const entries = zipEntries(this.#readAt, directoryOffset, walked);
    let next = entries.next();
    for (; !next.done && this.#entryCount < maxEntries; next = entries.next()) this.#see(next.value);
    if (!next.done || walked < directoryBytes) {
      this.#doubt(`it is too large to be checked (${entryCount} members, ${directoryBytes} bytes)`);
    } else if (next.value < directoryBytes) {
      this.#doubt(`it breaks off after ${this.#entryCount} members`);
    } else if (this.#entryCount !== entryCount && (isZip64 || this.#entryCount % 0x1_0000 !== entryCount)) {
      this.#doubt(`it announces ${entryCount} members and lists ${this.#entryCount}`);
    }
  }

  #see(entry: ZipEntry): void {
    this.#entryCount += 1;
    this.#totalBytes += entry.uncompressedBytes;
    const isEncrypted = (entry.flags & anyEncryption) !== 0 || entry.method === methodAes;
    if (isEncrypted) {
      this.#encrypted.name ||= nameOf(entry);
      this.#encrypted.count += 1;
    }
    if (entry.uncompressedBytes > this.#limits.maxFileBytes) {
      if (this.#tooLarge.count === 0) {
        this.#tooLarge = { count: 0, name: nameOf(entry), sizeBytes: entry.uncompressedBytes };
      }
      this.#tooLarge.count += 1;
    }
    const fault = faultOf(entry, isEncrypted, this.#end);
    if (fault !== null) this.#doubt(`member '${nameOf(entry)}' ${fault}`);
    else if (this.#toCompare.length < maxLocalHeaders) {
      const { nameBytes: _, ...rest } = entry;
      this.#toCompare.push({ ...rest, name: nameOf(entry) });
    }
  }

  #compare(entry: ToCompare): void {
    const local = readLocalHeader(this.#readAt, this.#end.baseOffset + entry.localOffset);
    if (local === null) {
      this.#doubt(`member '${entry.name}' is not where it says`);
      return;
    }
    if ((local.flags & anyEncryption) !== 0 && (entry.flags & anyEncryption) === 0) {
      this.#encrypted.name ||= entry.name;
      this.#encrypted.count += 1;
    }
    const agrees =
      isSameSize(local.compressedBytes, entry.compressedBytes, local.flags) &&
      isSameSize(local.uncompressedBytes, entry.uncompressedBytes, local.flags);
    if (!agrees || local.method !== entry.method) {
      this.#doubt(`member '${entry.name}' has other sizes in its own header`);
    }
    if (entry.localOffset + local.headerBytes + entry.compressedBytes > this.#spaceForData()) {
      this.#doubt(`member '${entry.name}' reaches into the directory`);
    }
  }

  #exceeded(): readonly string[] {
    const { maxFileBytes, maxScanBytes, maxFiles } = this.#limits;
    const sentences: string[] = [];
    const { count, name, sizeBytes } = this.#tooLarge;
    if (count > 0) {
      sentences.push(
        `member '${name}' has ${sizeBytes} bytes, over the limit of ${maxFileBytes}${andOthers(count)}`,
      );
    }
    if (this.#totalBytes > maxScanBytes) {
      sentences.push(
        `its members have ${this.#totalBytes} bytes together, over the limit of ${maxScanBytes}`,
      );
    }
    const files = Math.max(this.#entryCount, this.#end.entryCount);
    if (files > maxFiles) sentences.push(`it has ${files} members, over the limit of ${maxFiles}`);
    return sentences;
  }

  #spaceForData(): number {
    return this.#end.directoryOffset - this.#end.baseOffset;
  }

  /** The first doubt is told; one is enough. */
  #doubt(detail: string): void {
    this.#lie ||= detail;
  }
}

/** A writer that streams leaves the size open in the local header, and puts it after the data. */
function isSameSize(localSize: number, size: number, localFlags: number): boolean {
  const isOpen = (localFlags & flagDataDescriptor) !== 0 && (localSize === 0 || localSize === 0xffff_ffff);
  return isOpen || localSize === size;
}

/** What is wrong with an entry by itself. */
function faultOf(entry: ZipEntry, isEncrypted: boolean, end: FoundEnd): string | null {
  const { compressedBytes, uncompressedBytes, method } = entry;
  if (entry.disk !== 0 && entry.disk !== 0xffff) return 'is in another file';
  if (entry.localOffset + compressedBytes > end.directoryOffset - end.baseOffset)
    return 'lies outside the file';
  if (method === methodStored && !isEncrypted && compressedBytes !== uncompressedBytes) {
    return 'is stored with two different sizes';
  }
  // Even nothing takes two bytes of deflate, and deflate adds 5 bytes in 16 KiB at the very worst.
  if (method === methodDeflate && compressedBytes === 0) return 'does not tell its size';
  if (method === methodDeflate && compressedBytes > uncompressedBytes * 1.1 + 1024) {
    return 'is larger packed than unpacked';
  }
  if (compressedBytes === 0 && uncompressedBytes === 0 && entry.crc32 !== 0) return 'does not tell its size';
  return null;
}

function nameOf({ nameBytes }: ZipEntry): string {
  const name = decodePath(nameBytes.subarray(0, maxNameCharacters));
  return displayPath(name) + (nameBytes.length > maxNameCharacters ? '…' : '');
}

function andOthers(count: number): string {
  return count > 1 ? ` (and ${count - 1} more)` : '';
}
