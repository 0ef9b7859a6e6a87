// How two paths lie to each other, by whole components.
import { sep } from 'node:path';

/** True of the folder itself, too. Both as the system spells them. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Whether one of them is in the other. */
export function isRelated(one: string, other: string): boolean {
  return isInside(one, other) || isInside(other, one);
}
