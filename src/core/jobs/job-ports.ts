// What scan jobs need from the rest of the house: somebody who scans, and a place where jobs outlive the process.
import type { Job, JobKind } from '../../shared/job.ts';
import type { VerdictKind } from '../../shared/verdict.ts';

/** One file that has its verdict. */
export interface JobFile {
  readonly path: string;
  readonly kind: VerdictKind;
  readonly sizeBytes: number;
  readonly cached: boolean;
}

export interface JobTask {
  readonly kind: JobKind;
  readonly roots: readonly string[];
  readonly scheduled: boolean;
  readonly jobId: number;
  readonly signal: AbortSignal;
  /** Awaited before each batch: this is how a job rests. */
  readonly gate: () => Promise<void> | undefined;
  /** Once a file. */
  readonly onFile: (file: JobFile) => void;
  readonly onTotal: (files: number) => void;
}

/** Resolves when every file has its verdict, or soon after an abort. */
export type RunJob = (task: JobTask) => Promise<void>;

export interface JobRequest {
  readonly kind: JobKind;
  /** Absolute paths for `custom`; empty for the others, which have their own. */
  readonly roots: readonly string[];
  /** The schedule that starts it; none for a person. */
  readonly schedule?: string | null;
  readonly actor: string;
}

export interface JobDraft {
  readonly kind: JobKind;
  readonly schedule: string | null;
  readonly roots: readonly string[];
  readonly createdAtMs: number;
}

export interface ScheduleRun {
  readonly lastRunAtMs: number;
  /** null: nothing has run yet; the schedule was first seen then. */
  readonly jobId: number | null;
}

export interface ScheduleStorePort {
  scheduleRun(text: string): ScheduleRun | null;
  recordScheduleRun(text: string, atMs: number, jobId: number | null): void;
}

export interface JobStorePort extends ScheduleStorePort {
  /** null when it cannot be stored. */
  insert(draft: JobDraft): Job | null;
  save(job: Job): void;
  get(id: number): Job | null;
  /** Newest first. */
  list(limit: number): readonly Job[];
  /** Those that are running, paused or interrupted. */
  unfinished(): readonly Job[];
}
