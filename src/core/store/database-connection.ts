// The open handle of one database file; what cannot be used is set aside and made anew, a few times an hour at most.
import { basename } from 'node:path';
import { messageOf } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';
import type { WritableDb } from './database-handle.ts';
import {
  closeQuietly,
  openDatabase,
  type DatabaseDescription,
  type FailedOpening,
  type OpenDatabase,
} from './open-database.ts';
import { fileInPlace, removeOldFiles, setAside, type Unusable } from './set-aside.ts';

const maxSetAside = 3;
const setAsideWindowMs = 3_600_000;
const tooOften = 'breaks again and again';

const explanations: Readonly<Record<Unusable, string>> = {
  damaged: 'was damaged',
  foreign: 'was a database of something else',
  newer: 'was made by a newer Vedette',
};

interface SetAside {
  readonly file: string;
  readonly sentence: string;
  readonly atMs: number;
}

export class DatabaseConnection implements Disposable {
  readonly #description: DatabaseDescription;
  readonly #logger: Logger;
  #open: OpenDatabase | null = null;
  #setAside: readonly SetAside[] = [];
  /** What broke too often is left alone until then. */
  #restsUntilMs = 0;

  constructor(description: DatabaseDescription, logger: Logger) {
    this.#description = description;
    this.#logger = logger;
  }

  get db(): WritableDb | null {
    return this.#open?.db ?? null;
  }

  /** Since this process began, oldest first. */
  get setAside(): readonly Pick<SetAside, 'file' | 'sentence'>[] {
    return this.#setAside;
  }

  /** False also when another process set the open file aside, or somebody removed it: what is written there is lost. */
  isCurrent(): boolean {
    try {
      return this.#open !== null && fileInPlace(this.#description.file) === this.#open.fileId;
    } catch {
      return false;
    }
  }

  /** Opens it afresh. @returns null with a handle, else why there is none. */
  connect(): FailedOpening | null {
    this.#disconnect();
    if (performance.now() < this.#restsUntilMs) return this.#without(tooOften);
    // A round that does not end sets a file aside, or another process was quicker: both have a bound.
    for (let round = 0; round <= 2 * maxSetAside; round += 1) {
      const opening = openDatabase(this.#description);
      if (opening.kind === 'failed') return opening;
      if (opening.kind === 'open') {
        this.#open = opening.database;
        return null;
      }
      const failure = this.#clear(opening.why, opening.fileId);
      if (failure !== null) return failure;
    }
    return this.#without('is exchanged again and again');
  }

  /** What is open turned out to be damaged: the next `connect` finds its place free. */
  abandon(): FailedOpening | null {
    const open = this.#open;
    this.#disconnect();
    return open === null ? null : this.#clear('damaged', open.fileId);
  }

  [Symbol.dispose](): void {
    this.#disconnect();
  }

  #clear(why: Unusable, fileId: string): FailedOpening | null {
    const { file, title } = this.#description;
    const nowMs = performance.now();
    if (this.#setAside.filter(({ atMs }) => atMs > nowMs - setAsideWindowMs).length >= maxSetAside) {
      this.#restsUntilMs = nowMs + setAsideWindowMs;
      return this.#without(tooOften);
    }
    try {
      const target = setAside(file, why, fileId);
      if (target === null) return null;
      const sentence = `The ${title} ${explanations[why]}: it was set aside as ${basename(target)} and begun anew.`;
      this.#setAside = [...this.#setAside, { file: target, sentence, atMs: nowMs }];
      this.#logger.warn({ database: title, why, file: target }, 'a database was set aside');
      removeOldFiles(file);
      return null;
    } catch (error) {
      return this.#without(`${explanations[why]} and cannot be moved away (${messageOf(error)})`);
    }
  }

  #without(what: string): FailedOpening {
    const { title } = this.#description;
    return {
      kind: 'failed',
      state: 'unavailable',
      detail: `The ${title} ${what}: Vedette works without it.`,
    };
  }

  #disconnect(): void {
    if (this.#open !== null) closeQuietly(this.#open.db);
    this.#open = null;
  }
}
