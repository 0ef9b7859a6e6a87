// What the HTTP API answers beside the calls of the contract: scans and look-ups in batches, recent detections, warming, figures.
import { z } from 'zod';
import { engineReportSchema } from './engine-report.ts';
import { innerPathSchema, unixSecondsSchema } from './file-place.ts';
import { findingSchema } from './finding.ts';
import {
  cacheStatsSchema,
  coverageSchema,
  metricsSummarySchema,
  recentMetricsSchema,
  scalingStatsSchema,
} from './metrics.ts';
import { scanResultSchema } from './scan-report.ts';
import { detectionSchema, engineNameSchema, severitySchema } from './verdict.ts';

const count = z.number().int().nonnegative();
const generation = z.string().describe('what the answer holds within: it changes with signatures and rules');
const hash = z
  .string()
  .regex(/^[\da-fA-F]{64}$/)
  .describe('SHA-256, hexadecimal');

/** Of one request. */
export const maxBatchItems = 1000;
export const maxWarmItems = 10_000;

export const scanFileInput = z.strictObject({
  path: innerPathSchema.describe('absolute, in a folder that the service may look at'),
  fresh: z.boolean().default(false).describe('the engines look, whatever is remembered'),
});
export const scanAnswerSchema = z.object({ generation, result: scanResultSchema });
export type ScanAnswer = z.infer<typeof scanAnswerSchema>;

export const batchScanInput = z.strictObject({
  paths: z.array(innerPathSchema).min(1).max(maxBatchItems),
  fresh: z.boolean().default(false),
});
export const batchScanAnswerSchema = z.object({
  total_processed: count,
  total_infected: count.describe('infected or suspicious'),
  processing_time_ms: z.number().nonnegative(),
  from_cache: count,
  computed: count.describe('all others: the engines looked, or nobody could'),
  generation,
  results: z.array(scanResultSchema).describe('one for each path, in the order asked for'),
});
export type BatchScanAnswer = z.infer<typeof batchScanAnswerSchema>;

/** What is known of a content without having it. Nobody has looked at it: `known` is false and there is no verdict. */
export const lookupResultSchema = z.object({
  sha256: hash.describe('in lower case'),
  known: z.boolean(),
  verdict: z.enum(['clean', 'infected', 'suspicious']).nullable().describe('null: nobody knows'),
  source: z
    .enum(['verdict', 'hash_list'])
    .nullable()
    .describe('engines have looked at these bytes, or a list of hashes names them'),
  engines: z.array(engineNameSchema).describe('those that looked'),
  hybrid: z.boolean(),
  detections: z.array(detectionSchema),
  size_bytes: z.number().nonnegative().nullable(),
  scanned_at: unixSecondsSchema.nullable(),
});
export type LookupResult = z.infer<typeof lookupResultSchema>;

export const batchLookupInput = z.strictObject({ sha256: z.array(hash).min(1).max(maxBatchItems) });
export const batchLookupAnswerSchema = z.object({
  total_processed: count,
  total_known: count,
  total_infected: count.describe('infected or suspicious'),
  processing_time_ms: z.number().nonnegative(),
  from_cache: count.describe('answered from memory'),
  computed: count.describe('looked up in the database'),
  generation,
  results: z.array(lookupResultSchema).describe('one for each hash, in the order asked for'),
});
export type BatchLookupAnswer = z.infer<typeof batchLookupAnswerSchema>;

export const recentDetectionsInput = z.strictObject({
  severity: z.array(severitySchema).default([]).describe('empty for all'),
  limit: z.number().int().min(1).max(maxBatchItems).default(100),
  cursor: z.string().max(100).nullable().default(null).describe('`next_cursor` of the page before'),
});
export type RecentDetectionsInput = z.output<typeof recentDetectionsInput>;
export const recentDetectionsSchema = z.object({
  detections: z.array(findingSchema).describe('newest first'),
  next_cursor: z.string().nullable().describe('null: there are no older ones'),
});
export type RecentDetections = z.infer<typeof recentDetectionsSchema>;

export const warmInput = z
  .strictObject({
    paths: z
      .array(innerPathSchema)
      .max(maxWarmItems)
      .default([])
      .describe('files: those nobody knows are scanned, at low priority'),
    sha256: z.array(hash).max(maxWarmItems).default([]).describe('contents: what is known of them is loaded'),
  })
  .refine(({ paths, sha256 }) => paths.length + sha256.length > 0, 'name paths or hashes')
  .refine(({ paths, sha256 }) => paths.length + sha256.length <= maxWarmItems, `at most ${maxWarmItems}`);
export const warmStartedSchema = z.object({ job_id: z.string(), total: count });
export const warmJobSchema = z.object({
  job_id: z.string(),
  state: z.enum(['running', 'done', 'cancelled']),
  total: count,
  done: count,
  known: count.describe('known before'),
  computed: count.describe('scanned now, with a complete verdict'),
  unknown: count.describe('hashes that nobody knows, and files without a complete verdict'),
  started_at: unixSecondsSchema,
  ended_at: unixSecondsSchema.nullable(),
});
export type WarmJob = Readonly<z.infer<typeof warmJobSchema>>;

export const statisticsSchema = z.object({
  version: z.string(),
  generation,
  engines: z.array(engineReportSchema),
  queue_depth: count,
  summary: metricsSummarySchema,
  recent_5min: recentMetricsSchema,
  recent_1hour: recentMetricsSchema,
  coverage: coverageSchema,
  cache: cacheStatsSchema,
  scaling: scalingStatsSchema,
});
export type Statistics = z.infer<typeof statisticsSchema>;

export const healthSchema = z.object({ status: z.literal('ok') });
export const readinessSchema = z.object({
  status: z.enum(['ready', 'not_ready']),
  reasons: z.array(z.string()).describe('why not, each a sentence'),
});
export type Readiness = z.infer<typeof readinessSchema>;

export const errorReplySchema = z.object({
  error: z.object({
    code: z.string().describe('one of docs/errors.md'),
    message: z.string().describe('for people'),
    details: z.record(z.string(), z.unknown()),
    request_id: z.string().describe('the same as X-Request-Id'),
  }),
});
export type ErrorReply = z.infer<typeof errorReplySchema>;
