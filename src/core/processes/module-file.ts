// Where a module that a process of its own runs lies: `.ts` in a checkout, `.js` once built; the tree is the same.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @param place relative to the module that asks, without extension.
 * @param asker its `import.meta.url`.
 */
export function moduleFile(place: string, asker: string): string {
  return fileURLToPath(new URL(`${place}${extname(new URL(asker).pathname)}`, asker));
}

/** Files that other programs and native code read do not lie inside of the archive of a packaged app, but beside it. */
export function outsideArchive(path: string): string {
  return path.replace(/([/\\]app\.asar)(?=[/\\])/, '$1.unpacked');
}
