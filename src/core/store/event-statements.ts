// The SQL of the chained history; every query goes along the numbers, or along the numbers of one kind.
import type { ReadableDb, WritableDb } from './database-handle.ts';
import type { EventRow } from './event-rows.ts';

const columns = 'number, at_ms, kind, actor, text, path, details, previous_hash, hash';

export function prepareReads(db: ReadableDb) {
  return {
    start: db.prepare<[]>(`SELECT chain, number, hash, told_anchor FROM chain_start`),
    last: db.prepare<[]>(`SELECT number, hash FROM events ORDER BY number DESC LIMIT 1`),
    hashOf: db.prepare<[number], string>(`SELECT hash FROM events WHERE number = ?`).pluck(),
    count: db.prepare<[], number>(`SELECT count(*) FROM events`).pluck(),
    newest: db.prepare<[number, number]>(
      `SELECT ${columns} FROM events WHERE number < ? ORDER BY number DESC LIMIT ?`,
    ),
    newestOfKind: db
      .prepare<[string, number, number], number>(
        `SELECT number FROM events WHERE kind = ? AND number < ? ORDER BY number DESC LIMIT ?`,
      )
      .pluck(),
    one: db.prepare<[number]>(`SELECT ${columns} FROM events WHERE number = ?`),
    all: db.prepare<[], readonly unknown[]>(`SELECT ${columns} FROM events ORDER BY number`).raw(),
    textBytes: db
      .prepare<[number], readonly unknown[]>(
        `SELECT CAST(kind AS BLOB), CAST(actor AS BLOB), CAST(text AS BLOB), CAST(details AS BLOB),
          CAST(previous_hash AS BLOB), CAST(hash AS BLOB)
        FROM events WHERE number = ?`,
      )
      .raw(),
  };
}

export function prepareWrites(db: WritableDb) {
  return {
    insert: db.prepare<[EventRow]>(
      `INSERT INTO events (${columns})
      VALUES (@number, @at_ms, @kind, @actor, @text, @path, @details, @previous_hash, @hash)`,
    ),
    /** Somebody removed it: the records go on, under a name that no anchor knows. */
    restoreStart: db.prepare<[]>(
      `INSERT INTO chain_start (id, chain, number, hash, told_anchor)
      VALUES (1, lower(hex(randomblob(16))), 0, lower(hex(zeroblob(32))), '')`,
    ),
    tell: db.prepare<[string]>(`UPDATE chain_start SET told_anchor = ?`),
    firstNumber: db.prepare<[], number>(`SELECT number FROM events ORDER BY number LIMIT 1`).pluck(),
    lastUpTo: db.prepare<[number]>(
      `SELECT number, hash FROM events WHERE number <= ? ORDER BY number DESC LIMIT 1`,
    ),
    removeUpTo: db.prepare<[number]>(`DELETE FROM events WHERE number <= ?`),
    moveStart: db.prepare<[number, string]>(`UPDATE chain_start SET number = ?, hash = ?`),
  };
}
