// A path in the parts a page shows: the folder, the name, and the end of the name that is never cut off.
import { displayPath } from '../../shared/display-path.ts';

export interface PathParts {
  /** Without the separator at its end, but for the root. */
  readonly folder: string;
  readonly name: string;
  /** `name` in two: where it has to be shortened, only `head` is. */
  readonly head: string;
  readonly tail: string;
  readonly full: string;
}

/** Enough to tell `invoice-2026-final.pdf` from `invoice-2026-final.pdf.exe`. */
const tailLength = 12;

/** Everything in them is safe to show. */
export function pathParts(path: string, platform: string): PathParts {
  const isWindows = platform === 'win32';
  const trimmed = path.length > 1 ? path.replace(isWindows ? /[\\/]+$/ : /\/+$/, '') : path;
  const cut = Math.max(trimmed.lastIndexOf('/'), isWindows ? trimmed.lastIndexOf('\\') : -1);
  const folder = cut === 0 ? trimmed.slice(0, 1) : trimmed.slice(0, Math.max(0, cut));
  const name = displayPath(trimmed.slice(cut + 1), isWindows);
  const characters = Array.from(name);
  const tailStart = characters.length <= tailLength * 2 ? characters.length : characters.length - tailLength;
  return {
    folder: displayPath(folder, isWindows),
    name,
    head: characters.slice(0, tailStart).join(''),
    tail: characters.slice(tailStart).join(''),
    full: displayPath(path, isWindows),
  };
}
