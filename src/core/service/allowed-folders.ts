// Where clients of the service may look: a path counts by where it really leads, never by how it is spelled.
import { basename, isAbsolute, join, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isFsError } from '../files/open-file.ts';
import { realPathOf } from '../intake/place.ts';

/** Why a client may not name the path, in one sentence; null when it may, whether it is there or not. */
type FindProblem = (path: string) => string | null;

const keptMs = 1000;
const pathsAtOnce = 100;
/** The longest that any system takes; beyond that there is nothing to look for. */
const maxPathLength = 32_767;
const separators = process.platform === 'win32' ? /[/\\]+/g : /\/+/g;

interface NearestPlace {
  /** Real path of the folder, or of the nearest above it that is there; null where there is none. */
  readonly path: string | null;
  readonly isThere: boolean;
}

/**
 * The folder of a file is resolved, links and all, and must lie in one of the allowed folders, which are resolved too. The
 * last component is not: no file is opened through a link. Who can write to an allowed folder can put a link in the
 * place of one of its folders between this look and the scan. Then a file elsewhere is scanned, and the client is told its
 * verdict, size, hash and the few bytes that a rule matched; none of it is changed, and who cannot write there cannot do it.
 */
export class AllowedFolders {
  readonly #folders: () => readonly string[];
  readonly #nowMs: () => number;
  #kept: { readonly names: string; readonly real: readonly string[]; readonly untilMs: number } | null = null;

  /** @param folders as they are configured: asked every time, resolved again after a second. */
  constructor(folders: () => readonly string[], nowMs: () => number = () => performance.now()) {
    this.#folders = folders;
    this.#nowMs = nowMs;
  }

  problemOf(path: string): string | null {
    return this.#forBatch()(path);
  }

  /** For a folder that is walked, or written to: a link at its end is followed. */
  problemOfFolder(path: string): string | null {
    return problemOfSpelling(path) ?? problemOfPlace(nearestPlace(path).path, this.#real());
  }

  /** The problems of those that have one, by path. Others are served meanwhile: each path may ask the file system. */
  async problemsOf(paths: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const problems = new Map<string, string>();
    const problemOf = this.#forBatch();
    for (const [index, path] of paths.entries()) {
      if (index > 0 && index % pathsAtOnce === 0) await nextTurn();
      if (signal?.aborted === true) break;
      const problem = problemOf(path);
      if (problem !== null) problems.set(path, problem);
    }
    return problems;
  }

  /** Each folder that many paths share is resolved once. */
  #forBatch(): FindProblem {
    const places = new Map<string, NearestPlace>();
    const allowed = this.#real();
    return (path) => {
      const problem = problemOfSpelling(path);
      if (problem !== null) return problem;
      const { folder, name } = split(path);
      const place = places.get(folder) ?? nearestPlace(folder);
      places.set(folder, place);
      const isWhole = place.isThere && place.path !== null;
      return problemOfPlace(isWhole ? join(place.path, name) : place.path, allowed);
    };
  }

  #real(): readonly string[] {
    const folders = this.#folders();
    const names = folders.join('\0');
    const nowMs = this.#nowMs();
    if (this.#kept === null || this.#kept.names !== names || nowMs >= this.#kept.untilMs) {
      const real = folders.map(realOrNull).filter((folder) => folder !== null);
      this.#kept = { names, real, untilMs: nowMs + keptMs };
    }
    return this.#kept.real;
  }
}

function problemOfSpelling(path: string): string | null {
  if (path.includes('\0')) return 'its path holds a zero byte';
  if (path.length > maxPathLength) return 'its path is longer than any system takes';
  if (!isAbsolute(path)) return 'its path is not absolute';
  if (path.split(separators).includes('..')) return 'its path goes upwards ("..")';
  // A colon after the drive names a stream of a file, or a device.
  if (process.platform === 'win32' && basename(path).includes(':')) return 'its name holds a colon';
  return null;
}

function problemOfPlace(place: string | null, allowed: readonly string[]): string | null {
  const isAllowed = place !== null && allowed.some((folder) => isInside(place, folder));
  return isAllowed ? null : 'it is in no folder that the service may look at ([api] scan_folders)';
}

/** What ends in a separator, or in `.`, is a folder wherever its last name leads, as it is for the system. */
function split(path: string): { readonly folder: string; readonly name: string } {
  const name = path.split(separators).at(-1) ?? '';
  return { folder: path.slice(0, path.length - name.length), name };
}

/** Whether a folder is there is nothing to tell who may not look above it: then the nearest that is there counts. */
function nearestPlace(folder: string): NearestPlace {
  const path = realOrNull(folder);
  if (path !== null) return { path, isThere: true };
  // What is below a folder that is not there is not there either: halving finds it however many names somebody thinks up.
  const ends = [...folder.matchAll(separators)].map(({ index }) => index + 1);
  let nearest: string | null = null;
  let [known, beyond] = [0, ends.length];
  while (known < beyond) {
    const middle = Math.floor((known + beyond) / 2);
    const above = realOrNull(folder.slice(0, ends[middle]));
    if (above === null) beyond = middle;
    else [nearest, known] = [above, middle + 1];
  }
  return { path: nearest, isThere: false };
}

/** null for what is not there, or not to be reached. */
function realOrNull(path: string): string | null {
  try {
    return realPathOf(path);
  } catch (error) {
    if (!isFsError(error)) throw error;
    return null;
  }
}

function isInside(place: string, folder: string): boolean {
  return place === folder || place.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
