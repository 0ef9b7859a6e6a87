// What the choice of places depends on, taken from this machine or given by a test.
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { Buffer } from 'node:buffer';
import { homedir, tmpdir, userInfo } from 'node:os';
import { posix } from 'node:path';
import { decodePath, encodePath } from '../files/raw-path.ts';

export interface PlaceSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** As `os.tmpdir()` has it. */
  readonly temporary: string;
  readonly userName: string;
  readonly isRoot: boolean;
  /** Whether it is there, and a folder or a file. */
  readonly exists: (path: string) => boolean;
  /** Without links, and spelled as the file system has it; null when it is not there. */
  readonly realPath: (path: string) => string | null;
  /** A short file as text, null when it cannot be read. */
  readonly readText: (path: string) => string | null;
}

const maxTextBytes = 64 * 1024;

export function surroundingsHere(): PlaceSurroundings {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    temporary: tmpdir(),
    userName: readUserName(),
    isRoot: process.getuid?.() === 0,
    exists: (path) => {
      try {
        const stats = statSync(encodePath(path));
        return stats.isDirectory() || stats.isFile();
      } catch {
        return false;
      }
    },
    realPath: (path) => {
      try {
        return decodePath(realpathSync.native(encodePath(path), { encoding: 'buffer' }));
      } catch {
        return null;
      }
    },
    readText,
  };
}

/** Where programs of a desktop keep their settings. Empty and relative values count as unset (XDG Base Directory). */
export function configFolder({ env, home }: PlaceSurroundings): string {
  const chosen = env['XDG_CONFIG_HOME'];
  return chosen !== undefined && posix.isAbsolute(chosen) ? chosen : posix.join(home, '.config');
}

function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the list of users.
    return '';
  }
}

function readText(path: string): string | null {
  try {
    const descriptor = openSync(encodePath(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!fstatSync(descriptor).isFile()) return null;
      const bytes = Buffer.alloc(maxTextBytes);
      return decodePath(bytes.subarray(0, readSync(descriptor, bytes)));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
