// The SQL of the verdict cache; each hot query goes through an index, whatever the size of the tables.
import type { ReadableDb, WritableDb } from './database-handle.ts';
import { verdictColumns, type Row } from './stored-rows.ts';

/**
 * CROSS JOIN keeps the order of the tables: the planner would otherwise go through all of the larger one.
 * Of a content there are at most the row of the generation and findings of others. Text costs half of what a Buffer
 * does on its way to JavaScript.
 */
const wantedContents = `contents AS c ON ${sameHash('c', 'f.sha256')} AND (c.generation = ? OR c.kind <> 'clean')`;

/** Through the index, which holds the beginning of each hash. */
export function sameHash(table: string, hash: string): string {
  return `substr(${table}.sha256, 1, 6) = substr(${hash}, 1, 6) AND ${table}.sha256 = ${hash}`;
}

export function prepareReads(db: ReadableDb) {
  return {
    files: db
      .prepare<[string, string], Row>(
        `SELECT k.key, lower(hex(f.sha256)), f.hashed_at_ms, ${verdictColumns}
        FROM json_each(?) AS k CROSS JOIN files AS f ON f.identity = k.value LEFT JOIN ${wantedContents}`,
      )
      .raw(),
    contents: db
      .prepare<[string, string], Row>(
        `SELECT k.key, ${verdictColumns}
        FROM json_each(?) AS k CROSS JOIN contents AS c
          ON ${sameHash('c', 'unhex(k.value)')} AND (c.generation = ? OR c.kind <> 'clean')`,
      )
      .raw(),
    mostRecent: db
      .prepare<[number, string], Row>(
        `SELECT f.id, lower(hex(f.sha256)), f.hashed_at_ms, ${verdictColumns}, f.identity
        FROM (SELECT * FROM files ORDER BY hashed_at_ms DESC, id DESC LIMIT ?) AS f LEFT JOIN ${wantedContents}
        ORDER BY f.hashed_at_ms DESC, f.id DESC`,
      )
      .raw(),
    recentPaths: db
      .prepare<[number], Row>(`SELECT path, identity FROM files ORDER BY hashed_at_ms DESC, id DESC LIMIT ?`)
      .raw(),
    identitiesAfter: db
      .prepare<[number, number], Row>(`SELECT id, identity FROM files WHERE id > ? ORDER BY id LIMIT ?`)
      .raw(),
    about: db.prepare<[], Row>(`SELECT store_id, files, contents FROM about`).raw(),
    usedBytes: db
      .prepare<[]>(
        `SELECT (page_count - freelist_count) * page_size
        FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
      )
      .pluck(),
  };
}

export function prepareWrites(db: WritableDb) {
  return {
    renewFile: db.prepare<[Buffer, Buffer, number, string]>(
      `UPDATE files SET path = ?, sha256 = ?, hashed_at_ms = ? WHERE identity = ?`,
    ),
    insertFile: db.prepare<[Buffer, Buffer, number, string]>(
      `INSERT INTO files (path, sha256, hashed_at_ms, identity) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    deleteFilesBetween: db.prepare<[string, string, string]>(
      `DELETE FROM files WHERE identity > ? AND identity < ? AND identity <> ?`,
    ),
    /** What the new row takes the place of: the one before it, and a finding of another generation. */
    deleteReplaced: db.prepare<[{ readonly sha256: Buffer; readonly generation: string }]>(
      `DELETE FROM contents
        WHERE ${sameHash('contents', ':sha256')} AND (generation = :generation OR kind <> 'clean')`,
    ),
    insertContent: db.prepare<ContentValues>(
      `INSERT INTO contents (sha256, ${verdictColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    deleteExpiredFiles: db.prepare<[number, number]>(
      `DELETE FROM files WHERE id IN
        (SELECT id FROM files WHERE hashed_at_ms < ? ORDER BY hashed_at_ms LIMIT ?)`,
    ),
    deleteExpiredClean: db.prepare<[number, number]>(
      `DELETE FROM contents WHERE id IN (SELECT id FROM contents
        WHERE kind = 'clean' AND scanned_at_ms < ? ORDER BY scanned_at_ms LIMIT ?)`,
    ),
    deleteExpiredFindings: db.prepare<[number, number]>(
      `DELETE FROM contents WHERE id IN (SELECT id FROM contents
        WHERE kind <> 'clean' AND scanned_at_ms < ? ORDER BY scanned_at_ms LIMIT ?)`,
    ),
    addToAbout: db.prepare<[number, number]>(`UPDATE about SET files = files + ?, contents = contents + ?`),
    renewAbout: db.prepare<[]>(
      `UPDATE about SET store_id = lower(hex(randomblob(16))), files = 0, contents = 0`,
    ),
    clearFiles: db.prepare<[]>(`DELETE FROM files`),
    clearContents: db.prepare<[]>(`DELETE FROM contents`),
    clearEngineStarts: db.prepare<[]>(`DELETE FROM engine_starts`),
  };
}

export type ContentValues = [
  sha256: Buffer,
  generation: string,
  kind: string,
  detections: string | null,
  engines: string,
  sizeBytes: number,
  scanMs: number,
  scannedAtMs: number,
];
