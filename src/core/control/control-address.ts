// Where the callers of one data folder find its Vedette: a socket or a named pipe that is the user's alone.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathBytes } from '../files/raw-path.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { codeOf } from '../files/open-file.ts';

export interface ControlPlace {
  readonly platform: NodeJS.Platform;
  readonly temporaryFolder: string;
  /** -1 where users have no number. */
  readonly userId: number;
}

const here: ControlPlace = {
  platform: process.platform,
  temporaryFolder: tmpdir(),
  userId: process.getuid?.() ?? -1,
};

/** What `sun_path` holds before its NUL: 108 bytes on Linux, 104 on macOS and the BSDs. */
function maxAddressBytes(platform: NodeJS.Platform): number {
  return platform === 'linux' ? 107 : 103;
}

/**
 * `control.sock` in the data folder, or, where that name is too long for a socket or not UTF-8, in a folder of its own
 * among the temporary files. The same data folder always gives the same address.
 * @throws AppError FILE_UNWRITABLE when not even that is short enough.
 */
export function controlAddress(dataDir: string, place: ControlPlace = here): string {
  const { platform, temporaryFolder, userId } = place;
  // Windows does not tell upper from lower case in names of folders, but does in names of pipes.
  const name = platform === 'win32' ? dataDir.toLowerCase() : dataDir;
  const hash = createHash('sha256').update(pathBytes(name)).digest('hex').slice(0, 16);
  // Others may read what is sent there at most: libuv makes pipes with the system's default access, in which only
  // the user, administrators and the system may write, and a call has to be written.
  if (platform === 'win32') return String.raw`\\.\pipe\vedette-${hash}`;
  const address = join(dataDir, 'control.sock');
  const maxBytes = maxAddressBytes(platform);
  if (address.isWellFormed() && Buffer.byteLength(address) <= maxBytes) return address;
  const other = join(temporaryFolder, `vedette-${userId}-${hash}`, 'control.sock');
  if (Buffer.byteLength(other) <= maxBytes) return other;
  throw new AppError(
    'FILE_UNWRITABLE',
    `neither ${address} nor ${other} is short enough for a socket (${maxBytes} bytes); choose another data folder`,
  );
}

/**
 * The folder of an address, made when it is missing. Nobody else may put a socket into it, or lead it elsewhere.
 * @throws AppError FILE_UNWRITABLE
 */
export function openControlFolder(address: string): void {
  const folder = dirname(address);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      throw new AppError('FILE_UNWRITABLE', `${folder} cannot be made: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  const stats = lstatSync(folder);
  const problem = stats.isSymbolicLink()
    ? 'is a symbolic link'
    : !stats.isDirectory()
      ? 'is not a folder'
      : stats.uid !== process.getuid?.() && stats.uid !== 0
        ? 'belongs to another user'
        : (stats.mode & 0o022) !== 0
          ? 'may be written to by others'
          : null;
  if (problem !== null) {
    throw new AppError('FILE_UNWRITABLE', `no control socket can be made in ${folder}: it ${problem}`);
  }
}
