// Where a path leads by its links, without a call on what must not be touched: there the rest stays as it is written.
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, sep } from 'node:path';
import { isFsError } from './open-file.ts';
import { decodePath, encodePath } from './raw-path.ts';

/** As many as Linux follows. */
const maxLinks = 40;

/** @param path absolute. From what is not there, or cannot be looked at, the rest stays as it is written too. */
export function followLinks(path: string, mustNotTouch: (path: string) => boolean): string {
  const { root } = parse(path);
  const open = path.slice(root.length).split(sep).toReversed();
  let place = root;
  let links = 0;
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === '' || name === '.') continue;
    const next = name === '..' ? dirname(place) : join(place, name);
    const link = mustNotTouch(next) ? null : linkAt(next);
    if (link === null || links === maxLinks) return join(next, ...open.toReversed());
    if (!link.isLink) {
      place = next;
      continue;
    }
    links += 1;
    if (isAbsolute(link.target)) place = parse(link.target).root;
    open.push(...link.target.split(sep).toReversed());
  }
  return place;
}

type Link = { readonly isLink: false } | { readonly isLink: true; readonly target: string };

/** null for what is not there, or cannot be looked at. */
function linkAt(path: string): Link | null {
  try {
    const bytes = encodePath(path);
    const stats = lstatSync(bytes, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    if (!stats.isSymbolicLink()) return { isLink: false };
    return { isLink: true, target: decodePath(readlinkSync(bytes, { encoding: 'buffer' })) };
  } catch (error) {
    if (!isFsError(error)) throw error;
    return null;
  }
}
