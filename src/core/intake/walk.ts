// Streams every file under the roots, each name once, holding one folder at a time; what cannot be looked at is an entry too.
import { basename, dirname, sep } from 'node:path';
import { assertNever } from '../../shared/verdict.ts';
import { describeFsError, isFsError } from '../files/open-file.ts';
import { type Exclusions, noExclusions } from './exclusions.ts';
import { type IncompleteJudgement, judgeNotRegular } from './identify-file.ts';
import { lookAt, lookThrough, realPathOf } from './place.ts';
import { type EntryType, readFolder } from './read-folder.ts';
import { doesNotAnswer, type WalkRoot, walkRootOf } from './walk-root.ts';

export type WalkEntry =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'skipped';
      readonly path: string;
      readonly judgement: IncompleteJudgement;
      readonly sizeBytes: number;
    };

/** What a walk passed over without an entry; it grows while the walk goes on. */
export interface WalkCounts {
  /** Files and folders that the exclusions left out; what is in such a folder is not counted. */
  excluded: number;
  /** Links found inside a walk that were not followed or lead nowhere. */
  symbolicLinks: number;
  /** Folders on another device than their root. */
  otherDevices: number;
}

export interface WalkOptions {
  readonly exclusions?: Exclusions;
  /** Links inside the walk are followed, each target once and under its own real path; otherwise counted. */
  readonly followSymlinks?: boolean;
  readonly crossDevices?: boolean;
  /** Folders that are left alone whatever name leads to them: keys of `lookAt`. */
  readonly ownFolders?: ReadonlySet<string>;
  /** Whether the path is on, or leads to, a file system that does not answer: such a folder is an entry, and is not looked at. */
  readonly stalls?: (path: string) => boolean;
  readonly counts?: WalkCounts;
}

export function emptyWalkCounts(): WalkCounts {
  return { excluded: 0, symbolicLinks: 0, otherDevices: 0 };
}

/**
 * @param roots files and folders. A root that is a symbolic link is followed, because the user named it, and is
 * reported under the real path of its target; every other root under the path that was given, made absolute.
 */
export function walk(roots: readonly string[], options: WalkOptions = {}): Generator<WalkEntry> {
  return new Walk(options).entries(roots);
}

interface PendingFolder {
  readonly path: string;
  /** The device of its root. */
  readonly device: bigint;
}

class Walk {
  readonly #exclusions: Exclusions;
  readonly #followSymlinks: boolean;
  readonly #crossDevices: boolean;
  readonly #ownFolders: ReadonlySet<string>;
  readonly #stalls: (path: string) => boolean;
  readonly #counts: WalkCounts;
  /** Folders that may be met twice: the roots, and all of them when links are followed. */
  readonly #rootFolders = new Set<string>();
  readonly #walkedFolders = new Set<string>();
  /** Files that may be met twice, by the key of their folder; the value tells whether they have had their entry. */
  readonly #namedFiles = new Map<string, Map<string, boolean>>();
  readonly #links: { readonly path: string; readonly device: bigint }[] = [];

  constructor(options: WalkOptions) {
    this.#exclusions = options.exclusions ?? noExclusions;
    this.#followSymlinks = options.followSymlinks ?? false;
    this.#crossDevices = options.crossDevices ?? false;
    this.#ownFolders = options.ownFolders ?? new Set();
    this.#stalls = options.stalls ?? (() => false);
    this.#counts = options.counts ?? emptyWalkCounts();
  }

  *entries(paths: readonly string[]): Generator<WalkEntry> {
    const roots = paths.map((path) => walkRootOf(path, this.#stalls));
    for (const root of roots) {
      if (root.kind === 'folder') this.#rootFolders.add(root.key);
      if (root.kind === 'file') this.#isNew(root.folderKey, root.name, false);
    }
    for (const root of roots) yield* this.#root(root);
    // Last, so that a target inside the roots has had its entry under its own path; a target may hold more links.
    for (let link = this.#links.pop(); link !== undefined; link = this.#links.pop()) {
      try {
        yield* this.#target(link.path, link.device);
      } catch (error) {
        if (!isFsError(error)) throw error;
        const failure = describeFsError(error);
        // A link that leads nowhere, or round in circles, leaves no file out.
        if (failure.reason === 'vanished' || failure.reason === 'symbolic_link')
          this.#counts.symbolicLinks += 1;
        else yield skipped(link.path, { kind: 'unscannable', ...failure });
      }
    }
  }

  *#root(root: WalkRoot): Generator<WalkEntry> {
    switch (root.kind) {
      case 'unusable':
        yield skipped(root.path, root.judgement);
        break;
      case 'file':
        if (!this.#isNew(root.folderKey, root.name, true)) break;
        if (this.#exclusions.excludes(root.path)) this.#counts.excluded += 1;
        else yield { kind: 'file', path: root.path };
        break;
      case 'folder':
        yield* this.#tree({ path: root.path, device: root.device });
        break;
      default:
        assertNever(root);
    }
  }

  /** Depth first over a stack of our own: no depth of folders overflows it. */
  *#tree(root: PendingFolder): Generator<WalkEntry> {
    const stack: PendingFolder[] = [root];
    for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
      const inside: PendingFolder[] = [];
      try {
        yield* this.#folder(folder, inside);
      } catch (error) {
        if (!isFsError(error)) throw error;
        yield skipped(folder.path, { kind: 'unscannable', ...describeFsError(error) });
      }
      for (let next = inside.pop(); next !== undefined; next = inside.pop()) stack.push(next);
    }
  }

  *#folder({ path, device }: PendingFolder, inside: PendingFolder[]): Generator<WalkEntry> {
    if (this.#exclusions.excludesFolder(path)) {
      this.#counts.excluded += 1;
      return;
    }
    if (this.#stalls(path)) {
      yield skipped(path, doesNotAnswer);
      return;
    }
    const place = lookAt(path);
    if (this.#ownFolders.has(place.key)) {
      this.#counts.excluded += 1;
      return;
    }
    if (!place.stats.isDirectory()) {
      yield skipped(path, { kind: 'unscannable', reason: 'vanished', detail: 'it is no folder any more' });
      return;
    }
    if (place.device !== device && !this.#crossDevices) {
      this.#counts.otherDevices += 1;
      return;
    }
    if (this.#followSymlinks || this.#rootFolders.has(place.key)) {
      if (this.#walkedFolders.has(place.key)) return;
      this.#walkedFolders.add(place.key);
    }
    const isNamed = this.#namedFiles.has(place.key);
    const start = path.endsWith(sep) ? path : path + sep;
    for (const { name, type } of readFolder(path)) {
      const entryPath = start + name;
      if (type.isDirectory()) inside.push({ path: entryPath, device });
      else if (type.isSymbolicLink()) this.#link(entryPath, device);
      else if (!isNamed || this.#isNew(place.key, name, true)) yield* this.#file(entryPath, type);
    }
  }

  *#file(path: string, type: EntryType): Generator<WalkEntry> {
    if (this.#exclusions.excludes(path)) this.#counts.excluded += 1;
    else if (type.isFile()) yield { kind: 'file', path };
    else yield skipped(path, judgeNotRegular(type));
  }

  #link(path: string, device: bigint): void {
    if (!this.#followSymlinks) this.#counts.symbolicLinks += 1;
    else if (this.#exclusions.excludes(path)) this.#counts.excluded += 1;
    else this.#links.push({ path, device });
  }

  *#target(link: string, device: bigint): Generator<WalkEntry> {
    if (this.#stalls(link)) {
      yield skipped(link, doesNotAnswer);
      return;
    }
    const target = lookThrough(link);
    if (target.device !== device && !this.#crossDevices) {
      this.#counts.otherDevices += 1;
      return;
    }
    const path = realPathOf(link);
    if (target.stats.isDirectory()) {
      yield* this.#tree({ path, device: target.device });
      return;
    }
    const folderKey = lookAt(dirname(path)).key;
    if (this.#walkedFolders.has(folderKey)) return;
    if (this.#isNew(folderKey, basename(path), true)) yield* this.#file(path, target.stats);
  }

  /** Whether the file has had no entry yet; with `isNow` it has from now on. */
  #isNew(folderKey: string, name: string, isNow: boolean): boolean {
    const names = this.#namedFiles.get(folderKey) ?? new Map<string, boolean>();
    this.#namedFiles.set(folderKey, names);
    const hadEntry = names.get(name) ?? false;
    names.set(name, hadEntry || isNow);
    return !hadEntry;
  }
}

function skipped(path: string, judgement: IncompleteJudgement): WalkEntry {
  return { kind: 'skipped', path, judgement, sizeBytes: 0 };
}
