// The SQL of the findings; every query goes along an index: of the path, the state, the severity, the job, the content or the object in the vault.
import type { ReadableDb, WritableDb } from './database-handle.ts';

const columns = `id, path, identity, sha256, size_bytes, verdict, detections, origin, state, note, vault_id,
  found_at_ms, seen_at_ms`;
const ofJob = `finding_jobs AS j CROSS JOIN findings AS f ON f.id = j.finding_id
  WHERE j.job_id = ? AND f.state IN (SELECT value FROM json_each(?))`;

export function prepareReads(db: ReadableDb) {
  return {
    one: db.prepare<[number]>(`SELECT ${columns} FROM findings WHERE id = ?`),
    newestOf: db
      .prepare<[string, number, number], number>(
        `SELECT id FROM findings WHERE state = ? AND id < ? ORDER BY id DESC LIMIT ?`,
      )
      .pluck(),
    newestOfJob: db
      .prepare<[number, string, number, number], number>(
        `SELECT f.id FROM ${ofJob} AND j.finding_id < ? ORDER BY j.finding_id DESC LIMIT ?`,
      )
      .pluck(),
    count: db.prepare<[string], number>(`SELECT count(*) FROM findings WHERE state = ?`).pluck(),
    countOfJob: db.prepare<[number, string], number>(`SELECT count(*) FROM ${ofJob}`).pluck(),
    openAfter: db.prepare<[number, number]>(
      `SELECT id, path, identity FROM findings WHERE state = 'open' AND id > ? ORDER BY id LIMIT ?`,
    ),
    ofContent: db.prepare<[string, number]>(
      `SELECT ${columns} FROM findings WHERE sha256 = ? ORDER BY id DESC LIMIT ?`,
    ),
    /** Those found before a moment, or at that moment with a smaller id: [id, found_at_ms]. */
    recentOf: db
      .prepare<[string, number, number, number], [number, number]>(
        `SELECT id, found_at_ms FROM findings WHERE severity = ? AND (found_at_ms, id) < (?, ?)
        ORDER BY found_at_ms DESC, id DESC LIMIT ?`,
      )
      .raw(),
    ofVault: db.prepare<[string]>(
      `SELECT ${columns} FROM findings WHERE vault_id = ? ORDER BY id DESC LIMIT 1`,
    ),
  };
}

export interface FindingColumns {
  readonly path: Buffer;
  readonly identity: string;
  readonly sha256: string | null;
  readonly sizeBytes: number;
  readonly verdict: string;
  readonly severity: string;
  readonly detections: string;
  readonly detectionNames: string;
  readonly origin: string;
  readonly state: string;
  readonly note: string;
  readonly vaultId: string | null;
  readonly atMs: number;
}

export interface FindingChange {
  readonly id: number;
  readonly state: string;
  readonly note: string;
  readonly vaultId: string | null;
  readonly atMs: number;
}

export function prepareWrites(db: WritableDb) {
  return {
    /** The same place, the same content, the same detections, and still something that is there. */
    same: db.prepare<[FindingColumns]>(
      `SELECT ${columns} FROM findings
      WHERE path = @path AND detection_names = @detectionNames AND state IN ('open', 'dismissed', 'allowed')
        AND CASE WHEN sha256 IS NULL OR @sha256 IS NULL THEN identity = @identity ELSE sha256 = @sha256 END
      ORDER BY id DESC LIMIT 1`,
    ),
    insert: db
      .prepare<[FindingColumns], number>(
        `INSERT INTO findings (path, identity, sha256, size_bytes, verdict, severity, detections, detection_names,
          origin, state, note, vault_id, found_at_ms, seen_at_ms, changed_at_ms)
        VALUES (@path, @identity, @sha256, @sizeBytes, @verdict, @severity, @detections, @detectionNames,
          @origin, @state, @note, @vaultId, @atMs, @atMs, @atMs)
        RETURNING id`,
      )
      .pluck(),
    seeAgain: db.prepare<[FindingColumns & { readonly id: number }]>(
      `UPDATE findings SET identity = @identity, sha256 = coalesce(@sha256, sha256), size_bytes = @sizeBytes,
        verdict = @verdict, severity = @severity, detections = @detections, vault_id = @vaultId, note = @note,
        seen_at_ms = max(seen_at_ms, @atMs),
        changed_at_ms = CASE state WHEN @state THEN changed_at_ms ELSE @atMs END, state = @state
      WHERE id = @id`,
    ),
    /** What was found in this place before is not what is there now. */
    supersede: db.prepare<
      [{ readonly path: Buffer; readonly id: number; readonly note: string; readonly atMs: number }]
    >(
      `UPDATE findings SET state = 'gone', note = @note, changed_at_ms = @atMs
      WHERE path = @path AND state = 'open' AND id <> @id`,
    ),
    change: db.prepare<[FindingChange]>(
      `UPDATE findings SET state = @state, note = @note, vault_id = @vaultId, changed_at_ms = @atMs WHERE id = @id`,
    ),
    link: db.prepare<[number, number]>(
      `INSERT OR IGNORE INTO finding_jobs (job_id, finding_id) VALUES (?, ?)`,
    ),
    countClosed: db.prepare<[], number>(`SELECT count(*) FROM findings WHERE state <> 'open'`).pluck(),
    oldestClosed: db
      .prepare<[number], number>(
        `SELECT id FROM findings WHERE state <> 'open' ORDER BY changed_at_ms, id LIMIT ?`,
      )
      .pluck(),
    unlink: db.prepare<[number]>(`DELETE FROM finding_jobs WHERE finding_id = ?`),
    remove: db.prepare<[number]>(`DELETE FROM findings WHERE id = ?`),
  };
}
