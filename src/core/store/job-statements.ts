// The SQL of jobs and runs of schedules; jobs that have ended are found by number only.
import type { ReadableDb, WritableDb } from './database-handle.ts';

const columns = 'id, kind, schedule, roots, state, problem, created_at_ms, ended_at_ms, resumes, progress';
const unfinished = `state IN ('running', 'paused', 'interrupted')`;

export interface JobColumns {
  readonly id: number;
  readonly kind: string;
  readonly schedule: string | null;
  readonly roots: string;
  readonly state: string;
  readonly problem: string;
  readonly created_at_ms: number;
  readonly ended_at_ms: number | null;
  readonly resumes: number;
  readonly progress: string;
}

export interface NewJobColumns {
  readonly kind: string;
  readonly schedule: string | null;
  readonly roots: string;
  readonly createdAtMs: number;
  readonly progress: string;
}

export function prepareReads(db: ReadableDb) {
  return {
    one: db.prepare<[number]>(`SELECT ${columns} FROM jobs WHERE id = ?`),
    newest: db.prepare<[number]>(`SELECT ${columns} FROM jobs ORDER BY id DESC LIMIT ?`),
    unfinished: db.prepare<[]>(`SELECT ${columns} FROM jobs WHERE ${unfinished} ORDER BY id`),
    scheduleRun: db.prepare<[string]>(
      `SELECT last_run_at_ms AS lastRunAtMs, job_id AS jobId FROM schedule_runs WHERE text = ?`,
    ),
  };
}

export function prepareWrites(db: WritableDb) {
  return {
    insert: db.prepare<[NewJobColumns]>(
      `INSERT INTO jobs (kind, schedule, roots, state, problem, created_at_ms, ended_at_ms, resumes, progress)
      VALUES (@kind, @schedule, @roots, 'running', '', @createdAtMs, NULL, 0, @progress)
      RETURNING ${columns}`,
    ),
    save: db.prepare<[JobColumns]>(
      `INSERT INTO jobs (${columns})
      VALUES (@id, @kind, @schedule, @roots, @state, @problem, @created_at_ms, @ended_at_ms, @resumes, @progress)
      ON CONFLICT (id) DO UPDATE SET roots = @roots, state = @state, problem = @problem,
        ended_at_ms = @ended_at_ms, resumes = @resumes, progress = @progress`,
    ),
    firstBeyond: db
      .prepare<[number], number>(`SELECT id FROM jobs ORDER BY id DESC LIMIT 1 OFFSET ?`)
      .pluck(),
    removeUpTo: db.prepare<[number]>(`DELETE FROM jobs WHERE id <= ? AND NOT ${unfinished}`),
    unlinkRemoved: db.prepare<[number]>(
      `DELETE FROM finding_jobs WHERE job_id <= ? AND job_id NOT IN (SELECT id FROM jobs WHERE ${unfinished})`,
    ),
    recordRun: db.prepare<[string, number, number | null]>(
      `INSERT INTO schedule_runs (text, last_run_at_ms, job_id) VALUES (?, ?, ?)
      ON CONFLICT (text) DO UPDATE SET last_run_at_ms = excluded.last_run_at_ms, job_id = excluded.job_id`,
    ),
    removeOldRuns: db.prepare<[number]>(
      `DELETE FROM schedule_runs WHERE rowid IN
        (SELECT rowid FROM schedule_runs ORDER BY last_run_at_ms DESC LIMIT -1 OFFSET ?)`,
    ),
  };
}
