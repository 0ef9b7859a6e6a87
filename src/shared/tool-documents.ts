// What the commands for a machine, its rules and its configuration print with `--json`.
import { z } from 'zod';
import { engineReportSchema } from './engine-report.ts';
import { filePlace } from './file-place.ts';
import { detectionSchema } from './verdict.ts';

const count = z.number().int().nonnegative();
const lineNumber = z.number().int().nullable();

const ruleProblems = z.array(
  z.object({ line: lineNumber, column: lineNumber, code: z.string(), message: z.string() }),
);

const doctorDocumentSchema = z.object({
  format: z.literal('vedette.doctor/1'),
  findings: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  engines: z.array(engineReportSchema).describe('empty where the scan workers cannot work'),
});

const ruleFileReportSchema = z.object({
  ...filePlace,
  ok: z.boolean().describe('it compiles'),
  rules: count,
  errors: ruleProblems,
  warnings: ruleProblems,
  uses_external_variables: z.boolean().describe('they are empty here'),
});
export type RuleFileReport = z.infer<typeof ruleFileReportSchema>;

const rulesCheckDocumentSchema = z.object({
  format: z.literal('vedette.rules-check/1'),
  binding: z.object({ kind: z.enum(['native', 'wasm']), version: z.string() }).nullable(),
  binding_problem: z.string().describe('why there is no binding; otherwise empty'),
  files: z.array(ruleFileReportSchema),
});

const rulesTestDocumentSchema = z.object({
  format: z.literal('vedette.rules-test/1'),
  ...filePlace,
  engine: engineReportSchema,
  detections: z.array(detectionSchema),
});

const benchRescanDocumentSchema = z.object({
  format: z.literal('vedette.bench-rescan/1'),
  looks: z.array(
    z.object({ files: count, bytes: count, from_cache: count, duration_ms: z.number().nonnegative() }),
  ),
});

const scalingDecisionSchema = z.object({
  target: count.describe('workers'),
  kind: z.enum(['scale_up', 'scale_down', 'stay']),
  reason: z.string(),
  explanation: z.string(),
});

const benchScalingDocumentSchema = z.object({
  format: z.literal('vedette.bench-scaling/1'),
  steps: z.array(
    z.object({
      timestamp: z.number().nonnegative().describe('Unix seconds'),
      queue_depth: count,
      cpu_percent: z.number(),
      memory_percent: z.number(),
      on_battery: z.boolean(),
      engine_saturated: z.boolean(),
      recorded: scalingDecisionSchema.describe('what was decided'),
      replayed: scalingDecisionSchema.describe('what would have been'),
    }),
  ),
});
export type BenchScalingDocument = z.infer<typeof benchScalingDocumentSchema>;

const configCheckDocumentSchema = z.object({
  format: z.literal('vedette.config-check/1'),
  ...filePlace,
  exists: z.boolean().describe('without a file the defaults hold'),
  valid: z.boolean(),
  problems: z.array(
    z.object({
      place: z.string().describe('`file:line`, the file, or the variable'),
      line: lineNumber,
      key: z.string().nullable(),
      message: z.string(),
    }),
  ),
  warnings: z.array(z.object({ kind: z.string(), message: z.string() })),
});

const settingValueSchema = z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]);

const explainedSettingSchema = z.object({
  section: z.string(),
  key: z.string(),
  name: z.string().describe('`section.key`'),
  type: z.enum(['boolean', 'integer', 'number', 'text', 'choice', 'list']),
  choices: z.array(z.string()),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  default: settingValueSchema,
  unit: z.string().nullable(),
  explanation: z.string(),
  effect: z.enum(['live', 'restart']),
  pending: z.boolean().describe('without effect in this version'),
  holds_paths: z.boolean(),
  variable: z.string().describe('environment variable that sets it'),
  value: settingValueSchema.nullable().describe('null where the configuration is invalid'),
  origin: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('default') }),
      z.object({ kind: z.literal('file'), line: lineNumber }),
      z.object({ kind: z.literal('overlay'), name: z.string(), line: lineNumber }),
      z.object({ kind: z.literal('variable'), name: z.string() }),
    ])
    .nullable()
    .describe('what gave it its value; null where the configuration is invalid'),
});
export type ExplainedSetting = z.infer<typeof explainedSettingSchema>;

const configExplainDocumentSchema = z.object({
  format: z.literal('vedette.config-explain/1'),
  ...filePlace,
  settings: z.array(explainedSettingSchema),
});

const configInitDocumentSchema = z.object({
  format: z.literal('vedette.config-init/1'),
  ...filePlace,
  kept: z.string().nullable().describe('where the text is that was there; null for none'),
});

const serveDocumentSchema = z.object({
  format: z.literal('vedette.serve/1'),
  address: z.string(),
  link: z.string().nullable().describe('null where no browser of this machine can open the pages'),
  expires_in_seconds: z.number().positive().nullable(),
  token_file: z.string().describe('that of the owner'),
});

export const toolDocumentSchemas = {
  'vedette.doctor/1': doctorDocumentSchema,
  'vedette.rules-check/1': rulesCheckDocumentSchema,
  'vedette.rules-test/1': rulesTestDocumentSchema,
  'vedette.bench-rescan/1': benchRescanDocumentSchema,
  'vedette.bench-scaling/1': benchScalingDocumentSchema,
  'vedette.config-check/1': configCheckDocumentSchema,
  'vedette.config-explain/1': configExplainDocumentSchema,
  'vedette.config-init/1': configInitDocumentSchema,
  'vedette.serve/1': serveDocumentSchema,
} as const;
