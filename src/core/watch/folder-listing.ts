// Lists folders a slice at a time, so that the loop keeps turning and no event of the kernel is lost meanwhile.
import { join } from 'node:path';
import { isMissing } from '../files/open-file.ts';
import { isMangled } from './watched-folders.ts';

export interface ListedEntry {
  readonly name: string;
  readonly type: { isDirectory(): boolean; isSymbolicLink(): boolean };
}

/** As `readFolder` of the intake: names keep every byte. @throws the errors of the filesystem. */
export type ReadFolder = (path: string) => Iterable<ListedEntry>;

export type ListingPurpose = 'odd-folders' | 'odd-changed' | 'all';

export interface ListingJob {
  readonly path: string;
  readonly root: string;
  /**
   * `all`: it appeared, with what is in it. Otherwise only folders are told of and files whose names events
   * cannot carry: `odd-changed` after such an event, `odd-folders` when it was found at the start.
   */
  readonly purpose: ListingPurpose;
  readonly askedMs: number;
}

export interface FolderListingListener {
  file(path: string, job: ListingJob): void;
  folder(path: string, job: ListingJob): void;
  failed(job: ListingJob, error: unknown): void;
  /** There was no room for one more folder: it is not listed. */
  refused(job: ListingJob): void;
}

const entriesAtOnce = 1000;
const ranks: Readonly<Record<ListingPurpose, number>> = { 'odd-folders': 0, 'odd-changed': 1, all: 2 };
const mostWaiting = 200_000;

export class FolderListing implements Disposable {
  readonly #readFolder: ReadFolder;
  readonly #listener: FolderListingListener;
  /** By path; a folder that waits already is listed once, for all who asked. */
  readonly #waiting = new Map<string, ListingJob>();
  #current: { readonly job: ListingJob; readonly entries: Iterator<ListedEntry> } | null = null;
  #turn: NodeJS.Immediate | null = null;

  constructor(readFolder: ReadFolder, listener: FolderListingListener) {
    this.#readFolder = readFolder;
    this.#listener = listener;
  }

  /** Folders that are yet to be listed to their end. */
  get size(): number {
    return this.#waiting.size + (this.#current === null ? 0 : 1);
  }

  add(job: ListingJob): void {
    const waiting = this.#waiting.get(job.path);
    if (waiting !== undefined) {
      if (ranks[job.purpose] > ranks[waiting.purpose]) this.#waiting.set(job.path, job);
      return;
    }
    if (this.#waiting.size >= mostWaiting) {
      this.#listener.refused(job);
      return;
    }
    this.#waiting.set(job.path, job);
    this.#turn ??= setImmediate(() => this.#work());
  }

  [Symbol.dispose](): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#waiting.clear();
    this.#current?.entries.return?.();
    this.#current = null;
  }

  #work(): void {
    this.#turn = null;
    for (let left = entriesAtOnce; left > 0; left -= 1) {
      this.#current ??= this.#begin();
      if (this.#current === null) return;
      this.#step(this.#current.job, this.#current.entries);
    }
    this.#turn = setImmediate(() => this.#work());
  }

  #begin(): { readonly job: ListingJob; readonly entries: Iterator<ListedEntry> } | null {
    for (const [path, job] of this.#waiting) {
      this.#waiting.delete(path);
      return { job, entries: this.#readFolder(path)[Symbol.iterator]() };
    }
    return null;
  }

  #step(job: ListingJob, entries: Iterator<ListedEntry>): void {
    let next: IteratorResult<ListedEntry, unknown>;
    try {
      next = entries.next();
    } catch (error) {
      this.#current = null;
      if (!isMissing(error)) this.#listener.failed(job, error);
      return;
    }
    if (next.done === true) {
      this.#current = null;
      return;
    }
    const { name, type } = next.value;
    if (type.isSymbolicLink()) return;
    const path = join(job.path, name);
    if (type.isDirectory()) this.#listener.folder(path, job);
    else if (job.purpose === 'all' || isMangled(name)) this.#listener.file(path, job);
  }
}
