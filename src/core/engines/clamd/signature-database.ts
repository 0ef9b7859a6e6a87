// What a folder of signatures holds: a fingerprint that changes whenever a verdict could, their number and their age.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { decodePath, encodePath } from '../../files/raw-path.ts';

export interface SignatureDatabase {
  /** SHA-256, hexadecimal, over the names and contents of the files. */
  readonly fingerprint: string;
  /** Names of the signature files, sorted. */
  readonly files: readonly string[];
  /** Milliseconds since 1970 when the newest official file was built; without one, when the newest file was written. */
  readonly newestAtMs: number | null;
  /** When a file, ours apart, was last written or put there; null without any. */
  readonly arrivedAtMs: number | null;
  /** What the headers of the official files promise; 0 where there are none. */
  readonly headerSignatures: number;
}

export interface CvdHeader {
  readonly builtAtMs: number;
  readonly version: number;
  readonly signatures: number;
}

/** The file that holds our own test signature. */
export const ownSignatureFiles = { eicar: 'vedette.ndb', limits: 'vedette-limits.cdb' } as const;

export function isOwnSignatureFile(name: string): boolean {
  return name === ownSignatureFiles.eicar || name === ownSignatureFiles.limits;
}

/** Files that libclamav loads from a database folder, by extension. */
const extensions = new Set(
  (
    'cvd cld cud db hdb hdu hsb hsu fp sfp mdb mdu msb msu ndb ndu ldb ldu sdb zmd rmd idb pdb gdb wdb cbc ftm cfg cdb ' +
    'cat crb imp ign ign2 info ioc pwdb yar yara'
  ).split(' '),
);

const hashedWholeBelowBytes = 1024 * 1024;
const headerBytes = 512;

export function isSignatureFile(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot > 0 && extensions.has(name.slice(dot + 1));
}

/** Names of the signature files in `folder`, sorted, whatever they are. @throws the error of `readdir`. */
export function listSignatureFiles(folder: string): string[] {
  const names = readdirSync(encodePath(folder), { encoding: 'buffer' }).map((name) => decodePath(name));
  return names.filter((name) => isSignatureFile(name)).toSorted();
}

/**
 * Reads the whole of small files and the header of large ones; follows links, ignores what is not a regular file.
 * @throws the error of `readdir` when the folder cannot be listed.
 */
export function readSignatureDatabase(folder: string): SignatureDatabase {
  const hash = createHash('sha256');
  const files: string[] = [];
  let officialAtMs: number | null = null;
  let writtenAtMs: number | null = null;
  let arrivedAtMs: number | null = null;
  let headerSignatures = 0;
  for (const name of listSignatureFiles(folder)) {
    const file = readSignatureFile(join(folder, name));
    if (file === null) continue;
    files.push(name);
    hash.update(`${JSON.stringify([name, file.sizeBytes, file.content])}\n`);
    if (file.header !== null) {
      officialAtMs = Math.max(officialAtMs ?? 0, file.header.builtAtMs);
      headerSignatures += file.header.signatures;
    }
    if (isOwnSignatureFile(name)) continue;
    writtenAtMs = Math.max(writtenAtMs ?? 0, file.mtimeMs);
    arrivedAtMs = Math.max(arrivedAtMs ?? 0, file.ctimeMs, file.mtimeMs);
  }
  return {
    fingerprint: hash.digest('hex'),
    files,
    newestAtMs: officialAtMs ?? writtenAtMs,
    arrivedAtMs,
    headerSignatures,
  };
}

/**
 * The first 512 bytes of a .cvd or .cld file: colon separated, the build time in seconds last; null for anything else.
 * https://docs.clamav.net/manual/Signatures.html
 */
export function parseCvdHeader(bytes: Uint8Array): CvdHeader | null {
  const fields = Buffer.from(bytes.subarray(0, headerBytes)).toString('latin1').trimEnd().split(':');
  if (fields[0] !== 'ClamAV-VDB' || fields.length < 8) return null;
  const [version, signatures] = [Number(fields[2]), Number(fields[3])];
  if (!Number.isSafeInteger(version) || !Number.isSafeInteger(signatures) || signatures < 0) return null;
  const seconds = /^\d{9,11}$/.test(fields[8] ?? '') ? Number(fields[8]) : null;
  const builtAtMs = seconds === null ? parseBuildTime(fields[1] ?? '') : seconds * 1000;
  return builtAtMs === null ? null : { builtAtMs, version, signatures };
}

/** `14 Jul 2021 08-23 -0400`: no colon may stand in a field of the header. */
function parseBuildTime(text: string): number | null {
  const parsed = Date.parse(text.replace(/(\d{2})-(\d{2}) ([+-]\d{4})$/, '$1:$2 $3'));
  return Number.isNaN(parsed) ? null : parsed;
}

interface SignatureFile {
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  /** What stands for the content: its hash, or for a large file its time with the hash of its beginning. */
  readonly content: string;
  readonly header: CvdHeader | null;
}

/** Null when it is gone, unreadable or not a regular file: clamd will not load it either, or will say so. */
function readSignatureFile(path: string): SignatureFile | null {
  let descriptor: number;
  try {
    descriptor = openSync(encodePath(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(descriptor, { bigint: true });
    if (!stat.isFile()) return null;
    const sizeBytes = Number(stat.size);
    const isSmall = sizeBytes < hashedWholeBelowBytes;
    const bytes = readStart(descriptor, isSmall ? sizeBytes : headerBytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    return {
      sizeBytes,
      mtimeMs: Number(stat.mtimeMs),
      ctimeMs: Number(stat.ctimeMs),
      content: isSmall ? digest : `${stat.mtimeNs}:${digest}`,
      header: parseCvdHeader(bytes),
    };
  } finally {
    closeSync(descriptor);
  }
}

function readStart(descriptor: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(descriptor, bytes, filled, length - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
