// Files that were not looked at, or not at all of them, as they outlive the process; the caller keeps the list and its bound.
import { z } from 'zod';
import { uncoveredFileSchema, type UncoveredFile } from '../../shared/page-documents.ts';
import { decodePath, pathBytes } from '../files/raw-path.ts';
import type { DatabaseSlot, ReadableDb, WritableDb } from './database-handle.ts';
import { preparedOnce } from './prepared-once.ts';

/** null for a file that is no longer among them. */
export type UncoveredChanges = ReadonlyMap<string, UncoveredFile | null>;

const columns = 'path, verdict, reason, detail, size_bytes, at_ms';
const rowSchema = uncoveredFileSchema
  .omit({ path: true, at: true })
  .extend({ path: z.instanceof(Buffer), at_ms: z.number() });

export class UncoveredStore {
  readonly #slot: DatabaseSlot;
  readonly #reads = preparedOnce(prepareReads);
  readonly #writes = preparedOnce(prepareWrites);

  constructor(slot: DatabaseSlot) {
    this.#slot = slot;
  }

  /** Up to `limit` of the newest, oldest first; none while the database does not answer. */
  newest(limit: number): readonly UncoveredFile[] {
    const rows = this.#slot.read<readonly unknown[]>((db) => this.#reads(db).newest.all(limit), []);
    return rows
      .map(readFile)
      .filter((file) => file !== null)
      .toReversed();
  }

  /** All of them together, with the next batch. */
  save(changes: UncoveredChanges): void {
    this.#slot.write((db) => {
      const { put, remove } = this.#writes(db);
      for (const [path, file] of changes) {
        const bytes = pathBytes(path);
        if (file === null) remove.run(bytes);
        else {
          const { verdict, reason, detail, size_bytes: size, at } = file;
          put.run(bytes, verdict, reason, detail.toWellFormed(), Math.round(size), Math.round(at * 1000));
        }
      }
    });
  }

  /** All but the newest go: what a full disk kept from being removed. */
  prune(limit: number): void {
    this.#slot.write((db) => this.#writes(db).prune.run(limit));
  }
}

/** The table holds some thousand rows, and is read once a start: no index for that. */
function prepareReads(db: ReadableDb) {
  return {
    newest: db.prepare<[number]>(
      `SELECT ${columns} FROM uncovered_files ORDER BY at_ms DESC, path DESC LIMIT ?`,
    ),
  };
}

function prepareWrites(db: WritableDb) {
  return {
    put: db.prepare<[Buffer, string, string, string, number, number]>(
      `INSERT INTO uncovered_files (${columns}) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (path) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason,
        detail = excluded.detail, size_bytes = excluded.size_bytes, at_ms = excluded.at_ms`,
    ),
    remove: db.prepare<[Buffer]>(`DELETE FROM uncovered_files WHERE path = ?`),
    prune: db.prepare<[number]>(
      `DELETE FROM uncovered_files WHERE path NOT IN
        (SELECT path FROM uncovered_files ORDER BY at_ms DESC, path DESC LIMIT ?)`,
    ),
  };
}

function readFile(row: unknown): UncoveredFile | null {
  const stored = rowSchema.safeParse(row);
  if (!stored.success) return null;
  const { path, at_ms: atMs, ...same } = stored.data;
  const file = uncoveredFileSchema.safeParse({ ...same, path: decodePath(path), at: atMs / 1000 });
  return file.success ? file.data : null;
}
