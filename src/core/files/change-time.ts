// Whether a file system keeps a change time that nobody can set: only then does an identity say anything about the bytes.
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { encodePath } from './raw-path.ts';

/**
 * `f_type` of statfs(2), from linux/magic.h. FAT and exFAT have no change time and show the modification time; with SMB
 * the client may set it; with FUSE it is whatever a program says.
 */
const settable = new Set([0x4d44, 0x2011bab0, 0xff534d42, 0xfe534d42, 0x517b, 0x65735546]);

/**
 * Asked anew each time (some microseconds, and only for what is to be remembered): removable media come and go under
 * the same device number. What cannot be asked is not trusted.
 */
export function keepsChangeTimes(path: string, typeOf: (path: string) => number = typeFromSystem): boolean {
  try {
    return !settable.has(typeOf(path));
  } catch {
    return false;
  }
}

/** Elsewhere than on Linux types mean nothing that is listed here. */
function typeFromSystem(path: string): number {
  if (process.platform !== 'linux') return 0;
  // The folder: the file itself may be a link by now.
  return Number(statfsSync(encodePath(dirname(path)), { bigint: true }).type) >>> 0;
}
