// What a watcher leaves alone, by its path and before it is looked at.
import { isInside, isRelated } from './is-inside.ts';
import type { WatchSettings } from './watch-protocol.ts';

/** As `createExclusions` of the intake makes them. */
export interface WatchExclusions {
  excludes(path: string): boolean;
  excludesFolder(path: string): boolean;
}

export interface WatchRules extends WatchExclusions {
  /** Whether it is on a file system that does not answer: to look at it could take for ever. */
  stalls(path: string): boolean;
}

export function watchRules(exclusions: WatchExclusions, stalled: readonly string[] = []): WatchRules {
  function stalls(path: string): boolean {
    return stalled.some((mount) => isInside(path, mount));
  }
  return {
    stalls,
    excludes: (path) => stalls(path) || exclusions.excludes(path),
    excludesFolder: (path) => stalls(path) || exclusions.excludesFolder(path),
  };
}

/** Whether nothing is left alone in this root that was not before, or the other way round. */
export function sameRules(one: WatchSettings, other: WatchSettings, root: string): boolean {
  return rulesOf(one, root) === rulesOf(other, root);
}

function rulesOf({ exclude, ownFolders, stalled }: WatchSettings, root: string): string {
  return JSON.stringify([exclude, ownFolders, stalled.filter((mount) => isRelated(mount, root))]);
}
