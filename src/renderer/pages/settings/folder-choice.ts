// Which folders are watched after one was added or taken away; none in the file means the usual places; pure.
import { literalGlob } from '../../../shared/literal-glob.ts';

export type FolderChange =
  | { readonly kind: 'changed'; readonly folders: readonly string[] }
  /** It is watched already, by itself or within another one. */
  | { readonly kind: 'known' }
  /** No folder at all would mean the usual places again. */
  | { readonly kind: 'last' };

/** @param configured of the file. @param usual what is watched while the file names none. */
export function shownFolders(configured: readonly string[], usual: readonly string[]): readonly string[] {
  return configured.length > 0 ? configured : usual;
}

export function withFolders(
  configured: readonly string[],
  usual: readonly string[],
  added: readonly string[],
): FolderChange {
  const shown = shownFolders(configured, usual);
  const folders = added.reduce<readonly string[]>((before, path) => {
    const folder = withoutSlash(path);
    return before.some((known) => isInside(folder, withoutSlash(known))) ? before : [...before, folder];
  }, shown);
  return folders.length === shown.length ? { kind: 'known' } : { kind: 'changed', folders };
}

export function withoutFolder(
  configured: readonly string[],
  usual: readonly string[],
  removed: string,
): FolderChange {
  const folders = shownFolders(configured, usual).filter((path) => path !== removed);
  return folders.length === 0 ? { kind: 'last' } : { kind: 'changed', folders };
}

/** A folder as a pattern that matches it and nothing else, whatever characters its name has. */
export function patternOfFolder(path: string): string {
  return literalGlob(path, separatorOf(path) === '/' ? 'linux' : 'win32');
}

function isInside(path: string, folder: string): boolean {
  return (
    path === folder ||
    path.startsWith(folder.endsWith(separatorOf(folder)) ? folder : folder + separatorOf(folder))
  );
}

function withoutSlash(path: string): string {
  const end = separatorOf(path) === '/' ? /(?<=.)\/+$/ : /(?<=[^:])[\\/]+$/;
  return path.replace(end, '');
}

/** A backslash is part of a name where paths begin with a slash. */
function separatorOf(path: string): string {
  return path.startsWith('/') ? '/' : '\\';
}
