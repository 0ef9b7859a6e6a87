// Names inside a folder: nothing that could lead out of it is one.
import { parse, sep } from 'node:path';

/** `device:inode`, which no other folder has while this one exists. */
export function folderKey(stats: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${stats.dev}:${stats.ino}`;
}

/** The root of an absolute path, and the names below it. */
export function splitPath(path: string): { readonly root: string; readonly names: readonly string[] } {
  const { root } = parse(path);
  const names = path.slice(root.length).split(sep === '\\' ? /[\\/]/ : '/');
  return { root, names: names.filter((name) => name !== '') };
}

/** @throws RangeError */
export function checkName(name: string): void {
  const isPlain = name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
  // On Windows a colon opens another stream of the same file, or a drive.
  if (!isPlain || (sep === '\\' && /[\\:]/.test(name))) throw new RangeError('not the name of a file');
}
