// A detection that somebody has to know of: what was found where, and what came of it.
import { z } from 'zod';
import { innerPathSchema, sha256Schema, unixSecondsSchema } from './file-place.ts';
import { origins } from './scan.ts';
import { detectionSchema, severitySchema } from './verdict.ts';

/**
 * `open`: the file is where it was and nothing was decided. `quarantined`: in the vault. `allowed`: the allow-list names
 * it. `dismissed`: a person has seen it and left it alone. `gone`: the file is no longer there, or no longer the same.
 */
export const findingStateSchema = z.enum(['open', 'quarantined', 'allowed', 'dismissed', 'gone']);
export type FindingState = z.infer<typeof findingStateSchema>;

/** What a person can do about one. `reopen` undoes `dismiss`. */
export const findingActionSchema = z.enum(['quarantine', 'allow', 'dismiss', 'reopen']);
export type FindingAction = z.infer<typeof findingActionSchema>;

export const findingSchema = z.object({
  id: z.number().int().positive(),
  path: innerPathSchema,
  identity: z.string().describe('device:inode:size:mtime:ctime of the file that was scanned'),
  sha256: sha256Schema.nullable(),
  size_bytes: z.number().nonnegative(),
  verdict: z.enum(['infected', 'suspicious']),
  severity: severitySchema.describe('the highest of its detections'),
  detections: z.array(detectionSchema).min(1),
  origin: z.enum(origins),
  state: findingStateSchema,
  note: z.string().describe('why it is in this state, in one sentence; empty when there is nothing to say'),
  vault_id: z.string().nullable(),
  found_at: unixSecondsSchema,
  seen_at: unixSecondsSchema.describe('the last time a scan found it'),
});
export type Finding = Readonly<z.infer<typeof findingSchema>>;
