// The watch of folders as a test wants it: it tells what it is told to tell.
import type {
  WatchedFoldersListener,
  WatchedFoldersOptions,
  WatchFolders,
} from '../../../../src/core/watch/watched-folders.ts';

export interface FakeWatch {
  readonly root: string;
  readonly listener: WatchedFoldersListener;
  readonly leavesOut: WatchedFoldersOptions['leavesOut'];
  ended: boolean;
}

/** `watches` holds all that were begun, the last one last. */
export function fakeFolders(): { readonly watches: FakeWatch[]; readonly watchFolders: WatchFolders } {
  const watches: FakeWatch[] = [];
  return {
    watches,
    watchFolders({ root, listener, leavesOut }) {
      const watch: FakeWatch = { root, listener, leavesOut, ended: false };
      watches.push(watch);
      return {
        [Symbol.asyncDispose]: async () => {
          watch.ended = true;
        },
      };
    },
  };
}

export function failure(code: string, path?: string): Error {
  return Object.assign(new Error('an error of the system'), { code }, path === undefined ? {} : { path });
}

/** The watch that was begun last. @throws when there is none. */
export function lastOf(watches: readonly FakeWatch[]): FakeWatch {
  const watch = watches.at(-1);
  if (watch === undefined) throw new Error('no watch was begun');
  return watch;
}
