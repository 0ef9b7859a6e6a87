// What the scan benchmark scans: a folder of the user's, or a copy of part of /usr, the same choice on the same machine.
import { hash } from 'node:crypto';
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

export interface ScanCorpus {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

/** Programs, libraries, scripts and their data. */
const sources = ['/usr/bin', '/usr/lib', '/usr/libexec'];
const mib = 1024 * 1024;
const largestBytes = 32 * mib;
const maxTotalBytes = 300 * mib;

/** Copies files in the order of the hash of their paths until there are `wanted`, or 300 MiB. */
export function copyOfUsr(folder: string, wanted: number): ScanCorpus {
  const candidates = sources
    .filter((source) => existsSync(source))
    .flatMap((source) => [...regularFiles(source)])
    .map((path) => ({ path, order: hash('sha1', path) }))
    .toSorted((one, other) => (one.order < other.order ? -1 : 1));
  let files = 0;
  let bytes = 0;
  for (const { path, order } of candidates) {
    if (files >= wanted) break;
    const { size } = lstatSync(path);
    if (size > largestBytes || bytes + size > maxTotalBytes) continue;
    // Flat, because clamscan and clamdscan leave out what lies below 15 folders.
    const copy = join(folder, order.slice(0, 2), `${order}${extname(path)}`);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(path, copy);
    files += 1;
    bytes += size;
  }
  return { folder, files, bytes };
}

/** Reads every file once: the page cache is warm for whoever is measured first. */
export function readCorpus(folder: string): ScanCorpus {
  let files = 0;
  let bytes = 0;
  for (const path of regularFiles(folder)) {
    files += 1;
    bytes += readFileSync(path).length;
  }
  return { folder, files, bytes };
}

function* regularFiles(top: string): Generator<string> {
  for (const entry of readdirSync(top, { withFileTypes: true })) {
    const path = join(top, entry.name);
    if (entry.isDirectory()) yield* regularFiles(path);
    else if (entry.isFile()) yield path;
  }
}
