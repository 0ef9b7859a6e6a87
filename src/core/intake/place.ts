// Where a path really is: folders are told apart by device and inode, so that no name of one is taken for another.
import { type BigIntStats, lstatSync, realpathSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { decodePath, encodePath } from '../files/raw-path.ts';

export interface Place {
  /** Equal for two paths exactly when they lead to the same folder or file. */
  readonly key: string;
  readonly device: bigint;
  readonly stats: BigIntStats;
}

/** @throws the error of lstat. */
export function lookAt(path: string): Place {
  return placeOf(path, lstatSync(encodePath(path), { bigint: true }));
}

/** The same for what a link leads to. @throws the error of stat. */
export function lookThrough(path: string): Place {
  return placeOf(path, statSync(encodePath(path), { bigint: true }));
}

/** The path without links, spelled as the filesystem has it. @throws the error of realpath. */
export function realPathOf(path: string): string {
  return decodePath(realpathSync.native(encodePath(path), { encoding: 'buffer' }));
}

/** The same, while other work goes on: where the path leads may hang. */
export async function findRealPath(path: string): Promise<string> {
  return decodePath(await realpath(encodePath(path), { encoding: 'buffer' }));
}

function placeOf(path: string, stats: BigIntStats): Place {
  // Filesystems without inode numbers say 0 for everything.
  const key = stats.ino === 0n ? path : `${stats.dev}:${stats.ino}`;
  return { key, device: stats.dev, stats };
}
