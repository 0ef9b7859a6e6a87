// Whether a file system keeps a change time that nobody can set: only then does an identity say anything about the bytes.
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FileIdentity } from '../../shared/scan.ts';
import { encodePath } from './raw-path.ts';

/**
 * `f_type` of statfs(2), from linux/magic.h. FAT and exFAT have no change time and show the modification time; with SMB
 * the client may set it; with FUSE it is whatever a program says.
 */
const settable = new Set([0x4d44, 0x2011bab0, 0xff534d42, 0xfe534d42, 0x517b, 0x65735546]);

export type FileSystemType = (path: string) => number;

export class ChangeTimes {
  readonly #typeOf: FileSystemType;
  /** By device, as it begins an identity. */
  readonly #known = new Map<string, boolean>();

  constructor(typeOf: FileSystemType = typeFromSystem) {
    this.#typeOf = typeOf;
  }

  /** Asks the system once for each device; what cannot be asked is not trusted. */
  areKeptFor(path: string, identity: FileIdentity): boolean {
    const device = identity.slice(0, identity.indexOf(':'));
    const known = this.#known.get(device);
    if (known !== undefined) return known;
    const kept = this.#ask(path);
    if (kept !== null) this.#known.set(device, kept);
    return kept ?? false;
  }

  #ask(path: string): boolean | null {
    try {
      return !settable.has(this.#typeOf(path));
    } catch {
      return null;
    }
  }
}

/** Elsewhere than on Linux types mean nothing that is listed here. */
function typeFromSystem(path: string): number {
  if (process.platform !== 'linux') return 0;
  // The folder: the file itself may be a link by now.
  return Number(statfsSync(encodePath(dirname(path)), { bigint: true }).type) >>> 0;
}
