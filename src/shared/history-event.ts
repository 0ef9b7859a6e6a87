// What happened, as it is kept for good: every record carries the hash of the one before it.
import { z } from 'zod';
import { innerPathSchema, unixSecondsSchema } from './file-place.ts';

export const historyKinds = [
  'detection',
  'quarantined',
  'quarantine_failed',
  'restored',
  'restore_failed',
  'deleted',
  'exported',
  'expired',
  'recovered',
  'allowed',
  'disallowed',
  'dismissed',
  'reopened',
  'excluded',
  'exclusion_ended',
  'brake_on',
  'brake_off',
  'protection_on',
  'protection_off',
  'snoozed',
  'snooze_ended',
  'watch_started',
  'watch_stopped',
  'folder_degraded',
  'folder_watched',
  'folder_gone',
  'watcher_restarted',
  'events_lost',
  'canary_missed',
  'job_started',
  'job_ended',
  'signatures_updated',
  'settings_changed',
  'error',
] as const;
export const historyKindSchema = z.enum(historyKinds);
export type HistoryKind = z.infer<typeof historyKindSchema>;

/** What is written down; the store adds number, time and hashes. */
export interface HistoryNote {
  readonly kind: HistoryKind;
  /** A person (`user NAME`), `policy`, or `system`. */
  readonly actor: string;
  /** One sentence for a person. */
  readonly text: string;
  readonly path?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export const historyEventSchema = z.object({
  /** From 1, without gaps. */
  number: z.number().int().positive(),
  at: unixSecondsSchema,
  kind: historyKindSchema,
  actor: z.string(),
  text: z.string(),
  path: innerPathSchema.nullable(),
  details: z.record(z.string(), z.unknown()),
  previous_hash: z.string(),
  hash: z.string(),
});
export type HistoryEvent = Readonly<z.infer<typeof historyEventSchema>>;

export const historyVerificationSchema = z.object({
  intact: z.boolean(),
  records: z.number().int().nonnegative(),
  first_number: z.number().int().positive().nullable().describe('older records were removed by age'),
  /** null when intact. */
  broken_at: z.number().int().positive().nullable(),
  problem: z.string(),
});
export type HistoryVerification = Readonly<z.infer<typeof historyVerificationSchema>>;
