// One spelling for all names of one file, as far as the platform's usual filesystems see them as one; pure text.
import { posix, win32 } from 'node:path';

/**
 * Absolute path → normalized, with `/` between its components and none at the end, in lower case where case makes no
 * difference. Links are not resolved: hand in a real path where that matters.
 */
export function spellPath(path: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return spellOnWindows(path);
  const normal = withoutEnd(posix.normalize(path));
  return platform === 'darwin' ? spellOnMac(normal) : normal;
}

/** Whether a path is that folder or below it; both as `spellPath` gives them. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function spellOnWindows(path: string): string {
  // `\\?\C:\x` and `C:\x` are one file, as are `\\?\UNC\server\share` and `\\server\share`.
  const short = path.replace(/^\\\\[?.]\\UNC\\/iu, '\\\\').replace(/^\\\\[?.]\\/u, '');
  const slashed = win32.normalize(short).replaceAll('\\', '/').toLowerCase();
  return /^[a-z]:\/$/u.test(slashed) ? slashed : withoutEnd(slashed);
}

/** Everything a user owns is also reachable below the data volume, which looks like a part of the system. */
const dataVolume = '/system/volumes/data';

function spellOnMac(path: string): string {
  const spelled = path.normalize('NFC').toLowerCase();
  return spelled !== dataVolume && isWithin(spelled, dataVolume) ? spelled.slice(dataVolume.length) : spelled;
}

function withoutEnd(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
