// Finds rule files and reads them: sorted, bounded in depth, count and size; what cannot be read is said, never skipped in silence.
import { Buffer } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { displayPath } from '../../../shared/display-path.ts';
import { messageOf } from '../../../shared/errors.ts';
import { decodePath, encodePath } from '../../files/raw-path.ts';
import { fileProblem, type RuleProblem } from './rule-problem.ts';

export interface RuleFile {
  readonly path: string;
  /** Path relative to the folder it was found in, `/` between folders; unique. */
  readonly namespace: string;
  readonly source: string;
}

export interface RuleFileLimits {
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
  readonly maxFiles: number;
  /** Folders below a given folder. */
  readonly maxDepth: number;
}

export const ruleFileLimits: RuleFileLimits = {
  maxFileBytes: 16 * 1024 * 1024,
  maxTotalBytes: 256 * 1024 * 1024,
  maxFiles: 10_000,
  maxDepth: 16,
};

interface Walk {
  readonly limits: RuleFileLimits;
  readonly files: RuleFile[];
  readonly problems: RuleProblem[];
  readonly seen: Set<string>;
  readonly namespaces: Set<string>;
  totalBytes: number;
  isFull: boolean;
}

/**
 * The rule files of `paths`: a file is taken whatever it is called, a folder gives its `.yar` and `.yara` files at any depth.
 * Symbolic links are followed; what was already met (by device and inode) is not read again.
 */
export function collectRuleFiles(
  paths: readonly string[],
  limits: RuleFileLimits = ruleFileLimits,
): { readonly files: readonly RuleFile[]; readonly problems: readonly RuleProblem[] } {
  const walk: Walk = {
    limits,
    files: [],
    problems: [],
    seen: new Set(),
    namespaces: new Set(),
    totalBytes: 0,
    isFull: false,
  };
  for (const path of paths) visit(walk, path, basename(path), 0);
  return { files: walk.files, problems: walk.problems };
}

function visit(walk: Walk, path: string, relative: string, depth: number): void {
  if (walk.isFull) return;
  try {
    const stat = statSync(encodePath(path), { bigint: true });
    const key = `${stat.dev}:${stat.ino}`;
    if (walk.seen.has(key)) return;
    walk.seen.add(key);
    if (stat.isDirectory()) readFolder(walk, path, depth === 0 ? '' : `${relative}/`, depth);
    else readRules(walk, path, relative);
  } catch (error) {
    walk.problems.push(fileProblem(path, 'unreadable', messageOf(error)));
  }
}

function readFolder(walk: Walk, path: string, prefix: string, depth: number): void {
  if (depth > walk.limits.maxDepth) {
    walk.problems.push(fileProblem(path, 'too_many', `more than ${walk.limits.maxDepth} folders deep`));
    return;
  }
  const entries = readdirSync(encodePath(path), { withFileTypes: true, encoding: 'buffer' });
  for (const entry of entries.toSorted((one, other) => Buffer.compare(one.name, other.name))) {
    const name = decodePath(entry.name);
    const isRuleFile = /\.yara?$/i.test(name);
    // A link to a folder does not look like one until it is followed.
    if (entry.isDirectory() || isRuleFile || (entry.isSymbolicLink() && isFolder(join(path, name)))) {
      visit(walk, `${path}${path.endsWith(sep) ? '' : sep}${name}`, `${prefix}${name}`, depth + 1);
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(encodePath(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readRules(walk: Walk, path: string, relative: string): void {
  if (walk.files.length >= walk.limits.maxFiles) {
    walk.isFull = true;
    walk.problems.push(
      fileProblem(path, 'too_many', `more than ${walk.limits.maxFiles} rule files; the rest are not loaded`),
    );
    return;
  }
  const bytes = readBounded(path, walk.limits.maxFileBytes);
  if (typeof bytes === 'string') {
    walk.problems.push(fileProblem(path, bytes === tooLarge ? 'too_large' : 'unreadable', bytes));
    return;
  }
  if (walk.totalBytes + bytes.length > walk.limits.maxTotalBytes) {
    walk.problems.push(fileProblem(path, 'too_large', 'all rule files together are too large'));
    return;
  }
  walk.totalBytes += bytes.length;
  const source = bytes.toString('utf8').replace(/^\uFEFF/, '');
  walk.files.push({ path, namespace: uniqueName(walk.namespaces, displayPath(relative)), source });
}

const tooLarge = 'the rule file is too large';

/** The bytes, or why not. `O_NONBLOCK`: a FIFO with the name of a rule file must not stop the start. */
function readBounded(path: string, maxBytes: number): Buffer | string {
  const descriptor = openSync(encodePath(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return 'it is not a regular file';
    if (stat.size > maxBytes) return tooLarge;
    const buffer = Buffer.alloc(stat.size);
    let length = 0;
    while (length < buffer.length) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, length);
      if (count === 0) break;
      length += count;
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function uniqueName(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}#${number}`;
  taken.add(name);
  return name;
}
