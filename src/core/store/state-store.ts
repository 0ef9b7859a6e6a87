// Small things that outlive the process, such as a pause: each under its key, read back only in the shape it should have.
import type { z } from 'zod';
import type { PromptDatabaseSlot, ReadableDb, WritableDb } from './database-handle.ts';
import { preparedOnce } from './prepared-once.ts';
import { readJson } from './stored-rows.ts';

export class StateStore {
  readonly #slot: PromptDatabaseSlot;
  readonly #reads = preparedOnce(prepareReads);
  readonly #writes = preparedOnce(prepareWrites);

  constructor(slot: PromptDatabaseSlot) {
    this.#slot = slot;
  }

  /** null when there is none, or none that fits the schema. */
  read<T>(key: string, schema: z.ZodType<T>): T | null {
    const text = this.#slot.read((db) => this.#reads(db).get.get(key), undefined);
    const parsed = schema.safeParse(readJson(text));
    return parsed.success ? parsed.data : null;
  }

  /**
   * At once. @param value anything that is JSON.
   * @returns false when the database takes nothing now: then it is queued, and a restart may forget it.
   */
  write(key: string, value: unknown): boolean {
    const text = JSON.stringify(value);
    return this.#now((db) => this.#writes(db).put.run(key, text));
  }

  /** As `write`. */
  remove(key: string): boolean {
    return this.#now((db) => this.#writes(db).remove.run(key));
  }

  #now(work: (db: WritableDb) => void): boolean {
    const isDone = this.#slot.writeNow((db) => {
      work(db);
      return true;
    }, false);
    if (!isDone) this.#slot.write(work);
    return isDone;
  }
}

function prepareReads(db: ReadableDb) {
  return { get: db.prepare<[string]>(`SELECT value FROM state WHERE key = ?`).pluck() };
}

function prepareWrites(db: WritableDb) {
  return {
    put: db.prepare<[string, string]>(
      `INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    ),
    remove: db.prepare<[string]>(`DELETE FROM state WHERE key = ?`),
  };
}
