// Who may write is a matter of types: a reader is handed a `ReadableDb` and cannot pass it on as more.
import type Database from 'better-sqlite3';

declare const readable: unique symbol;
declare const writable: unique symbol;

/** An open database with the newest schema. */
export type ReadableDb = Database.Database & { readonly [readable]: true };
export type WritableDb = ReadableDb & { readonly [writable]: true };

/** One step forward, never changed once released; `version` is what `user_version` is afterwards. */
export interface Migration {
  readonly version: number;
  apply(db: Database.Database): void;
}

/**
 * One database file, whatever state it is in. What goes wrong inside `work` is recorded, told to the user and mended
 * where it can be; it never reaches the caller, because protection goes on without a database.
 */
export interface DatabaseSlot {
  /** What `work` returns, or `fallback` when there is no database or `work` failed. */
  read<T>(work: (db: ReadableDb) => T, fallback: T): T;
  /**
   * Queued; many together in one transaction after 250 ms or at 4000. Bounded: what had to be dropped is counted.
   * `work` runs again when its transaction has to be repeated, so it touches nothing but the database.
   */
  write(work: (db: WritableDb) => void): void;
}

/** A slot for those who must know what came of it. */
export interface PromptDatabaseSlot extends DatabaseSlot {
  /** Does what is queued, then `work` in a transaction of its own; `fallback` when either did not go through. */
  writeNow<T>(work: (db: WritableDb) => T, fallback: T): T;
}

/** From the best to the worst. */
export const databaseStates = ['ready', 'degraded', 'read_only', 'unavailable'] as const;
/**
 * `degraded`: writes wait and are tried again. `read_only`: the folder takes no database. `unavailable`: there is none.
 * In the last two nothing is remembered; all of them mend by themselves when the cause is gone.
 */
export type DatabaseState = (typeof databaseStates)[number];

export interface DatabaseHealth {
  readonly state: DatabaseState;
  /** Sentences for a person; empty when there is nothing to say. */
  readonly detail: string;
  /** Files that this process moved out of the way. */
  readonly setAside: readonly string[];
  /** Entries that could not be kept since the start. */
  readonly droppedWrites: number;
}
