// Where a root really is: the folder that is watched for it, told apart by device and inode; another one there is another place.
import { lstatSync } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf } from '../files/open-file.ts';
import { decodePath, encodePath } from '../files/raw-path.ts';
import { folderKey } from './watched-folders.ts';

export type RootPlace =
  /** @property path what is watched: a root that is a link stands for what it leads to. */
  | { readonly kind: 'folder'; readonly path: string; readonly key: string }
  | { readonly kind: 'gone'; readonly cause: string };

/** One on a mount that hangs: nobody looks. */
export const doesNotAnswer: RootPlace = {
  kind: 'gone',
  cause: 'The file system it is on does not answer.',
};

/** Never throws: what cannot be looked at is not there for us. */
export async function findRoot(root: string): Promise<RootPlace> {
  try {
    const absolute = resolve(root);
    const isLink = (await lstat(encodePath(absolute))).isSymbolicLink();
    const path = isLink ? decodePath(await realpath(encodePath(absolute), { encoding: 'buffer' })) : absolute;
    const stats = await stat(encodePath(path), { bigint: true });
    if (!stats.isDirectory()) return { kind: 'gone', cause: 'It is not a folder.' };
    return { kind: 'folder', path, key: folderKey(stats) };
  } catch (error) {
    return {
      kind: 'gone',
      cause: causes[codeOf(error)] ?? `It cannot be looked at (${codeOf(error)}).`,
    };
  }
}

/** Whether it is one of these folders or inside one, by whatever name. */
export async function isInsideAny(path: string, keys: ReadonlySet<string>): Promise<boolean> {
  if (keys.size === 0) return false;
  const real = decodePath(await realpath(encodePath(path), { encoding: 'buffer' }));
  for (let folder = real; ; folder = dirname(folder)) {
    if (keys.has(folderKey(await stat(encodePath(folder), { bigint: true })))) return true;
    if (folder === dirname(folder)) return false;
  }
}

/** Of what stands there itself, never what it leads to; null when nothing does. */
export function folderKeyAt(path: string): string | null {
  try {
    return folderKey(lstatSync(encodePath(path), { bigint: true }));
  } catch {
    // Gone, or not for us to see: either way nothing in it can be looked at.
    return null;
  }
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'It is not there.',
  ENOTDIR: 'It is not there.',
  ELOOP: 'It is a link that leads in a circle.',
  EACCES: 'There is no permission to look at it.',
};
