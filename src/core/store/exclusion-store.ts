// Exclusions that end by themselves, as they were asked for; what is in force at a moment is decided by who reads them.
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { exclusionSchema, type Exclusion } from '../../shared/page-documents.ts';
import { decodePath, pathBytes } from '../files/raw-path.ts';
import type { PromptDatabaseSlot, ReadableDb, WritableDb } from './database-handle.ts';
import { preparedOnce } from './prepared-once.ts';

export interface ExclusionDraft {
  /** The caller has checked it. */
  readonly pattern: string;
  readonly reason: string;
  readonly author: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** Each is matched against every file. */
const maxExclusions = 200;

const columns = 'id, pattern, reason, author, created_at_ms, expires_at_ms';
const rowSchema = exclusionSchema.pick({ id: true, reason: true, author: true }).extend({
  pattern: z.instanceof(Buffer),
  created_at_ms: z.number(),
  expires_at_ms: z.number(),
});

export class ExclusionStore {
  readonly #slot: PromptDatabaseSlot;
  readonly #reads = preparedOnce(prepareReads);
  readonly #writes = preparedOnce(prepareWrites);

  constructor(slot: PromptDatabaseSlot) {
    this.#slot = slot;
  }

  /** Oldest first; none while the database does not answer. */
  list(): readonly Exclusion[] {
    return this.#slot.read<readonly Exclusion[]>(
      (db) => this.#reads(db).all.all().map(readExclusion).filter(isExclusion),
      [],
    );
  }

  /**
   * At once, and in the place of those it replaces.
   * @throws AppError FILE_UNWRITABLE when the database takes nothing now; CALL_REFUSED when there are too many.
   */
  add(draft: ExclusionDraft, replaces: readonly number[] = []): Exclusion {
    const added = this.#slot.writeNow<Exclusion | 'full' | null>((db) => {
      const writes = this.#writes(db);
      const others = (writes.count.get() ?? 0) - replaces.length;
      if (others >= maxExclusions) return 'full';
      for (const id of replaces) writes.remove.run(id);
      return readExclusion(
        writes.insert.get(
          pathBytes(draft.pattern),
          draft.reason.toWellFormed(),
          draft.author.toWellFormed(),
          Math.round(draft.createdAtMs),
          Math.round(draft.expiresAtMs),
        ),
      );
    }, null);
    if (added === null) throw unwritable();
    if (added === 'full') {
      const message = `there are ${maxExclusions} exclusions already: end some first`;
      throw new AppError('CALL_REFUSED', message);
    }
    return added;
  }

  /** At once. @throws AppError FILE_UNWRITABLE when the database takes nothing now. */
  remove(ids: readonly number[]): void {
    const isDone = this.#slot.writeNow((db) => {
      for (const id of ids) this.#writes(db).remove.run(id);
      return true;
    }, false);
    if (!isDone) throw unwritable();
  }

  /** As soon as the database takes it. */
  removeSoon(ids: readonly number[]): void {
    this.#slot.write((db) => {
      for (const id of ids) this.#writes(db).remove.run(id);
    });
  }
}

function prepareReads(db: ReadableDb) {
  return { all: db.prepare<[]>(`SELECT ${columns} FROM exclusions ORDER BY id`) };
}

function prepareWrites(db: WritableDb) {
  return {
    count: db.prepare<[], number>(`SELECT count(*) FROM exclusions`).pluck(),
    insert: db.prepare<[Buffer, string, string, number, number]>(
      `INSERT INTO exclusions (pattern, reason, author, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?)
      RETURNING ${columns}`,
    ),
    remove: db.prepare<[number]>(`DELETE FROM exclusions WHERE id = ?`),
  };
}

/** null for a row that nobody wrote like this: it leaves nothing out. */
function readExclusion(row: unknown): Exclusion | null {
  const stored = rowSchema.safeParse(row);
  if (!stored.success) return null;
  const { pattern, created_at_ms: createdAtMs, expires_at_ms: expiresAtMs, ...same } = stored.data;
  const exclusion = exclusionSchema.safeParse({
    ...same,
    pattern: decodePath(pattern),
    created_at: createdAtMs / 1000,
    expires_at: expiresAtMs / 1000,
  });
  return exclusion.success ? exclusion.data : null;
}

function isExclusion(exclusion: Exclusion | null): exclusion is Exclusion {
  return exclusion !== null;
}

function unwritable(): AppError {
  return new AppError(
    'FILE_UNWRITABLE',
    'exclusions cannot be changed now: their database takes nothing; they are as they were',
  );
}
