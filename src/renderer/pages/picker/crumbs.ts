// The folders above a path, from the root on; a crumb can be opened only when its path was told by Vedette.
import { displayPath } from '../../../shared/display-path.ts';

export interface Crumb {
  readonly path: string;
  /** Safe to show. */
  readonly name: string;
  readonly isKnown: boolean;
}

export function crumbsOf(path: string, known: ReadonlySet<string>, isWindows: boolean): readonly Crumb[] {
  const separator = isWindows ? '\\' : '/';
  const root = isWindows ? (/^(?:[a-z]:\\?|\\\\[^\\]+\\[^\\]+\\?)/iu.exec(path)?.[0] ?? '') : '/';
  const parts = path.slice(root.length).split(separator).filter(Boolean);
  const crumbs: Crumb[] = [{ path: root, name: displayPath(root, isWindows), isKnown: known.has(root) }];
  let at = root;
  for (const part of parts) {
    at = at.endsWith(separator) ? `${at}${part}` : `${at}${separator}${part}`;
    crumbs.push({ path: at, name: displayPath(part, isWindows), isKnown: known.has(at) });
  }
  return crumbs;
}
