// What the user allows, each once; a number that every change moves tells other processes at once.
import { z } from 'zod';
import { allowEntrySchema, type AllowEntry, type AllowKind } from '../../shared/allow-entry.ts';
import { AppError } from '../../shared/errors.ts';
import { decodePath, pathBytes } from '../files/raw-path.ts';
import type { PromptDatabaseSlot, ReadableDb, WritableDb } from './database-handle.ts';
import { preparedOnce } from './prepared-once.ts';

export interface AllowDraft {
  readonly kind: AllowKind;
  /** Lower-case SHA-256, absolute path, or the exact name of a signature: the caller has checked it. */
  readonly value: string;
  readonly reason: string;
  /** Who decided. */
  readonly author: string;
}

/** All of it is kept in memory and asked for each finding. */
const maxEntries = 10_000;

const columns = 'id, kind, value, reason, author, created_at_ms';
const rowSchema = allowEntrySchema
  .pick({ id: true, kind: true, reason: true, author: true })
  .extend({ value: z.instanceof(Buffer), created_at_ms: z.number() });

export class AllowStore {
  readonly #slot: PromptDatabaseSlot;
  readonly #maxEntries: number;
  readonly #reads = preparedOnce(prepareReads);
  readonly #writes = preparedOnce(prepareWrites);
  /** Told while the database does not answer: what was allowed is not quarantined for that. */
  #lastEntries: readonly AllowEntry[] = [];
  #lastChanges = 0;

  constructor(slot: PromptDatabaseSlot, options: { readonly maxEntries?: number } = {}) {
    this.#slot = slot;
    this.#maxEntries = options.maxEntries ?? maxEntries;
  }

  /** Oldest first; as it last was while the database does not answer. */
  list(): readonly AllowEntry[] {
    this.#lastEntries = this.#slot.read(
      (db) => this.#reads(db).all.all().map(readEntry).filter(isEntry),
      this.#lastEntries,
    );
    return this.#lastEntries;
  }

  /** Another number after every change by whatever process; some microseconds. */
  changes(): number {
    this.#lastChanges = this.#slot.read((db) => this.#reads(db).changes.get() ?? 0, this.#lastChanges);
    return this.#lastChanges;
  }

  /**
   * At once. What is there already stays as it is, with its reason and its author.
   * @throws AppError FILE_UNWRITABLE when the database takes nothing now; CALL_REFUSED when there are too many.
   */
  add(draft: AllowDraft, atMs: number = Date.now()): { readonly entry: AllowEntry; readonly isNew: boolean } {
    const { kind } = draft;
    const value = pathBytes(draft.value);
    const [reason, author] = [draft.reason.toWellFormed(), draft.author.toWellFormed()];
    const added = this.#slot.writeNow<{ entry: AllowEntry; isNew: boolean } | 'full' | null>((db) => {
      const writes = this.#writes(db);
      const known = readEntry(writes.find.get(kind, value));
      if (known !== null) return { entry: known, isNew: false };
      if ((writes.count.get() ?? 0) >= this.#maxEntries) return 'full';
      const entry = readEntry(writes.insert.get(kind, value, reason, author, Math.round(atMs)));
      if (entry === null) return null;
      writes.change.run();
      return { entry, isNew: true };
    }, null);
    if (added === null) throw unwritable();
    if (added === 'full') {
      const message = `the allow-list has ${this.#maxEntries} entries already: remove some first`;
      throw new AppError('CALL_REFUSED', message);
    }
    return added;
  }

  /** At once. @returns what was removed. @throws AppError FILE_UNWRITABLE when the database takes nothing now. */
  remove(ids: readonly number[]): readonly AllowEntry[] {
    const removed = this.#slot.writeNow<readonly AllowEntry[] | null>((db) => {
      const writes = this.#writes(db);
      const entries = ids.map((id) => readEntry(writes.remove.get(id))).filter(isEntry);
      if (entries.length > 0) writes.change.run();
      return entries;
    }, null);
    if (removed === null) throw unwritable();
    return removed;
  }
}

function prepareReads(db: ReadableDb) {
  return {
    all: db.prepare<[]>(`SELECT ${columns} FROM allow_entries ORDER BY id`),
    changes: db.prepare<[], number>(`SELECT changes FROM allow_changes`).pluck(),
  };
}

function prepareWrites(db: WritableDb) {
  return {
    find: db.prepare<[string, Buffer]>(`SELECT ${columns} FROM allow_entries WHERE kind = ? AND value = ?`),
    count: db.prepare<[], number>(`SELECT count(*) FROM allow_entries`).pluck(),
    insert: db.prepare<[string, Buffer, string, string, number]>(
      `INSERT INTO allow_entries (kind, value, reason, author, created_at_ms) VALUES (?, ?, ?, ?, ?)
      RETURNING ${columns}`,
    ),
    remove: db.prepare<[number]>(`DELETE FROM allow_entries WHERE id = ? RETURNING ${columns}`),
    change: db.prepare<[]>(`UPDATE allow_changes SET changes = changes + 1`),
  };
}

/** null for a row that nobody wrote like this: it allows nothing. */
function readEntry(row: unknown): AllowEntry | null {
  const stored = rowSchema.safeParse(row);
  if (!stored.success) return null;
  const { value, created_at_ms: createdAtMs, ...same } = stored.data;
  const entry = allowEntrySchema.safeParse({
    ...same,
    value: decodePath(value),
    created_at: createdAtMs / 1000,
  });
  return entry.success ? entry.data : null;
}

function isEntry(entry: AllowEntry | null): entry is AllowEntry {
  return entry !== null;
}

function unwritable(): AppError {
  return new AppError(
    'FILE_UNWRITABLE',
    'the allow-list cannot be changed now: its database takes nothing; it is as it was',
  );
}
