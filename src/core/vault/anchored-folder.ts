// A folder that stays the folder it was found to be, whatever is put in its place; no link on its path is ever followed.
import { existsSync } from 'node:fs';
import { isAbsolute, parse } from 'node:path';
import { openComparedFolder } from './compared-folder.ts';
import { openDescriptorFolder } from './descriptor-folder.ts';

export interface AnchoredFolder extends Disposable {
  /** As it was opened. */
  readonly path: string;
  /** `device:inode` of every folder from the root down to this one. */
  readonly lineage: readonly string[];
  /** The folder itself, for the calls of `files/raw-path.ts` and `node:fs`. */
  readonly self: string;
  /** Where a name in it is. @throws RangeError for what is not a plain name. */
  at(name: string): string;
  /**
   * Runs what changes something in it. Where a folder cannot be held, its path is looked at before (ESTALE is thrown and
   * nothing done when it leads elsewhere) and after (`isSure` is false when it does by then).
   */
  act<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly isSure: boolean }>;
  /** Waits until its names are on the disk, as far as the file system can. */
  sync(): Promise<void>;
}

export type FolderOpening =
  | { readonly kind: 'open'; readonly folder: AnchoredFolder }
  | { readonly kind: 'missing' }
  /** A component is a link (or a junction): the path up to it. */
  | { readonly kind: 'link'; readonly at: string }
  /** Not absolute, or with `.` or `..` in it. */
  | { readonly kind: 'not_plain' };

/** @throws the error of `node:fs` where a folder cannot be looked at. */
export type OpenFolder = (path: string) => Promise<FolderOpening>;

/** The way of this platform. */
export const openFolder: OpenFolder =
  process.platform === 'linux' && existsSync('/proc/self/fd')
    ? plainOnly(openDescriptorFolder)
    : plainOnly(openComparedFolder);

/** The way of systems that cannot hold a folder; it works on every one. */
export const openFolderByComparison: OpenFolder = plainOnly(openComparedFolder);

function plainOnly(open: OpenFolder): OpenFolder {
  return async (path) => (isPlain(path) ? await open(path) : { kind: 'not_plain' });
}

function isPlain(path: string): boolean {
  if (!isAbsolute(path) || path.includes('\0')) return false;
  const names = path.slice(parse(path).root.length).split(process.platform === 'win32' ? /[\\/]/ : '/');
  return !names.includes('.') && !names.includes('..');
}
