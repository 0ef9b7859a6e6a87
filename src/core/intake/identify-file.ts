// The first look at a path, by lstat alone: only a regular file within the size limit goes on, all else is judged here.
import { type BigIntStats, lstatSync } from 'node:fs';
import type { IdentifiedFile } from '../../shared/scan.ts';
import type { Judgement } from '../../shared/verdict.ts';
import { identityOf } from '../files/file-identity.ts';
import { describeFsError } from '../files/open-file.ts';
import { isOnPseudoFileSystem } from '../files/pseudo-file-system.ts';
import { encodePath } from '../files/raw-path.ts';

export type IncompleteJudgement = Extract<Judgement, { readonly kind: 'partial' | 'unscannable' }>;

export type Identification =
  | { readonly kind: 'regular'; readonly file: IdentifiedFile }
  /** Nothing of it is read; `sizeBytes` is 0 where it has no size. */
  | { readonly kind: 'judged'; readonly judgement: IncompleteJudgement; readonly sizeBytes: number };

export interface IdentifyOptions {
  /** A file of exactly this size is still looked at. */
  readonly maxFileSizeBytes: number;
  /** Nobody has seen it yet: what is not there has not vanished, it was never found. */
  readonly isOnlyNamed?: boolean;
}

export function identifyFile(path: string, options: IdentifyOptions): Identification {
  let stats: BigIntStats;
  try {
    stats = lstatSync(encodePath(path), { bigint: true });
  } catch (error) {
    const failure = describeFsError(error);
    const isUnfound = options.isOnlyNamed === true && failure.reason === 'vanished';
    const judgement = isUnfound ? notFound : ({ kind: 'unscannable', ...failure } as const);
    return { kind: 'judged', judgement, sizeBytes: 0 };
  }
  if (!stats.isFile()) return { kind: 'judged', judgement: judgeNotRegular(stats), sizeBytes: 0 };
  const sizeBytes = Number(stats.size);
  if (sizeBytes === 0 && isOnPseudoFileSystem(path)) {
    return { kind: 'judged', judgement: ofTheKernel, sizeBytes };
  }
  if (sizeBytes > options.maxFileSizeBytes) {
    const detail = `${sizeBytes} bytes, over the limit of ${options.maxFileSizeBytes} bytes`;
    return { kind: 'judged', judgement: { kind: 'partial', reason: 'too_large', detail }, sizeBytes };
  }
  return { kind: 'regular', file: { path, identity: identityOf(stats), sizeBytes } };
}

const ofTheKernel: IncompleteJudgement = {
  kind: 'unscannable',
  reason: 'special_file',
  detail: 'it is made by the kernel when it is read',
};

const notFound: IncompleteJudgement = {
  kind: 'unscannable',
  reason: 'not_found',
  detail: 'there is no such file',
};

/** What `Stats` and `Dirent` both can tell. */
export interface FileType {
  isSymbolicLink(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
}

/** The judgement on what is there but is not a regular file. */
export function judgeNotRegular(type: FileType): IncompleteJudgement {
  if (type.isSymbolicLink()) {
    return { kind: 'unscannable', reason: 'symbolic_link', detail: 'it is a symbolic link' };
  }
  return { kind: 'unscannable', reason: 'special_file', detail: `it is ${nameOfType(type)}` };
}

function nameOfType(type: FileType): string {
  if (type.isDirectory()) return 'a folder';
  if (type.isFIFO()) return 'a named pipe';
  if (type.isSocket()) return 'a socket';
  if (type.isCharacterDevice()) return 'a character device';
  if (type.isBlockDevice()) return 'a block device';
  return 'not a regular file';
}
