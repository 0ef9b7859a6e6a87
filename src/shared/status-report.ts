// What `vedette status --json` and the API tell of an installation: format `vedette.status/1`.
import { z } from 'zod';
import { protectionSchema } from './protection.ts';
import { coverageSchema, dashboardDataSchema, scalingEventSchema } from './metrics.ts';

const storeStateSchema = z.enum(['ready', 'degraded', 'read_only', 'unavailable']);

export const statusReportSchema = z.object({
  format: z.literal('vedette.status/1'),
  version: z.string(),
  data_folder: z.string(),
  protection: protectionSchema,
  open_findings: z.number().int().nonnegative().describe('findings that nobody has decided on'),
  metrics_enabled: z.boolean().describe('false: runs add nothing to the figures'),
  dashboard: dashboardDataSchema,
  coverage: coverageSchema,
  lost_events: z.number().int().nonnegative(),
  time_saved_seconds: z.number().nonnegative(),
  cache: z.object({
    enabled: z.boolean(),
    files: z.number().int().nonnegative().describe('files whose content is known without reading them'),
    contents: z.number().int().nonnegative().describe('verdicts by content hash and generation'),
    size_bytes: z.number().nonnegative(),
  }),
  scaling_events: z.array(scalingEventSchema).describe('the last 20, oldest first'),
  store: z.object({
    state: storeStateSchema,
    /** Each a sentence for a person; empty when all is well. */
    problems: z.array(z.string()),
    set_aside: z.array(z.string()).describe('damaged databases that were put out of the way'),
  }),
});
export type StatusReport = Readonly<z.infer<typeof statusReportSchema>>;
