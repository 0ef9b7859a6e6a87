// A scan of many files as people see it: what it looks through, how far it is, and what it found.
import { z } from 'zod';
import { innerPathSchema, unixSecondsSchema } from './file-place.ts';

export const jobKindSchema = z.enum(['quick', 'full', 'custom']);
export type JobKind = z.infer<typeof jobKindSchema>;

/** `interrupted`: Vedette ended while it ran; it goes on with the next start. */
export const jobStateSchema = z.enum(['running', 'paused', 'interrupted', 'done', 'cancelled', 'failed']);
export type JobState = z.infer<typeof jobStateSchema>;

const count = z.number().int().nonnegative();

export const jobProgressSchema = z.object({
  files: count.describe('files that have their verdict'),
  total_files: count.nullable().describe('null until they are counted'),
  bytes: z.number().nonnegative(),
  clean: count,
  infected: count,
  suspicious: count,
  partial: count,
  unscannable: count,
  from_cache: count,
  current_path: innerPathSchema.nullable(),
  active_seconds: z.number().nonnegative().describe('time it ran, without pauses'),
  files_per_second: z.number().nonnegative(),
  remaining_seconds: z.number().nonnegative().nullable().describe('an estimate; null where there is none'),
});
export type JobProgress = Readonly<z.infer<typeof jobProgressSchema>>;

/** Of a job that has looked at nothing yet. */
export const noProgress: JobProgress = {
  files: 0,
  total_files: null,
  bytes: 0,
  clean: 0,
  infected: 0,
  suspicious: 0,
  partial: 0,
  unscannable: 0,
  from_cache: 0,
  current_path: null,
  active_seconds: 0,
  files_per_second: 0,
  remaining_seconds: null,
};

export const jobSchema = z.object({
  id: z.number().int().positive(),
  kind: jobKindSchema,
  schedule: z.string().nullable().describe('the schedule that started it; null for a person'),
  roots: z.array(innerPathSchema),
  state: jobStateSchema,
  problem: z.string().describe('why it failed; otherwise empty'),
  created_at: unixSecondsSchema,
  ended_at: unixSecondsSchema.nullable(),
  resumes: count.describe('how often it went on after a restart'),
  progress: jobProgressSchema,
});
export type Job = Readonly<z.infer<typeof jobSchema>>;

export const scheduleSchema = z.object({
  /** As it stands in `[scanning] schedules`. */
  text: z.string(),
  kind: jobKindSchema,
  roots: z.array(innerPathSchema),
  next_run_at: unixSecondsSchema.nullable(),
  last_run_at: unixSecondsSchema.nullable(),
  last_state: jobStateSchema.nullable(),
  missed: count.describe('runs that fell into a time when Vedette was off, since the last run'),
});
export type Schedule = Readonly<z.infer<typeof scheduleSchema>>;
