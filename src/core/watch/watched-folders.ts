// The port between what follows the folders of one root and what makes of their events; chokidar is one side of it.

/** Called in the turn in which the kernel's event was read; none of these may take long. */
export interface WatchedFoldersListener {
  /** @param appeared an entry of this name came or went; otherwise its content or attributes changed */
  entry(folder: string, name: string, appeared: boolean): void;
  /** The kernel told of this folder, but not of which entry. */
  unnamed(folder: string): void;
  /** @param found by the first look, before `ready`; otherwise it came later. Its watch stands once this turn is over. */
  folder(path: string, found: boolean): void;
  folderGone(path: string): void;
  /** A folder could not be watched, or something else failed; never said of what is merely gone. */
  failed(error: unknown): void;
  ready(): void;
}

export interface WatchedFoldersOptions {
  /** Absolute path of a folder that is no link. */
  readonly root: string;
  /** Whether nothing may even look at the path. */
  readonly stalls: (path: string) => boolean;
  /** Whether a folder below the root is left out with all that is in it. */
  readonly leavesOut: (path: string, key: string) => boolean;
  readonly listener: WatchedFoldersListener;
}

/** Watches from the start until it is disposed of; a folder that appears is watched with all that is in it. */
export type WatchFolders = (options: WatchedFoldersOptions) => AsyncDisposable;

/** Equal for two paths exactly when they lead to the same folder; one of our own folders is named by it. */
export function folderKey(stats: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${stats.dev}:${stats.ino}`;
}

/** Whether a name may have lost bytes on its way through an event. */
export function isMangled(name: string): boolean {
  return name.includes('\uFFFD') || !name.isWellFormed();
}

/** Whether chokidar cannot watch a folder under this name; `OddFolders` does. */
export function isOdd(path: string, platform: NodeJS.Platform = process.platform): boolean {
  return platform !== 'win32' && (path.includes('\\') || isMangled(path));
}
