// A small file system of its own, and what can be done to it (Linux, as root).
import { execFileSync } from 'node:child_process';
import { temporaryFolder } from './temporary-folder.ts';

export interface SmallDisk extends Disposable {
  readonly path: string;
  /** `mount -o remount,…` with these options. */
  remount(options: string): void;
}

/** @throws when it cannot be mounted. */
export function smallDisk(size: string): SmallDisk {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', folder.path], {
    stdio: 'pipe',
  });
  return {
    path: folder.path,
    remount: (options) => execFileSync('mount', ['-o', `remount,${options}`, folder.path], { stdio: 'pipe' }),
    [Symbol.dispose]() {
      execFileSync('umount', ['-l', folder.path], { stdio: 'pipe' });
      folder[Symbol.dispose]();
    },
  };
}

export function canMount(): boolean {
  try {
    smallDisk('64k')[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}
