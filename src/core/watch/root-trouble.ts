// What keeps folders of a root from being watched, counted by kind, and how it is told: one sentence and one command.
import { displayPath } from '../../shared/display-path.ts';
import { codeOf } from '../files/open-file.ts';

/** `watches`, `instances`: a limit of the system is reached. */
export type TroubleKind = 'watches' | 'instances' | 'permission' | 'other';

export interface Trouble {
  readonly kind: TroubleKind;
  /** Folders that are not watched because of it. */
  readonly folders: number;
  /** One of them. */
  readonly example: string;
  readonly code: string;
}

export interface TroubleText {
  readonly cause: string;
  readonly remedy: string;
}

export interface SystemLimits {
  readonly platform: NodeJS.Platform;
  /** null where nobody can tell. */
  readonly watches: number | null;
  readonly instances: number | null;
}

export function troubleKindOf(error: unknown): TroubleKind {
  switch (codeOf(error)) {
    case 'ENOSPC':
      return 'watches';
    case 'EMFILE':
    case 'ENFILE':
      return 'instances';
    case 'EACCES':
    case 'EPERM':
      return 'permission';
    default:
      return 'other';
  }
}

/** The unwatched folders of one root; memory has an end, the count has not. */
export class RootTroubles {
  readonly #folders = new Map<string, { readonly kind: TroubleKind; readonly code: string }>();

  get size(): number {
    return this.#folders.size;
  }

  /** @returns false when the error does not say which folder it is about. */
  add(error: unknown, path = errorPathOf(error)): boolean {
    if (path === null) return false;
    if (this.#folders.size < mostRemembered || this.#folders.has(path))
      this.#folders.set(path, { kind: troubleKindOf(error), code: codeOf(error) });
    return true;
  }

  delete(path: string): boolean {
    return this.#folders.delete(path);
  }

  paths(): Iterable<string> {
    return this.#folders.keys();
  }

  /** Some of those with this kind of trouble. */
  some(kind: TroubleKind, most: number): string[] {
    const paths: string[] = [];
    for (const [path, trouble] of this.#folders) {
      if (paths.length >= most) break;
      if (trouble.kind === kind) paths.push(path);
    }
    return paths;
  }

  /** The worst of them; null when all is watched. */
  worst(): Trouble | null {
    for (const kind of ['watches', 'instances', 'other', 'permission'] as const) {
      let folders = 0;
      let first: { readonly example: string; readonly code: string } | null = null;
      for (const [example, trouble] of this.#folders) {
        if (trouble.kind !== kind) continue;
        folders += 1;
        first ??= { example, code: trouble.code };
      }
      if (first !== null) return { kind, folders, ...first };
    }
    return null;
  }
}

const mostRemembered = 100_000;
const leastWatches = 524_288;
const leastInstances = 1024;
const settingsFile = '/etc/sysctl.d/60-vedette.conf';

/** @param watched folders of the root that are watched */
export function describeTrouble(trouble: Trouble, watched: number, limits: SystemLimits): TroubleText {
  const example = displayPath(trouble.example, limits.platform === 'win32');
  const among = `${watched} of ${watched + trouble.folders} folders are watched`;
  switch (trouble.kind) {
    case 'watches':
      return {
        cause: `Only ${among}: the system allows no more inotify watches (${named(watchesKey, limits.watches)}).`,
        remedy: raise(watchesKey, raised(limits.watches, trouble.folders + watched, leastWatches), limits),
      };
    case 'instances':
      return {
        cause: `Only ${among}: the system allows no more programs that watch, or open files (${trouble.code}, ${named(instancesKey, limits.instances)}).`,
        remedy: raise(instancesKey, raised(limits.instances, 0, leastInstances), limits),
      };
    case 'permission':
      return {
        cause: `Only ${among}: there is no permission to read ${example}${others(trouble.folders)}.`,
        remedy: 'Give this user read permission, or leave the folder out under [watch] exclude.',
      };
    case 'other':
      break;
  }
  const reason = trouble.code === '' ? '' : ` (${reasons[trouble.code] ?? trouble.code})`;
  return {
    cause: `Only ${among}: ${example}${others(trouble.folders)} cannot be watched${reason}.`,
    remedy: '',
  };
}

const reasons: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'the file system there does not answer',
  ENAMETOOLONG: 'its path is longer than the system takes',
};
const watchesKey = 'fs.inotify.max_user_watches';
const instancesKey = 'fs.inotify.max_user_instances';

function named(key: string, value: number | null): string {
  return value === null ? key : `${key} is ${value}`;
}

function others(folders: number): string {
  if (folders <= 1) return '';
  return folders === 2 ? ' and 1 other' : ` and ${folders - 1} others`;
}

/** The next power of two that leaves room for as much again. */
function raised(current: number | null, needed: number, least: number): number {
  return Math.max(least, 2 ** Math.ceil(Math.log2(2 * Math.max(current ?? 0, needed, 1))));
}

function raise(key: string, value: number, { platform }: SystemLimits): string {
  if (platform !== 'linux') return 'Raise the number of files this user may have open (ulimit -n).';
  return `Run: sudo sysctl ${key}=${value}; to keep it: echo ${key}=${value} | sudo tee -a ${settingsFile}`;
}

/** The path that an error of `node:fs` is about; null when it names none. */
function errorPathOf(error: unknown): string | null {
  if (error instanceof Error && 'path' in error && typeof error.path === 'string') return error.path;
  return null;
}
