// Files that nobody looks at wholly under low limits, with what clamscan and Vedette have to say of each.
import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import type { ClamdLimits } from '../../src/core/engines/clamd/target.ts';
import type { Reason } from '../../src/shared/verdict.ts';
import { tarOf, zipOf, type ArchiveMember } from './archives.ts';
import { eicar } from './eicar.ts';

const mib = 1024 * 1024;

/** Low, so that small files go over them. */
export const lowLimits: ClamdLimits = {
  maxStreamBytes: 4 * mib,
  maxFileBytes: 4 * mib,
  maxScanBytes: 12 * mib,
  maxRecursion: 8,
  maxFiles: 200,
};

/** A file that nobody looks at wholly. */
export interface Shortfall {
  readonly name: string;
  readonly bytes: Buffer;
  /** What clamscan says with the same signatures. */
  readonly clamscan: string;
  readonly reason: Reason;
}

const virus: ArchiveMember = { name: 'eicar.com', bytes: eicar() };
const large: ArchiveMember = { name: 'large.bin', bytes: Buffer.alloc(5 * mib, 'large') };
const secret: ArchiveMember = { name: 'secret.txt', bytes: Buffer.from('nobody knows'), encrypted: true };
const quarters = Array.from({ length: 4 }, (_, index) => ({
  name: `${index}.bin`,
  bytes: Buffer.alloc(3.5 * mib, `part ${index}`),
}));
const many = Array.from({ length: 250 }, (_, index) => ({
  name: `${index}.txt`,
  bytes: Buffer.from(`member ${index}`),
}));

export const exceeded = 'Heuristics.Limits.Exceeded';
const zipMember = 'ZipMember.UNOFFICIAL';
const encryptedZip = 'Heuristics.Encrypted.Zip';

/**
 * clamscan reports a limit or an encrypted member as a finding (`Heuristics.…`); here it is `partial`, for nothing was
 * found. Of a zip member over MaxFileSize ClamAV by itself says nothing at all: `ZipMember` is a signature of ours.
 */
export const shortfalls: readonly Shortfall[] = [
  limit('large.bin', large.bytes, 'MaxFileSize'),
  limit('large.gz', gzipSync(large.bytes), 'MaxFileSize'),
  limit('large.tar.gz', gzipSync(tarOf([large])), 'MaxFileSize'),
  limit('large-stored.zip', zipOf([{ ...large, stored: true }]), 'MaxFileSize'),
  limit('large.zip', zipOf([large]), zipMember),
  limit('large-inside.zip', nested(large, 2), zipMember),
  limit('large-inside.tar', tarOf([{ name: 'large.zip', bytes: zipOf([large]) }]), zipMember),
  limit(
    'virus-inside-large.zip',
    zipOf([{ name: 'large.bin', bytes: Buffer.concat([large.bytes, eicar()]) }]),
    zipMember,
  ),
  limit('total.zip', zipOf(quarters), 'MaxScanSize'),
  limit('many.zip', zipOf(many), 'MaxFiles'),
  limit('many.tar.gz', gzipSync(tarOf(many)), 'MaxFiles'),
  limit('deep.zip', nested(virus, 12), 'MaxRecursion'),
  { name: 'secret.zip', bytes: zipOf([secret]), clamscan: encryptedZip, reason: 'encrypted' },
  { name: 'secret-inside.zip', bytes: nested(secret, 2), clamscan: encryptedZip, reason: 'encrypted' },
  {
    name: 'secret-inside.tar.gz',
    bytes: gzipSync(tarOf([{ name: 'secret.zip', bytes: zipOf([secret]) }])),
    clamscan: encryptedZip,
    reason: 'encrypted',
  },
];

/** A signature counts for more than what was left out. */
export const foundBesides = [
  { name: 'found/large-and-virus.zip', bytes: zipOf([large, virus]) },
  {
    name: 'found/large-and-virus-inside.zip',
    bytes: zipOf([{ name: 'inner.zip', bytes: zipOf([large, virus]) }]),
  },
  { name: 'found/secret-and-virus.zip', bytes: zipOf([secret, virus]) },
  { name: 'found/many-and-virus.tar', bytes: tarOf([...many, virus]) },
  { name: 'found/six-deep.zip', bytes: nested(virus, 6) },
];

function limit(name: string, bytes: Buffer, which: string): Shortfall {
  return { name, bytes, clamscan: `${exceeded}.${which}`, reason: 'limits_exceeded' };
}

/** A zip in a zip in a zip. */
function nested(member: ArchiveMember, levels: number): Buffer {
  let bytes = zipOf([member]);
  for (let level = 1; level < levels; level += 1) bytes = zipOf([{ name: `${level}.zip`, bytes }]);
  return bytes;
}
