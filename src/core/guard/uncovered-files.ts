// Which files were not looked at, or not at all of them: the newest of each reason, until they are looked at or gone.
import { lstat } from 'node:fs/promises';
import type { UncoveredFile } from '../../shared/page-documents.ts';
import { reasonSchema, type Reason } from '../../shared/verdict.ts';
import { encodePath } from '../files/raw-path.ts';
import { isMissing } from '../files/open-file.ts';
import { orLate } from '../or-late.ts';
import type { ScanOutcome } from '../pipeline.ts';
import type { UncoveredChanges } from '../store/uncovered-store.ts';
import { outlookOf } from './reason-outlook.ts';

export interface UncoveredFilesOptions {
  readonly store: {
    newest(limit: number): readonly UncoveredFile[];
    prune(limit: number): void;
    save(changes: UncoveredChanges): void;
  };
  /** Unix milliseconds. */
  readonly now?: () => number;
  /** Whether the file is there; by default what the file system says. */
  readonly isThere?: (path: string) => Promise<boolean>;
}

export const keptOfEachReason = 200;
const keptOfAll = keptOfEachReason * reasonSchema.options.length;
/** However much comes within this time, it is one write. */
const saveAfterMs = 2000;
const maxDetailLength = 500;
/** For the look at whether they are still there: a file system that hangs must not keep anybody waiting. */
const lookTimeoutMs = 1000;

export class UncoveredFiles implements Disposable {
  readonly #options: UncoveredFilesOptions;
  /** Oldest first; a file is in the list of one reason, the latest. */
  readonly #files = new Map<string, UncoveredFile>();
  readonly #byReason = new Map<Reason, Set<string>>();
  /** Paths that are written down. */
  readonly #saved = new Set<string>();
  #unsaved = new Map<string, UncoveredFile | null>();
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;

  constructor(options: UncoveredFilesOptions) {
    this.#options = options;
    for (const file of options.store.newest(keptOfAll)) {
      this.#saved.add(file.path);
      this.#keep(file);
      // Just read, unless it was too much of its reason.
      this.#unsaved.delete(file.path);
    }
    options.store.prune(keptOfAll);
  }

  /** Hears of every outcome; for a complete one this is one look into a map. */
  heard({ request: { path, isPassing }, verdict }: ScanOutcome): void {
    // By now it is gone, and its name says nothing to anybody.
    if (isPassing === true) return;
    const { judgement, sizeBytes } = verdict;
    if (judgement.kind !== 'partial' && judgement.kind !== 'unscannable') {
      if (this.#files.has(path)) this.#drop(path);
      return;
    }
    const { kind, reason, detail } = judgement;
    this.#drop(path);
    this.#keep({
      path,
      verdict: kind,
      reason,
      detail: detail.slice(0, maxDetailLength).toWellFormed(),
      size_bytes: Math.max(0, sizeBytes),
      at: (this.#options.now ?? Date.now)() / 1000,
    });
  }

  /** Newest first, without those that are gone; `kept` is how many there are of the reason. */
  async list(
    reason: Reason,
    limit: number,
  ): Promise<{ readonly files: readonly UncoveredFile[]; readonly kept: number }> {
    // Of those that were gone already the list says just that.
    if (outlookOf(reason) !== 'gone') await this.#dropGone(reason);
    const kept = this.#ofReason(reason);
    return { files: kept.toReversed().slice(0, limit), kept: kept.length };
  }

  /** Writes what is not written yet. */
  [Symbol.dispose](): void {
    this.#save();
  }

  #ofReason(reason: Reason): readonly UncoveredFile[] {
    return [...(this.#byReason.get(reason) ?? [])]
      .map((path) => this.#files.get(path))
      .filter((file) => file !== undefined);
  }

  #keep(file: UncoveredFile): void {
    const { path, reason } = file;
    const same = this.#byReason.get(reason) ?? new Set();
    this.#byReason.set(reason, same.add(path));
    this.#files.set(path, file);
    this.#note(path, file);
    for (const oldest of same) {
      if (same.size <= keptOfEachReason) break;
      this.#drop(oldest);
    }
  }

  #drop(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    this.#files.delete(path);
    this.#byReason.get(file.reason)?.delete(path);
    this.#note(path, null);
  }

  /** What came and went before it was written down needs no writing: what waits is never more than what is kept. */
  #note(path: string, file: UncoveredFile | null): void {
    if (file === null && !this.#saved.has(path)) this.#unsaved.delete(path);
    else this.#unsaved.set(path, file);
    if (this.#unsaved.size > 0) this.#timer ??= setTimeout(() => this.#save(), saveAfterMs).unref();
  }

  #save(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#unsaved.size === 0) return;
    const changes = this.#unsaved;
    this.#unsaved = new Map();
    for (const [path, file] of changes) {
      if (file === null) this.#saved.delete(path);
      else this.#saved.add(path);
    }
    this.#options.store.save(changes);
  }

  /** One at a time: a file system that hangs gets one thread of this process and no more. */
  async #dropGone(reason: Reason): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    let isLate = false;
    const done = this.#lookAt(this.#ofReason(reason), () => isLate).finally(() => {
      this.#isLooking = false;
    });
    await orLate(done, lookTimeoutMs, () => {
      isLate = true;
    });
  }

  async #lookAt(files: readonly UncoveredFile[], isLate: () => boolean): Promise<void> {
    const isThere = this.#options.isThere ?? isOnDisk;
    for (const file of files) {
      if (isLate()) return;
      // It may have been looked at again meanwhile.
      if (!(await isThere(file.path)) && this.#files.get(file.path) === file) this.#drop(file.path);
    }
  }
}

/** What cannot be told is taken for there. */
async function isOnDisk(path: string): Promise<boolean> {
  try {
    await lstat(encodePath(path));
    return true;
  } catch (error) {
    return !isMissing(error);
  }
}
