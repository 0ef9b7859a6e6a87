// chokidar as the keeper of folders alone: it is told that files are ignored, and their events are taken as they come in.
import { type BigIntStats, lstatSync, type Stats } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { codeOf } from '../files/open-file.ts';
import { encodePath } from '../files/raw-path.ts';
import { isInside } from './is-inside.ts';
import { folderKey, type WatchedFoldersListener, type WatchedFoldersOptions } from './watched-folders.ts';

/**
 * chokidar keeps 4.5 kB for every file it knows of, and lists a whole folder anew for a file that went: with folders
 * alone it keeps nothing for files. The native event says the folder and the name, which is all that is needed.
 */
export function watchWithChokidar(options: WatchedFoldersOptions): AsyncDisposable {
  return new ChokidarFolders(options);
}

class ChokidarFolders implements AsyncDisposable {
  readonly #root: string;
  readonly #stalls: WatchedFoldersOptions['stalls'];
  readonly #leavesOut: WatchedFoldersOptions['leavesOut'];
  readonly #listener: WatchedFoldersListener;
  readonly #folders = new Set<string>();
  readonly #watcher: FSWatcher;
  #ready = false;
  /** What the last event was about, if that was only a change: then it is no folder that came. */
  #changedPath: string | null = null;

  constructor({ root, stalls, leavesOut, listener }: WatchedFoldersOptions) {
    this.#root = root;
    this.#stalls = stalls;
    this.#leavesOut = leavesOut;
    this.#listener = listener;
    this.#watcher = watch([], {
      followSymlinks: false,
      persistent: true,
      // Folders found at the start are told of too: they are counted.
      ignoreInitial: false,
      // Otherwise names such as `x~` and `.x.swp` are left out without a word.
      atomic: false,
      ignored: (path, stats) => (stats === undefined ? this.#ignoresName(path) : this.#ignores(path, stats)),
    });
    this.#watcher
      .on('raw', (event, name, details) => this.#hear(event, name, details))
      .on('addDir', (path) => {
        this.#folders.add(slashed(path));
        listener.folder(path, !this.#ready);
      })
      .on('unlinkDir', (path) => {
        this.#folders.delete(slashed(path));
        listener.folderGone(path);
      })
      .on('error', (error) => {
        // Of a folder with such a path the listing tells, and what it is about may be a file.
        if (!isTooLong(error)) listener.failed(error);
      })
      .on('ready', () => {
        this.#ready = true;
        listener.ready();
      });
    this.#sparesFiles();
    this.#watcher.add(root);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher.close();
  }

  /**
   * Two methods of the watcher, of the very version in package.json, are told that there are folders only. As they are,
   * chokidar asks for the state of every file of a tree at once (1.1 GB for 300,000 files, and 7 s), and does 25 µs of
   * work for each event of a file, so that the kernel's queue runs over at 40,000 events a second.
   */
  #sparesFiles(): void {
    const watcher = this.#watcher;
    const scan = watcher.createScanStream.bind(watcher);
    watcher.createScanStream = (path, options) => {
      const accepts = options?.directoryFilter;
      return scan(path, {
        ...options,
        type: 'directories',
        alwaysStat: false,
        fileFilter: () => false,
        directoryFilter: (entry) => {
          const stats = this.#lookAt(entry.fullPath);
          if (stats?.isDirectory() !== true) return false;
          entry.stats = stats;
          return typeof accepts !== 'function' || accepts(entry);
        },
      });
    };
    watcher.isUnwatched = (path) => {
      if (this.#folders.has(slashed(path)) || slashed(path) === slashed(this.#root)) return false;
      if (this.#stalls(path) || path === this.#changedPath) return true;
      return !mayBeFolder(path);
    };
  }

  #hear(event: string, name: unknown, details: unknown): void {
    const folder = watchedPathOf(details);
    // While a root is missing chokidar listens at the folders above it.
    if (folder === null || !isInside(folder, this.#root)) return;
    if (typeof name !== 'string' || name === '') {
      this.#listener.unnamed(folder);
      return;
    }
    const appeared = event === 'rename';
    this.#changedPath = appeared ? null : join(folder, name);
    if (!name.includes(sep)) {
      this.#listener.entry(folder, name, appeared);
      return;
    }
    // A recursive watch (macOS, Windows) names the path below the root.
    const path = isAbsolute(name) ? name : join(folder, name);
    this.#listener.entry(dirname(path), basename(path), appeared);
  }

  /**
   * Asked before chokidar looks at a path. What is gone and was no folder of ours is of no interest: otherwise chokidar
   * reads the folder it was in anew, for each file that goes.
   */
  #ignoresName(path: string): boolean {
    if (this.#stalls(path)) return true;
    return !this.#folders.has(path) && path !== slashed(this.#root) && isOfNoInterest(path);
  }

  /** null where it is gone, and where it cannot be looked at: nobody else would tell that this folder is not watched. */
  #lookAt(path: string): Stats | null {
    try {
      // Where it does not answer, the first look would be the last thing this process does.
      if (this.#stalls(path)) throw Object.assign(new Error('no answer'), { code: 'ETIMEDOUT', path });
      return lstatSync(path, { throwIfNoEntry: false }) ?? null;
    } catch (error) {
      this.#listener.failed(error);
      return null;
    }
  }

  #ignores(path: string, stats: { isDirectory(): boolean; readonly ino: number | bigint }): boolean {
    if (!stats.isDirectory()) return true;
    const place = lstatOrNull(path);
    // chokidar takes a backslash for a slash, so this may be the path of another folder: closing one would close both.
    if (place === null || Number(place.ino) !== Number(stats.ino)) return true;
    return path !== slashed(this.#root) && this.#leavesOut(path, folderKey(place));
  }
}

function lstatOrNull(path: string): BigIntStats | null {
  try {
    // An error costs five times what the look does, and thousands of files may go at once.
    return lstatSync(encodePath(path), { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    // Not for us to see: it cannot be watched.
    return null;
  }
}

function isOfNoInterest(path: string): boolean {
  try {
    return lstatSync(encodePath(path), { throwIfNoEntry: false }) === undefined;
  } catch (error) {
    return !isTooLong(error);
  }
}

function mayBeFolder(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    return isTooLong(error);
  }
}

/** Nobody can look at it; chokidar lists the folder it is in, which says what it is. */
function isTooLong(error: unknown): boolean {
  return codeOf(error) === 'ENAMETOOLONG';
}

/** chokidar asks about paths with slashes, on Windows too. */
function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

function watchedPathOf(details: unknown): string | null {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return null;
  return typeof details.watchedPath === 'string' ? details.watchedPath : null;
}
