// Where clients of the service may look: a path counts by where it really leads, never by how it is spelled.
import { lstat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import type { UnscannableReason } from '../../shared/verdict.ts';
import { encodePath } from '../files/raw-path.ts';
import { findRealPath } from '../intake/place.ts';
import { nullAtAbort } from '../unless-aborted.ts';
import { isInside } from '../watch/is-inside.ts';
import type { AnsweringMounts } from './answering-mounts.ts';
import { BoundedLooks } from './bounded-looks.ts';
import {
  nearestPlace,
  nullIfFsError,
  separators,
  type NearestPlace,
  type RealPath,
} from './nearest-place.ts';

/** Why a client may not name the path, or why nobody can tell. */
export interface PathProblem {
  readonly reason: Extract<UnscannableReason, 'not_allowed' | 'timeout'>;
  /** One sentence. */
  readonly detail: string;
}

export interface AllowedFoldersOptions {
  /** As they are configured, the same list until that changes: asked every time, resolved again after a second. */
  readonly folders: () => readonly string[];
  /** Asked before anything is looked at; by default all answer. */
  readonly mounts?: Pick<AnsweringMounts, 'answersAt'>;
  readonly looks?: BoundedLooks;
  readonly realPath?: RealPath;
  readonly nowMs?: () => number;
}

const keptMs = 1000;
/** The longest that any system takes; beyond that there is nothing to look for. */
const maxPathLength = 32_767;

interface KeptFolder {
  readonly real: Promise<NearestPlace | null>;
  readonly untilMs: number;
}

/**
 * The folder of a file is resolved, links and all, and must lie in one of the allowed folders, which are resolved too. The
 * last component is not: no file is opened through a link. Who can write to an allowed folder can put a link in the
 * place of one of its folders between this look and the scan. Then a file elsewhere is scanned, and the client is told its
 * verdict, size, hash and the few bytes that a rule matched; none of it is changed, and who cannot write there cannot do it.
 *
 * Any of it may lie on a network that hangs: nobody waits for long, and what is in other folders is answered meanwhile.
 */
export class AllowedFolders {
  readonly #folders: () => readonly string[];
  readonly #mounts: Pick<AnsweringMounts, 'answersAt'>;
  readonly #looks: BoundedLooks;
  readonly #realPath: RealPath;
  readonly #nowMs: () => number;
  #names: readonly string[] = [];
  readonly #kept = new Map<string, KeptFolder>();

  constructor(options: AllowedFoldersOptions) {
    this.#folders = options.folders;
    this.#mounts = options.mounts ?? allAnswer;
    this.#looks = options.looks ?? new BoundedLooks();
    this.#realPath = options.realPath ?? findRealPath;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  /** For a folder that is walked, or written to: a link at its end is followed. null when a client may name it. */
  async problemOfFolder(path: string): Promise<PathProblem | null> {
    const spelling = problemOfSpelling(path);
    if (spelling !== null) return spelling;
    const place = await this.#find(path, path);
    return place === null ? late : await this.#problemOfPlace(place.path, path);
  }

  /** The problems of those that have one, by path; once the signal has come, of those that were looked at by then. */
  async problemsOf(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, PathProblem>> {
    const problems = new Map<string, PathProblem>();
    await nullAtAbort(this.#lookAtAll(paths, problems, signal), signal);
    return problems;
  }

  async #lookAtAll(
    paths: readonly string[],
    problems: Map<string, PathProblem>,
    signal: AbortSignal,
  ): Promise<void> {
    /** Each folder that many paths share is resolved once; null: it did not answer. */
    const places = new Map<string, NearestPlace | null>();
    for (const path of paths) {
      const problem = signal.aborted ? null : await this.#problemOf(path, places);
      if (signal.aborted) break;
      if (problem !== null) problems.set(path, problem);
    }
  }

  async #problemOf(path: string, places: Map<string, NearestPlace | null>): Promise<PathProblem | null> {
    const spelling = problemOfSpelling(path);
    if (spelling !== null) return spelling;
    const { folder, name } = split(path);
    const known = places.get(folder);
    const place = known === undefined ? await this.#find(folder, path) : known;
    places.set(folder, place);
    if (place === null) return late;
    const isWhole = place.isThere && place.path !== null;
    return await this.#problemOfPlace(isWhole ? join(place.path, name) : place.path, path);
  }

  /** @param path in the folder, or the folder itself: one that answers is asked for too, as the scan will ask for all. */
  async #find(folder: string, path: string): Promise<NearestPlace | null> {
    if (!(await this.#mounts.answersAt(path))) return null;
    const nearest = this.#nearestFirst(path)[0];
    const place = nearest !== undefined && isInside(path, nearest) ? nearest : '';
    return await this.#looks.ask(place, async () => {
      const found = await nearestPlace(folder, this.#realPath);
      if (found.isThere) await lstat(encodePath(path)).catch(nullIfFsError);
      return found;
    });
  }

  async #problemOfPlace(place: string | null, path: string): Promise<PathProblem | null> {
    if (place === null) return elsewhere;
    for (const folder of this.#nearestFirst(path)) {
      const real = await this.#realOf(folder);
      // One that is not there allows nothing, and least of all what is above it.
      if (real?.isThere === true && real.path !== null && isInside(place, real.path)) return null;
    }
    return elsewhere;
  }

  /** The folder that a path seems to be in: no other that hangs is waited for, as far as it is what it seems. */
  #nearestFirst(path: string): readonly string[] {
    const names = this.#folders();
    if (names !== this.#names) this.#kept.clear();
    this.#names = names;
    if (names.length < 2) return names;
    function lengthAround(folder: string): number {
      return isInside(path, folder) ? folder.length : 0;
    }
    return names.toSorted((left, right) => lengthAround(right) - lengthAround(left));
  }

  /** null for one that does not answer: it allows nothing. */
  #realOf(folder: string): Promise<NearestPlace | null> {
    const nowMs = this.#nowMs();
    const kept = this.#kept.get(folder);
    if (kept !== undefined && nowMs < kept.untilMs) return kept.real;
    const real = this.#find(folder, folder);
    this.#kept.set(folder, { real, untilMs: nowMs + keptMs });
    return real;
  }
}

const allAnswer: Pick<AnsweringMounts, 'answersAt'> = { answersAt: () => Promise.resolve(true) };

const elsewhere: PathProblem = {
  reason: 'not_allowed',
  detail: 'it is in no folder that the service may look at ([api] scan_folders)',
};

const late: PathProblem = {
  reason: 'timeout',
  detail: 'its folder does not answer in time: the disk or the network that it is on may hang',
};

function problemOfSpelling(path: string): PathProblem | null {
  const detail = flawOfSpelling(path);
  return detail === null ? null : { reason: 'not_allowed', detail };
}

function flawOfSpelling(path: string): string | null {
  if (path.includes('\0')) return 'its path holds a zero byte';
  if (path.length > maxPathLength) return 'its path is longer than any system takes';
  if (!isAbsolute(path)) return 'its path is not absolute';
  if (path.split(separators).includes('..')) return 'its path goes upwards ("..")';
  // A colon after the drive names a stream of a file, or a device.
  if (process.platform === 'win32' && basename(path).includes(':')) return 'its name holds a colon';
  return null;
}

/** What ends in a separator, or in `.`, is a folder wherever its last name leads, as it is for the system. */
function split(path: string): { readonly folder: string; readonly name: string } {
  const name = path.split(separators).at(-1) ?? '';
  return { folder: path.slice(0, path.length - name.length), name };
}
