// Which folders are watched, and where a quick and a full scan look; no place is named twice, by whatever name.
import { localMounts } from './local-mounts.ts';
import { posix, win32 } from 'node:path';
import { autostartPlaces } from './autostart-places.ts';
import { configFolder, type PlaceSurroundings, surroundingsHere } from './place-surroundings.ts';
import { parseUserFolders, usualUserFolders, type UserFolder } from './user-folders.ts';

/**
 * Absolute paths of the folders to watch: those of the settings, whether they are there or not, or without any the
 * user's downloads, desktop, documents and temporary folder as far as they are there. A link is replaced by where it
 * leads, and a folder inside another one of them is left out.
 */
export function watchedFolders(
  configured: readonly string[],
  surroundings: PlaceSurroundings = surroundingsHere(),
): readonly string[] {
  if (configured.length > 0) return withoutInner(configured, surroundings);
  return withoutInner(usualFolders(surroundings).filter(surroundings.exists), surroundings);
}

/** The watched folders and what starts by itself, as far as it is there: folders and files. */
export function quickScanPlaces(
  configured: readonly string[],
  surroundings: PlaceSurroundings = surroundingsHere(),
): readonly string[] {
  const places = [...watchedFolders(configured, surroundings), ...autostartPlaces(surroundings)];
  return withoutInner(places.filter(surroundings.exists), surroundings);
}

/** All there is: on Linux each local file system, `/` elsewhere, on Windows the drives that are there. */
export function fullScanPlaces(
  surroundings: PlaceSurroundings = surroundingsHere(),
  mounts: () => readonly string[] = localMounts,
): readonly string[] {
  if (surroundings.platform === 'linux') return mounts();
  if (surroundings.platform !== 'win32') return ['/'];
  const letters = Array.from({ length: 26 }, (_none, index) => String.fromCharCode(65 + index));
  // A and B are floppy drives, which take seconds to say that they are empty.
  return letters
    .slice(2)
    .map((letter) => `${letter}:\\`)
    .filter(surroundings.exists);
}

/** What is watched without settings, whether it is there or not. */
export function usualFolders(surroundings: PlaceSurroundings = surroundingsHere()): readonly string[] {
  const { platform, home, temporary, isRoot } = surroundings;
  const user = platform === 'linux' ? linuxUserFolders(surroundings) : new Map<UserFolder, null>();
  const folders: string[] = [];
  for (const folder of ['download', 'desktop', 'documents'] as const) {
    const chosen = user.get(folder);
    if (chosen !== null) folders.push(chosen ?? rulesOf(platform).join(home, usualUserFolders[folder]));
  }
  // Root's own temporary folder may be another one, and what comes from outside comes to the common one.
  const isCommonWanted = platform === 'linux' && isRoot;
  return [...folders, temporary, ...(isCommonWanted ? ['/tmp'] : [])];
}

function linuxUserFolders(surroundings: PlaceSurroundings): ReadonlyMap<UserFolder, string | null> {
  const file = posix.join(configFolder(surroundings), 'user-dirs.dirs');
  const text = surroundings.readText(file);
  return text === null ? new Map() : parseUserFolders(text, surroundings.home);
}

interface Place {
  readonly path: string;
  /** Equal for two names of one folder; ends with a separator, so that what is inside begins with it. */
  readonly key: string;
}

/** Keeps the order. */
function withoutInner(paths: readonly string[], surroundings: PlaceSurroundings): readonly string[] {
  const places: Place[] = [];
  // `resolve` would take an empty path for the current folder.
  for (const path of paths.filter((each) => each !== '')) {
    const place = placeOf(path, surroundings);
    if (!places.some(({ key }) => key === place.key)) places.push(place);
  }
  return places
    .filter(({ key }) => !places.some((other) => other.key !== key && key.startsWith(other.key)))
    .map(({ path }) => path);
}

function placeOf(given: string, surroundings: PlaceSurroundings): Place {
  const { platform, realPath } = surroundings;
  const rules = rulesOf(platform);
  const absolute = rules.resolve(given);
  const real = realPath(absolute);
  // As everywhere a link that a user names is followed; links above it stay as they were written.
  const isLink =
    real !== null && real !== rules.join(realPath(rules.dirname(absolute)) ?? '', rules.basename(absolute));
  const key = real ?? besideReal(absolute, surroundings);
  const isRoot = key.endsWith(rules.sep);
  return { path: isLink ? real : absolute, key: isRoot ? key : `${key}${rules.sep}` };
}

/** Where something that is not there would really be. */
function besideReal(path: string, surroundings: PlaceSurroundings): string {
  const rules = rulesOf(surroundings.platform);
  const parent = rules.dirname(path);
  if (parent === path) return path;
  const real = surroundings.realPath(parent) ?? besideReal(parent, surroundings);
  return rules.join(real, rules.basename(path));
}

function rulesOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
