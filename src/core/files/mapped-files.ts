// Files that some program has mapped for writing: what is written through a mapping changes the bytes, and not the ctime.
import { readdirSync, readFileSync } from 'node:fs';
import type { FileIdentity } from '../../shared/scan.ts';
import { tellsLaterWrites } from './file-identity.ts';

/** Inodes that are mapped shared and writable now; null where that cannot be told. */
export type FindMapped = () => ReadonlySet<string> | null;

/** By then a system has written back what was changed in memory, and the next write shows in the ctime again. */
const longestWritebackMs = 60_000;
/** Between two looks: each reads a file of every process. */
const pauseMs = 2000;

/**
 * The kernel sets ctime when a page of a mapping becomes writable, and not at the writes that follow. A mapping that was
 * not there at one look therefore shows in a ctime after that look; one that was there then is among its inodes.
 * Only mappings of programs that we may look at are seen: all of them as root, otherwise those of the same user.
 */
export class MappedFiles {
  readonly #find: FindMapped;
  readonly #now: () => number;
  #inodes: ReadonlySet<string> | null = null;
  /** Milliseconds since 1970; taken before the look. */
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(find: FindMapped = findMapped, now: () => number = Date.now) {
    this.#find = find;
    this.#now = now;
  }

  /** Asked before the file is read. False: its bytes may change while its identity stays, or nobody can tell. */
  isBeyondReach(identity: FileIdentity): boolean {
    const [, inode = ''] = identity.split(':', 2);
    const nowMs = this.#now();
    if (!tellsLaterWrites(identity, this.#lookedAtMs) && nowMs - this.#lookedAtMs >= pauseMs) {
      this.#lookedAtMs = nowMs;
      this.#inodes = this.#find();
    }
    if (this.#inodes === null) return tellsLaterWrites(identity, nowMs - longestWritebackMs);
    return tellsLaterWrites(identity, this.#lookedAtMs) && !this.#inodes.has(inode);
  }
}

/** proc_pid_maps(5): `address perms offset dev inode path`; device numbers there are not always those of stat(2). */
function findMapped(): ReadonlySet<string> | null {
  if (process.platform !== 'linux') return null;
  const inodes = new Set<string>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    let maps: string;
    try {
      maps = readFileSync(`/proc/${name}/maps`, 'latin1');
    } catch {
      // It has ended, or is not for us to look at.
      continue;
    }
    for (const [, inode = ''] of maps.matchAll(/^\S+ .w.s \S+ \S+ (\d+)/gm)) inodes.add(inode);
  }
  return inodes;
}
