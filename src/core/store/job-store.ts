// Jobs and runs of schedules as they were last told: what ended with the process is found again with the next start.
import { z } from 'zod';
import { jobSchema, noProgress, type Job } from '../../shared/job.ts';
import type { PromptDatabaseSlot } from './database-handle.ts';
import { prepareReads, prepareWrites, type JobColumns } from './job-statements.ts';
import { preparedOnce } from './prepared-once.ts';
import { readJson } from './stored-rows.ts';

export interface JobDraft {
  readonly kind: Job['kind'];
  /** The schedule that starts it; null for a person. */
  readonly schedule: string | null;
  readonly roots: readonly string[];
  readonly createdAtMs: number;
}

export interface ScheduleRun {
  readonly lastRunAtMs: number;
  /** null where the run made no job. */
  readonly jobId: number | null;
}

const jobsKept = 1000;
const scheduleRunsKept = 1000;

const rowSchema = jobSchema
  .pick({ id: true, kind: true, schedule: true, state: true, problem: true, resumes: true })
  .extend({
    roots: z.string(),
    progress: z.string(),
    created_at_ms: z.number(),
    ended_at_ms: z.number().nullable(),
  });
const scheduleRunSchema = z.object({ lastRunAtMs: z.number(), jobId: z.number().nullable() });

export class JobStore {
  readonly #slot: PromptDatabaseSlot;
  readonly #jobsKept: number;
  readonly #reads = preparedOnce(prepareReads);
  readonly #writes = preparedOnce(prepareWrites);
  #hasQueued = false;

  constructor(slot: PromptDatabaseSlot, options: { readonly jobsKept?: number } = {}) {
    this.#slot = slot;
    this.#jobsKept = options.jobsKept ?? jobsKept;
  }

  /** A running job with the next number; the oldest that have ended go. null when the database takes nothing now. */
  insert({ kind, schedule, roots, createdAtMs }: JobDraft): Job | null {
    const values = { kind, schedule, roots: JSON.stringify(roots), createdAtMs: Math.round(createdAtMs) };
    return this.#slot.writeNow((db) => {
      const writes = this.#writes(db);
      const row = writes.insert.get({ ...values, progress: JSON.stringify(noProgress) });
      const lastRemoved = writes.firstBeyond.get(this.#jobsKept);
      if (lastRemoved !== undefined) {
        writes.removeUpTo.run(lastRemoved);
        writes.unlinkRemoved.run(lastRemoved);
      }
      return readJob(row);
    }, null);
  }

  /** Queued; a database that was begun anew meanwhile gets the whole job. */
  save(job: Job): void {
    const { created_at: createdAt, ended_at: endedAt, roots, progress, problem, ...same } = job;
    const values: JobColumns = {
      ...same,
      roots: JSON.stringify(roots),
      problem: problem.toWellFormed(),
      created_at_ms: Math.round(createdAt * 1000),
      ended_at_ms: endedAt === null ? null : Math.round(endedAt * 1000),
      progress: JSON.stringify(progress),
    };
    this.#hasQueued = true;
    this.#slot.write((db) => void this.#writes(db).save.run(values));
  }

  get(id: number): Job | null {
    this.#settle();
    return this.#slot.read((db) => readJob(this.#reads(db).one.get(id)), null);
  }

  /** Newest first. */
  list(limit: number): readonly Job[] {
    this.#settle();
    return readJobs(this.#slot.read((db) => this.#reads(db).newest.all(limit), []));
  }

  /** Running, paused or interrupted; oldest first. */
  unfinished(): readonly Job[] {
    this.#settle();
    return readJobs(this.#slot.read((db) => this.#reads(db).unfinished.all(), []));
  }

  /** @param text of the schedule, as it stands in the configuration. */
  scheduleRun(text: string): ScheduleRun | null {
    this.#settle();
    const row = this.#slot.read((db) => this.#reads(db).scheduleRun.get(text), undefined);
    const parsed = scheduleRunSchema.safeParse(row);
    return parsed.success ? parsed.data : null;
  }

  /** Queued; of schedules that are gone, those that ran last are kept. */
  recordScheduleRun(text: string, atMs: number, jobId: number | null): void {
    this.#hasQueued = true;
    this.#slot.write((db) => {
      const writes = this.#writes(db);
      writes.recordRun.run(text, Math.round(atMs), jobId);
      writes.removeOldRuns.run(scheduleRunsKept);
    });
  }

  /** So that what was saved is what is read. */
  #settle(): void {
    if (this.#hasQueued) this.#hasQueued = !this.#slot.writeNow(() => true, false);
  }
}

function readJobs(rows: readonly unknown[]): readonly Job[] {
  return rows.map(readJob).filter((job) => job !== null);
}

/** null for a row that nobody wrote like this. */
function readJob(row: unknown): Job | null {
  const stored = rowSchema.safeParse(row);
  if (!stored.success) return null;
  const { roots, progress, created_at_ms: createdAtMs, ended_at_ms: endedAtMs, ...same } = stored.data;
  const job = jobSchema.safeParse({
    ...same,
    roots: readJson(roots),
    progress: readJson(progress),
    created_at: createdAtMs / 1000,
    ended_at: endedAtMs === null ? null : endedAtMs / 1000,
  });
  return job.success ? job.data : null;
}
