// How engines came up with which inputs: as long as those are the same, a start without any new file needs no engine.
import { z } from 'zod';
import { engineReportSchema } from '../../shared/engine-report.ts';
import type { DatabaseSlot, ReadableDb, WritableDb } from './database-handle.ts';
import { preparedOnce } from './prepared-once.ts';
import { readJson } from './stored-rows.ts';

const maxStarts = 100;

const engineStartSchema = z.object({
  generation: z.string(),
  /** false: signatures may have changed without a change of the generation. */
  certain: z.boolean(),
  engines: z.array(engineReportSchema).readonly(),
});
export type EngineStart = Readonly<z.infer<typeof engineStartSchema>>;

export class EngineStartStore {
  readonly #slot: DatabaseSlot;
  readonly #reads = preparedOnce(prepareReads);
  readonly #writes = preparedOnce(prepareWrites);

  constructor(slot: DatabaseSlot) {
    this.#slot = slot;
  }

  /** null when there is none, or none that can be read. @param inputs what decides how engines come up, as one text. */
  recall(inputs: string): EngineStart | null {
    const text = this.#slot.read((db) => this.#reads(db).get.get(inputs), undefined);
    const parsed = engineStartSchema.safeParse(readJson(text));
    return parsed.success ? parsed.data : null;
  }

  /** Queued; the last hundred are kept. */
  remember(inputs: string, start: EngineStart): void {
    this.#slot.write((db) => {
      const { put, deleteOld } = this.#writes(db);
      put.run(inputs, JSON.stringify(start));
      deleteOld.run(maxStarts);
    });
  }
}

function prepareReads(db: ReadableDb) {
  return { get: db.prepare<[string]>(`SELECT value FROM engine_starts WHERE inputs_key = ?`).pluck() };
}

function prepareWrites(db: WritableDb) {
  return {
    /** REPLACE gives it a new id: the newest is the highest. */
    put: db.prepare<[string, string]>(
      `INSERT OR REPLACE INTO engine_starts (inputs_key, value) VALUES (?, ?)`,
    ),
    deleteOld: db.prepare<[number]>(
      `DELETE FROM engine_starts WHERE id NOT IN (SELECT id FROM engine_starts ORDER BY id DESC LIMIT ?)`,
    ),
  };
}
