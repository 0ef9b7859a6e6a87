// One root while it is watched: which folders are, since when each was last listed, and what kept others from it.
import { isMissing } from '../files/open-file.ts';
import { type WatchedFoldersListener, type WatchFolders } from './watched-folders.ts';
import { OddFolders } from './odd-folders.ts';
import { RootTroubles } from './root-trouble.ts';

export interface ArmedRootListener {
  entry(folder: string, name: string, appeared: boolean): void;
  unnamed(folder: string): void;
  /** @param found it was there at the start; otherwise all in it is new to us */
  folder(path: string, found: boolean): void;
  rootGone(): void;
  /** Its folders or troubles are others. */
  changed(): void;
  ready(): void;
  /** An error that does not say what it is about. */
  unplaced(error: unknown): void;
}

export interface ArmedRootOptions {
  readonly path: string;
  readonly key: string;
  readonly watchFolders: WatchFolders;
  readonly stalls: (path: string) => boolean;
  readonly leavesOut: (path: string, key: string) => boolean;
  readonly listener: ArmedRootListener;
  readonly now: () => number;
}

export class ArmedRoot implements AsyncDisposable {
  readonly path: string;
  readonly key: string;
  readonly #listener: ArmedRootListener;
  readonly #now: () => number;
  /** When each folder was told of: whoever listens lists it then. */
  readonly #toldMs = new Map<string, number>();
  readonly #odd: OddFolders;
  readonly #troubles = new RootTroubles();
  readonly #watch: AsyncDisposable;
  #ready = false;
  #ended = false;

  constructor({ path, key, watchFolders, stalls, leavesOut, listener, now }: ArmedRootOptions) {
    this.path = path;
    this.key = key;
    this.#listener = listener;
    this.#now = now;
    this.#odd = new OddFolders({
      entry: (folder, name, appeared) => this.#entry(folder, name, appeared),
      unnamed: (folder) => this.#unnamed(folder),
      gone: () => this.#listener.changed(),
      failed: (folder, error) => this.fail(error, folder),
    });
    this.#watch = watchFolders({ root: path, stalls, leavesOut, listener: this.#foldersListener() });
  }

  get ready(): boolean {
    return this.#ready;
  }

  get troubles(): RootTroubles {
    return this.#troubles;
  }

  /** Folders that are watched. */
  get watchedCount(): number {
    let unwatched = 0;
    for (const path of this.#troubles.paths()) if (this.#toldMs.has(path)) unwatched += 1;
    return this.#toldMs.size - unwatched + this.#odd.size;
  }

  /** Whether the folder was told of, and so listed, at this time or later. */
  toldSince(path: string, sinceMs: number): boolean {
    return (this.#toldMs.get(path) ?? -Infinity) >= sinceMs;
  }

  /** Whether it is known to be watched, or why it is not. */
  knows(path: string): boolean {
    return this.#toldMs.has(path) || this.#odd.has(path);
  }

  /** A folder that chokidar does not watch. */
  addOdd(path: string): void {
    this.#odd.add(path);
    this.#listener.changed();
  }

  fail(error: unknown, path?: string): void {
    if (this.#ended || isMissing(error)) return;
    if (this.#troubles.add(error, path)) this.#listener.changed();
    else this.#listener.unplaced(error);
  }

  /** A trouble that is over. */
  forgive(path: string): void {
    if (this.#troubles.delete(path)) this.#listener.changed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#odd[Symbol.dispose]();
    await this.#watch[Symbol.asyncDispose]();
  }

  #foldersListener(): WatchedFoldersListener {
    return {
      entry: (folder, name, appeared) => this.#entry(folder, name, appeared),
      unnamed: (folder) => this.#unnamed(folder),
      folder: (path, found) => {
        if (this.#ended) return;
        this.#toldMs.set(path, this.#now());
        this.#odd.release(path);
        this.#listener.folder(path, found);
        this.#listener.changed();
      },
      folderGone: (path) => {
        if (this.#ended) return;
        this.#toldMs.delete(path);
        this.#troubles.delete(path);
        this.#odd.drop(path);
        if (path === this.path) this.#listener.rootGone();
        else this.#listener.changed();
      },
      failed: (error) => this.fail(error),
      ready: () => {
        if (this.#ended) return;
        this.#ready = true;
        this.#listener.ready();
      },
    };
  }

  #entry(folder: string, name: string, appeared: boolean): void {
    if (!this.#ended) this.#listener.entry(folder, name, appeared);
  }

  #unnamed(folder: string): void {
    if (!this.#ended) this.#listener.unnamed(folder);
  }
}
