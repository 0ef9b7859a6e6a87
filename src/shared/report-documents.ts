// The documents that commands print with `--json`; one format each, its version after the slash.
import { z } from 'zod';
import { allowEntrySchema } from './allow-entry.ts';
import { findingActionSchema, findingSchema } from './finding.ts';
import { historyEventSchema, historyVerificationSchema } from './history-event.ts';
import { jobProgressSchema, jobSchema, scheduleSchema } from './job.ts';
import { verdictEventSchema } from './contract.ts';
import { unixSecondsSchema } from './file-place.ts';
import { pauseSchema, protectionSchema } from './protection.ts';
import { scanResultSchema } from './scan-report.ts';
import { tokenDocumentSchemas } from './token-documents.ts';
import { toolDocumentSchemas } from './tool-documents.ts';
import { vaultRecordSchema } from './vault-record.ts';

const base64 = z.string().optional().describe('the bytes, where the name is not UTF-8');
const placed = {
  path: z.string().describe('with U+FFFD for bytes that are not UTF-8'),
  path_base64: base64,
};
const placedOrNot = { path: placed.path.nullable(), path_base64: base64 };

export const reportedPathSchema = z.object(placed);
export type ReportedPath = Readonly<z.infer<typeof reportedPathSchema>>;

const reportedRoots = { roots: z.array(reportedPathSchema) };

export const reportedJobSchema = jobSchema.extend({
  ...reportedRoots,
  progress: jobProgressSchema.extend({ current_path: reportedPathSchema.nullable() }),
});
export type ReportedJob = Readonly<z.infer<typeof reportedJobSchema>>;

export const reportedScheduleSchema = scheduleSchema.extend(reportedRoots);
export type ReportedSchedule = Readonly<z.infer<typeof reportedScheduleSchema>>;

export const reportedFindingSchema = findingSchema.extend(placed);
export type ReportedFinding = Readonly<z.infer<typeof reportedFindingSchema>>;

export const reportedRecordSchema = vaultRecordSchema.extend({
  ...placed,
  other_links: z.array(reportedPathSchema),
});
export type ReportedRecord = Readonly<z.infer<typeof reportedRecordSchema>>;

export const reportedAllowEntrySchema = allowEntrySchema.extend({
  value: z.string().min(1).describe('with U+FFFD for bytes that are not UTF-8'),
  value_base64: base64,
});
export type ReportedAllowEntry = Readonly<z.infer<typeof reportedAllowEntrySchema>>;

export const reportedEventSchema = historyEventSchema.extend(placedOrNot);
export type ReportedEvent = Readonly<z.infer<typeof reportedEventSchema>>;

export const reportedOutcomeSchema = z.object({
  id: z.union([z.number(), z.string()]),
  ok: z.boolean(),
  text: z.string().describe('what happened, or why it did not'),
  needs_confirmation: z.boolean(),
  ...placedOrNot,
});
export type ReportedOutcome = Readonly<z.infer<typeof reportedOutcomeSchema>>;

export const jobsDocumentSchema = z.object({
  format: z.literal('vedette.jobs/1'),
  jobs: z.array(reportedJobSchema),
  schedules: z.array(reportedScheduleSchema),
});

export const jobDocumentSchema = z.object({
  format: z.literal('vedette.job/1'),
  job: reportedJobSchema,
  findings: z.array(reportedFindingSchema).optional().describe('with `jobs show` and `jobs start --follow`'),
});

export const threatsDocumentSchema = z.object({
  format: z.literal('vedette.threats/1'),
  total: z.number().int().nonnegative().describe('how many there are, listed or not'),
  findings: z.array(reportedFindingSchema),
});

export const quarantineDocumentSchema = z.object({
  format: z.literal('vedette.quarantine/1'),
  records: z.array(reportedRecordSchema),
});

export const outcomesDocumentSchema = z.object({
  format: z.literal('vedette.outcomes/1'),
  action: z.enum([...findingActionSchema.options, 'restore', 'delete', 'export']),
  outcomes: z.array(reportedOutcomeSchema),
});
export type OutcomesAction = z.infer<typeof outcomesDocumentSchema>['action'];

export const allowDocumentSchema = z.object({
  format: z.literal('vedette.allow/1'),
  entries: z.array(reportedAllowEntrySchema),
});

export const allowAddDocumentSchema = z.object({
  format: z.literal('vedette.allow-add/1'),
  entry: reportedAllowEntrySchema,
  is_new: z.boolean().describe('false: there was such an entry already'),
});

export const allowRemoveDocumentSchema = z.object({
  format: z.literal('vedette.allow-remove/1'),
  removed: z.array(reportedAllowEntrySchema),
  not_found: z.array(z.number().int()),
});

export const historyDocumentSchema = z.object({
  format: z.literal('vedette.history/1'),
  events: z.array(reportedEventSchema).describe('newest first'),
});

export const historyVerifyDocumentSchema = historyVerificationSchema.extend({
  format: z.literal('vedette.history-verify/1'),
});

export const pauseDocumentSchema = pauseSchema.extend({ format: z.literal('vedette.pause/1') });

export const resumeDocumentSchema = z.object({
  format: z.literal('vedette.resume/1'),
  was_paused: z.boolean(),
});

export const brakeDocumentSchema = z.object({
  format: z.literal('vedette.brake/1'),
  on: z.boolean(),
  reason: z.string(),
});

export const brakeReleaseDocumentSchema = z.object({
  format: z.literal('vedette.brake-release/1'),
  was_on: z.boolean(),
});

/** One line of `vedette watch --ndjson`. */
export const reportedFeedEventSchema = z.discriminatedUnion('kind', [
  verdictEventSchema.extend({ result: scanResultSchema }),
  z.object({ kind: z.literal('finding'), at: unixSecondsSchema, finding: reportedFindingSchema }),
  z.object({ kind: z.literal('job'), at: unixSecondsSchema, job: reportedJobSchema }),
  z.object({ kind: z.literal('protection'), at: unixSecondsSchema, protection: protectionSchema }),
  z.object({ kind: z.literal('history'), at: unixSecondsSchema, event: reportedEventSchema }),
  z
    .object({ kind: z.literal('omitted'), at: unixSecondsSchema, events: z.number().int().positive() })
    .describe('so many lines were left out, because nobody read them'),
]);
export type ReportedFeedEvent = Readonly<z.infer<typeof reportedFeedEventSchema>>;

/** Every one of them by the name of its format. */
export const reportDocumentSchemas = {
  'vedette.jobs/1': jobsDocumentSchema,
  'vedette.job/1': jobDocumentSchema,
  'vedette.threats/1': threatsDocumentSchema,
  'vedette.quarantine/1': quarantineDocumentSchema,
  'vedette.outcomes/1': outcomesDocumentSchema,
  'vedette.allow/1': allowDocumentSchema,
  'vedette.allow-add/1': allowAddDocumentSchema,
  'vedette.allow-remove/1': allowRemoveDocumentSchema,
  'vedette.history/1': historyDocumentSchema,
  'vedette.history-verify/1': historyVerifyDocumentSchema,
  'vedette.pause/1': pauseDocumentSchema,
  'vedette.resume/1': resumeDocumentSchema,
  'vedette.brake/1': brakeDocumentSchema,
  'vedette.brake-release/1': brakeReleaseDocumentSchema,
  ...tokenDocumentSchemas,
  ...toolDocumentSchemas,
} as const;
export type ReportDocument = Readonly<
  z.infer<(typeof reportDocumentSchemas)[keyof typeof reportDocumentSchemas]>
>;
