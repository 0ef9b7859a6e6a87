// Folders that chokidar does not watch, by their names (bytes that are not UTF-8, backslashes) or because it missed them.
import { type FSWatcher, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { isMissing } from '../files/open-file.ts';
import { decodePath, encodePath } from '../files/raw-path.ts';
import { folderKeyAt } from './root-place.ts';

export interface OddFoldersListener {
  entry(folder: string, name: string, appeared: boolean): void;
  unnamed(folder: string): void;
  gone(folder: string): void;
  /** It cannot be watched; never said of what is merely gone. */
  failed(folder: string, error: unknown): void;
}

const mostFolders = 10_000;

export class OddFolders implements Disposable {
  readonly #listener: OddFoldersListener;
  readonly #watches = new Map<string, FSWatcher>();

  constructor(listener: OddFoldersListener) {
    this.#listener = listener;
  }

  get size(): number {
    return this.#watches.size;
  }

  has(path: string): boolean {
    return this.#watches.has(path);
  }

  /** What is at this path now; one that was watched under it before is let go. @returns whether it is watched. */
  add(path: string): boolean {
    this.drop(path);
    if (this.#watches.size >= mostFolders) {
      this.#listener.failed(path, new Error('there are too many such folders'));
      return false;
    }
    try {
      const watcher = watch(encodePath(path), { encoding: 'buffer' }, (event, name) => {
        if (name === null) this.#listener.unnamed(path);
        else this.#hear(path, decodePath(Buffer.from(name)), event === 'rename');
      });
      watcher.on('error', (error) => {
        this.drop(path);
        if (!isMissing(error)) this.#listener.failed(path, error);
      });
      this.#watches.set(path, watcher);
      return true;
    } catch (error) {
      if (!isMissing(error)) this.#listener.failed(path, error);
      return false;
    }
  }

  /** Somebody else watches it now. */
  release(path: string): void {
    this.#watches.get(path)?.close();
    this.#watches.delete(path);
  }

  /** Closes its watch and those of all folders in it. */
  drop(path: string): void {
    for (const [watched, watcher] of this.#watches) {
      if (watched !== path && !watched.startsWith(`${path}/`)) continue;
      watcher.close();
      this.#watches.delete(watched);
    }
  }

  #hear(path: string, name: string, appeared: boolean): void {
    // So the kernel tells that the folder itself is gone, or another one by now: this watch hears no more.
    if (appeared && name === basename(path) && folderKeyAt(join(path, name)) === null) {
      this.drop(path);
      this.#listener.gone(path);
    } else this.#listener.entry(path, name, appeared);
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watches.values()) watcher.close();
    this.#watches.clear();
  }
}
