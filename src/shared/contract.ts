// Every call to a running Vedette and every event it tells of; local socket, IPC and HTTP only carry them.
import { z } from 'zod';
import { allowEntrySchema, allowKindSchema } from './allow-entry.ts';
import { innerPathSchema, unixSecondsSchema } from './file-place.ts';
import { findingActionSchema, findingSchema, findingStateSchema } from './finding.ts';
import { historyEventSchema, historyKindSchema, historyVerificationSchema } from './history-event.ts';
import { jobKindSchema, jobSchema, scheduleSchema } from './job.ts';
import { pageCalls } from './page-calls.ts';
import { pauseSchema, protectionSchema } from './protection.ts';
import { statusReportSchema } from './status-report.ts';
import { vaultIdSchema, vaultRecordSchema } from './vault-record.ts';

const nothing = z.strictObject({});
const id = z.number().int().positive();
const limit = z.number().int().min(1).max(1000).default(100);
/** Who asks, for the history: `user NAME`. */
const actor = z.string().min(1).max(200);
/** One transport message stays small. */
const maxAtOnce = 1000;

/** What came of one of several things that were asked for together. */
const eachOutcome = z.object({
  id: z.union([z.number(), z.string()]),
  ok: z.boolean(),
  /** What happened, or why it did not, in one sentence. */
  text: z.string(),
  /** It would go through with `confirmed`. */
  needs_confirmation: z.boolean(),
  path: innerPathSchema.nullable().describe('where the file is now, when that is known'),
});
export type EachOutcome = Readonly<z.infer<typeof eachOutcome>>;
const outcomes = z.object({ outcomes: z.array(eachOutcome) });

export const calls = {
  status: { input: nothing, output: statusReportSchema },
  protection: { input: nothing, output: protectionSchema },
  'protection.pause': {
    input: z.strictObject({
      seconds: z
        .number()
        .positive()
        .max(31_536_000)
        .nullable()
        .describe('seconds of the pause; null until Vedette is started again'),
      actor,
    }),
    output: pauseSchema,
  },
  'protection.resume': { input: z.strictObject({ actor }), output: z.object({ was_paused: z.boolean() }) },
  brake: { input: nothing, output: z.object({ on: z.boolean(), reason: z.string() }) },
  /** The question of the brake is answered: findings are quarantined again. */
  'brake.release': { input: z.strictObject({ actor }), output: z.object({ was_on: z.boolean() }) },
  'sweep.start': { input: nothing, output: z.object({ started: z.boolean() }) },

  'jobs.list': {
    input: z.strictObject({ limit }),
    output: z.object({ jobs: z.array(jobSchema), schedules: z.array(scheduleSchema) }),
  },
  'jobs.show': { input: z.strictObject({ id }), output: jobSchema },
  'jobs.start': {
    input: z.strictObject({
      kind: jobKindSchema,
      roots: z.array(innerPathSchema).max(maxAtOnce).default([]),
      actor,
    }),
    output: jobSchema,
  },
  'jobs.pause': { input: z.strictObject({ id, actor }), output: jobSchema },
  'jobs.resume': { input: z.strictObject({ id, actor }), output: jobSchema },
  'jobs.cancel': { input: z.strictObject({ id, actor }), output: jobSchema },

  'findings.list': {
    input: z.strictObject({
      states: z.array(findingStateSchema).default([]).describe('empty for all'),
      job: id.nullable().default(null).describe('only those of this job'),
      before: id.nullable().default(null).describe('only those with a smaller id: the next page'),
      limit,
    }),
    output: z.object({ findings: z.array(findingSchema), total: z.number().int().nonnegative() }),
  },
  'findings.act': {
    input: z.strictObject({
      ids: z.array(id).min(1).max(maxAtOnce),
      action: findingActionSchema,
      reason: z.string().max(1000).default(''),
      confirmed: z
        .boolean()
        .default(false)
        .describe('also files of the operating system and of Vedette itself'),
      actor,
    }),
    output: outcomes,
  },

  'quarantine.list': { input: nothing, output: z.object({ records: z.array(vaultRecordSchema) }) },
  'quarantine.restore': {
    input: z.strictObject({
      ids: z.array(vaultIdSchema).min(1).max(maxAtOnce),
      to: innerPathSchema
        .nullable()
        .default(null)
        .describe('folder to restore into; null for where each was'),
      allow: z.boolean().default(false).describe('also an entry on the allow-list, by hash'),
      keep_mode: z
        .boolean()
        .default(false)
        .describe('permission bits as they were; otherwise 0600 and nothing that runs'),
      reason: z.string().max(1000).default(''),
      actor,
    }),
    output: outcomes,
  },
  'quarantine.delete': {
    input: z.strictObject({ ids: z.array(vaultIdSchema).min(1).max(maxAtOnce), actor }),
    output: outcomes,
  },
  'quarantine.export': {
    input: z.strictObject({
      ids: z.array(vaultIdSchema).min(1).max(maxAtOnce),
      file: innerPathSchema.describe(
        'the zip to write, which must not be there; over HTTP a bare name, in the folder for exports',
      ),
      password: z.string().min(1).max(128),
      actor,
    }),
    output: outcomes,
  },

  'allow.list': { input: nothing, output: z.object({ entries: z.array(allowEntrySchema) }) },
  'allow.add': {
    input: z.strictObject({
      kind: allowKindSchema,
      value: z.string().min(1).max(8192),
      reason: z.string().max(1000).default(''),
      actor,
    }),
    output: z.object({ entry: allowEntrySchema, is_new: z.boolean() }),
  },
  'allow.remove': {
    input: z.strictObject({ ids: z.array(id).min(1).max(maxAtOnce), actor }),
    output: z.object({ removed: z.array(allowEntrySchema) }),
  },

  'history.list': {
    input: z.strictObject({
      kinds: z.array(historyKindSchema).default([]).describe('empty for all'),
      before: id.nullable().default(null).describe('only those with a smaller number: the next page'),
      limit,
    }),
    output: z.object({ events: z.array(historyEventSchema).describe('newest first') }),
  },
  'history.verify': { input: nothing, output: historyVerificationSchema },

  ...pageCalls,
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;

export type CallName = keyof typeof calls;
/** What the caller writes: defaults may be left out. */
export type CallInput<Name extends CallName> = z.input<(typeof calls)[Name]['input']>;
/** What the handler gets. */
export type CallArguments<Name extends CallName> = z.output<(typeof calls)[Name]['input']>;
export type CallOutput<Name extends CallName> = z.output<(typeof calls)[Name]['output']>;

/** The contract implemented: one function a call. */
export type Handlers = {
  readonly [Name in CallName]: (input: CallArguments<Name>) => CallOutput<Name> | Promise<CallOutput<Name>>;
};

/** A verdict; who does not ask for all hears only of those that are not `clean`. */
export const verdictEventSchema = z.object({
  kind: z.literal('verdict'),
  at: unixSecondsSchema,
  origin: z.string(),
  result: z.unknown().describe('an entry of `results` in vedette.scan/1'),
  latency_ms: z
    .number()
    .nonnegative()
    .nullable()
    .describe(
      'from the first event for the file to its verdict, milliseconds; null where there was no event',
    ),
});

/** What a running Vedette tells without being asked. */
export const feedEventSchema = z.discriminatedUnion('kind', [
  verdictEventSchema,
  z.object({ kind: z.literal('finding'), at: unixSecondsSchema, finding: findingSchema }),
  z.object({ kind: z.literal('job'), at: unixSecondsSchema, job: jobSchema }),
  z.object({ kind: z.literal('protection'), at: unixSecondsSchema, protection: protectionSchema }),
  z.object({ kind: z.literal('history'), at: unixSecondsSchema, event: historyEventSchema }),
]);
export type FeedEvent = Readonly<z.infer<typeof feedEventSchema>>;
