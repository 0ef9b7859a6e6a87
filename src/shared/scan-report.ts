// The report of one scan as `--json`, `--ndjson` and the API print it: format `vedette.scan/1`.
import { z } from 'zod';
import { allowKindSchema } from './allow-entry.ts';
import { engineReportSchema } from './engine-report.ts';
import { detectionSchema, engineNameSchema, reasonSchema, verdictKindSchema } from './verdict.ts';

export const scanResultSchema = z.object({
  path: z
    .string()
    .describe(
      'with U+FFFD for bytes that are not UTF-8; `upload:NAME` for bytes that were sent to be scanned',
    ),
  path_base64: z.string().optional().describe('the bytes of the path, only where they are not UTF-8'),
  verdict: verdictKindSchema,
  reason: reasonSchema.nullable(),
  detail: z.string().optional().describe('the reason in one sentence; only beside a reason'),
  size_bytes: z.number().nonnegative(),
  sha256: z.string().nullable(),
  duration_ms: z.number().nonnegative(),
  cached: z.boolean(),
  engines: z.array(engineNameSchema),
  hybrid: z.boolean(),
  detections: z.array(detectionSchema),
  allowed: z
    .object({ kind: allowKindSchema, value: z.string(), reason: z.string(), author: z.string() })
    .optional()
    .describe(
      'only where the allow-list names what was found: the verdict stands, and nothing is done about it',
    ),
  quarantine: z
    .object({ done: z.boolean(), detail: z.string() })
    .optional()
    .describe('only with `vedette scan --action quarantine`: what came of it'),
});
export type ScanResult = z.infer<typeof scanResultSchema>;

export const scanSummarySchema = z.object({
  files: z.number().int().nonnegative(),
  clean: z.number().int().nonnegative(),
  infected: z.number().int().nonnegative(),
  suspicious: z.number().int().nonnegative(),
  partial: z.number().int().nonnegative(),
  unscannable: z.number().int().nonnegative(),
  bytes: z.number().nonnegative(),
  duration_ms: z.number().nonnegative(),
  from_cache: z.number().int().nonnegative(),
  allowed: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('of those infected or suspicious, how many the allow-list names; only when there are any'),
  generation: z.string(),
  engines: z.array(engineReportSchema),
  /** What the walk left alone without an entry of its own. */
  passed_over: z.object({
    excluded: z.number().int().nonnegative(),
    symbolic_links: z.number().int().nonnegative(),
    other_devices: z.number().int().nonnegative(),
  }),
  /** What the user should know beside the verdicts, such as a cache that could not be used; only when there is something. */
  notices: z.array(z.string()).optional(),
  /** Only when the scan was stopped before it had seen everything. */
  interrupted: z.literal(true).optional(),
});
export type ScanSummary = z.infer<typeof scanSummarySchema>;

export const scanReportSchema = z.object({
  format: z.literal('vedette.scan/1'),
  summary: scanSummarySchema,
  results: z.array(scanResultSchema),
});
