// For choosing what to scan where there is no dialog of the system: any readable folder, and nothing is opened or followed.
import { lstat, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, normalize, resolve } from 'node:path';
import type { Handlers } from '../../../shared/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { FolderList } from '../../../shared/page-documents.ts';
import type { Settings } from '../../../shared/settings.ts';
import { codeOf, isFsError } from '../../files/open-file.ts';
import { decodePath, encodePath } from '../../files/raw-path.ts';
import { orLate } from '../../or-late.ts';
import type { PlaceSurroundings } from '../../watch/place-surroundings.ts';
import { platformVolumes } from '../../watch/platform-volumes.ts';
import type { RemovableVolume } from '../../watch/removable-volumes.ts';
import { watchedFolders } from '../../watch/watched-places.ts';
import { shownPath } from '../../files/shown-path.ts';
import { listFolder, type ListedFolder } from './list-folder.ts';

export interface FolderCallsOptions {
  readonly settings: () => Settings;
  /** By default this machine as it is. */
  readonly surroundings?: () => PlaceSurroundings;
  /** Vedette's own: not among those to choose from. */
  readonly dataDir: string;
  readonly home?: string;
  /** By default those that this system tells of. */
  readonly volumes?: () => Promise<readonly RemovableVolume[]>;
  readonly list?: typeof listFolder;
}

type Places = FolderList['places'];

/** A file system that does not answer within this time hangs. */
const listTimeoutMs = 5000;
/** Some systems start a program to tell. */
const volumesTimeoutMs = 2000;
const volumesFreshMs = 15_000;

export function folderCalls(options: FolderCallsOptions): Pick<Handlers, 'folders.list'> {
  const volumes = rememberedVolumes(options.volumes ?? systemVolumes());
  return {
    async 'folders.list'({ path: asked, files }) {
      const home = options.home ?? homedir();
      const path = asked === null ? await realPath(home) : absolute(asked);
      const listed = await listInTime(path, files, options);
      const parent = dirname(path);
      return {
        path,
        parent: parent === path ? null : parent,
        folders: [...listed.folders],
        files: listed.files.map(({ sizeBytes, ...file }) => ({ ...file, size_bytes: sizeBytes })),
        is_cut: listed.isCut,
        places: placesOf(
          home,
          watchedFolders(options.settings().watch.folders, options.surroundings?.()),
          await volumes(),
        ),
      };
    },
  };
}

/** Each place once; a folder that is there by another name is not looked for. */
function placesOf(home: string, watched: readonly string[], volumes: readonly RemovableVolume[]): Places {
  const places = [
    { path: home, name: 'Home' },
    ...watched.map((path) => ({ path, name: nameOf(path) })),
    ...volumes.map(({ path, name }) => ({ path, name: name === '' ? nameOf(path) : name })),
  ];
  return places.filter(({ path }, index) => places.findIndex((place) => place.path === path) === index);
}

function nameOf(path: string): string {
  const name = basename(path);
  return name === '' ? path : name;
}

/** @throws AppError BAD_USAGE */
function absolute(path: string): string {
  if (path.includes('\0')) throw new AppError('BAD_USAGE', 'A path holds no zero byte.');
  if (!isAbsolute(path)) {
    throw new AppError('BAD_USAGE', 'A folder is named from the root or the drive on.');
  }
  // Without a separator at its end.
  return resolve(normalize(path));
}

/** @throws AppError FILE_UNREADABLE */
async function listInTime(
  path: string,
  files: boolean,
  { dataDir, list = listFolder }: FolderCallsOptions,
): Promise<ListedFolder> {
  const own = resolve(dataDir);
  const stop = new AbortController();
  const listing = listNoLink(path, list, { files, without: new Set([own]), signal: stop.signal });
  try {
    return await orLate(listing, listTimeoutMs, () => {
      stop.abort();
      throw unreadable(path, 'its file system does not answer');
    });
  } catch (error) {
    if (!isFsError(error)) throw error;
    throw unreadable(path, causes.get(codeOf(error)) ?? `reading it failed (${codeOf(error)})`, error);
  }
}

async function listNoLink(
  path: string,
  list: typeof listFolder,
  options: Parameters<typeof listFolder>[1],
): Promise<ListedFolder> {
  // What leads elsewhere is not followed; where it leads can be chosen by its own name.
  if ((await lstat(encodePath(path))).isSymbolicLink()) throw unreadable(path, 'it is a symbolic link');
  if (options.without.has(path)) throw unreadable(path, "it is Vedette's own, and is not scanned");
  return await list(path, options);
}

const causes: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it is no longer there'],
  ['ENOTDIR', 'it is no folder'],
  ['EACCES', 'you have no permission to read it'],
  ['EPERM', 'the system does not allow it to be read'],
  ['ENAMETOOLONG', 'its path is longer than the system takes'],
]);

function unreadable(path: string, cause: string, error?: unknown): AppError {
  return new AppError('FILE_UNREADABLE', `${shownPath(path)} cannot be shown: ${cause}.`, { cause: error });
}

async function realPath(path: string): Promise<string> {
  try {
    return decodePath(await realpath(encodePath(path), { encoding: 'buffer' }));
  } catch {
    return path;
  }
}

function systemVolumes(): () => Promise<readonly RemovableVolume[]> {
  const volumes = platformVolumes()?.volumes;
  return async () => (await volumes?.list()) ?? [];
}

/** Those of a moment ago while nobody can tell, or it takes too long. */
function rememberedVolumes(
  ask: () => Promise<readonly RemovableVolume[]>,
): () => Promise<readonly RemovableVolume[]> {
  let known: readonly RemovableVolume[] = [];
  let knownAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;
  async function refresh(): Promise<void> {
    try {
      known = await ask();
    } catch {
      // A list of places is not worth a word about it.
    }
    knownAtMs = performance.now();
    asking = null;
  }
  return async () => {
    if (performance.now() - knownAtMs < volumesFreshMs) return known;
    asking ??= refresh();
    await orLate(asking, volumesTimeoutMs, () => {});
    return known;
  };
}
