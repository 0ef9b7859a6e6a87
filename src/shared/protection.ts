// How well this machine is protected at the moment: the evidence, and what follows from it in one sentence.
import { z } from 'zod';
import { innerPathSchema, unixSecondsSchema } from './file-place.ts';

const count = z.number().int().nonnegative();

export const folderHealthSchema = z.object({
  path: innerPathSchema,
  path_base64: z.string().optional().describe('in printed documents: the bytes, where the name is not UTF-8'),
  /** `degraded`: not (wholly) watched, covered by sweeps. `gone`: not there; watched again as soon as it is. */
  state: z.enum(['starting', 'watching', 'degraded', 'gone']),
  cause: z.string().describe('what is wrong, in one sentence; empty while it is watched'),
  remedy: z.string().describe('what to do about it, with the exact command where there is one; may be empty'),
  removable: z.boolean(),
  folders: count.describe('folders in it that are watched'),
  since: unixSecondsSchema.describe('when this state began'),
  /** From the write of the canary to its verdict, milliseconds; null before the first. */
  canary_ms: z.number().nonnegative().nullable(),
  canary_at: unixSecondsSchema.nullable().describe('when the last canary got its verdict'),
  canary_missed: z.boolean().describe('the last canary got no verdict in time'),
});
export type FolderHealth = Readonly<z.infer<typeof folderHealthSchema>>;

export const sweepStateSchema = z.object({
  state: z.enum(['idle', 'running', 'paused']),
  cause: z.string().describe('why the current or the last one was started'),
  files: count.describe('files looked at by it'),
  started_at: unixSecondsSchema.nullable(),
  ended_at: unixSecondsSchema.nullable(),
  next_at: unixSecondsSchema.nullable(),
});
export type SweepState = Readonly<z.infer<typeof sweepStateSchema>>;

export const watcherHealthSchema = z.object({
  state: z.enum(['starting', 'running', 'restarting', 'off']),
  restarts: count,
  /** Longest time the watcher did not turn its loop within the last minute, milliseconds. */
  loop_delay_ms: z.number().nonnegative(),
  folders: z.array(folderHealthSchema),
});

export const pauseSchema = z.object({
  /** null: until Vedette is started again, or a person ends it. */
  until: unixSecondsSchema.nullable(),
  since: unixSecondsSchema,
  actor: z.string(),
});
export type Pause = Readonly<z.infer<typeof pauseSchema>>;

export const protectionEvidenceSchema = z.object({
  /** `[watch] enabled`. */
  enabled: z.boolean(),
  pause: pauseSchema.nullable(),
  engines: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['ready', 'reduced', 'unavailable']),
      detail: z.string(),
    }),
  ),
  /** Days since the newest signatures were made; null where nobody can tell. */
  signature_age_days: z.number().nonnegative().nullable(),
  watcher: watcherHealthSchema,
  sweep: sweepStateSchema,
  /** Files that wait for a verdict. */
  backlog: count,
  /** Files whose request found the queue full since the last sweep that covered them. */
  put_off: count,
  lost_events: count,
  open_findings: count,
  brake: z.object({ on: z.boolean(), reason: z.string() }),
  /** Databases, vault and the like; each a sentence. */
  problems: z.array(z.string()),
});
export type ProtectionEvidence = Readonly<z.infer<typeof protectionEvidenceSchema>>;

/** From best to worst: `protected`, `reduced` (fewer engines), `attention`, `threat`, `paused`, `off`. */
export const protectionStateSchema = z.enum([
  'protected',
  'reduced',
  'attention',
  'threat',
  'paused',
  'off',
  'not_running',
]);
export type ProtectionState = z.infer<typeof protectionStateSchema>;

export const protectionSchema = z.object({
  state: protectionStateSchema,
  /** The state in one sentence. */
  sentence: z.string(),
  /** What to do, most urgent first; each a sentence, with the exact command where there is one. */
  advice: z.array(z.string()),
  evidence: protectionEvidenceSchema.nullable().describe('null when no Vedette watches'),
});
export type Protection = Readonly<z.infer<typeof protectionSchema>>;
