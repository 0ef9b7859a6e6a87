// How `vedette scan` walks: what is left out, and what is not touched because the file system it is on does not answer.
import { resolve } from 'node:path';
import { createExclusions } from '../core/intake/exclusions.ts';
import { emptyWalkCounts, type WalkCounts, type WalkOptions } from '../core/intake/walk.ts';
import { StalledMounts } from '../core/watch/stalled-mounts.ts';
import type { ScanOptions } from './scan-options.ts';

export interface ScanWalk extends Disposable {
  readonly options: WalkOptions & { readonly counts: WalkCounts };
  /** Before these, or the roots, are walked: asks the file systems there. */
  ask(paths: readonly string[]): Promise<void>;
}

/** @param ownFolder Vedette's own, which is not walked. */
export function scanWalk(
  roots: readonly string[],
  { followSymlinks, crossDevices }: ScanOptions,
  exclude: { readonly globs: readonly string[]; readonly ownFolder: string },
): ScanWalk {
  // A link may lead anywhere.
  const folders = followSymlinks ? ['/'] : roots.map((path) => resolve(path));
  const mounts = new StalledMounts({ folders: () => folders, onChange: () => undefined });
  return {
    options: {
      counts: emptyWalkCounts(),
      exclusions: createExclusions({ globs: exclude.globs, folders: [exclude.ownFolder], extensions: [] }),
      followSymlinks,
      crossDevices,
      stalls: (path) => mounts.holds(path),
    },
    async ask(paths) {
      await mounts.check(paths.map((path) => resolve(path)));
    },
    [Symbol.dispose]: () => mounts[Symbol.dispose](),
  };
}
