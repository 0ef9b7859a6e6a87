// What single pages ask for: charts, costs, why a file was flagged, engines, settings, folders.
import { z } from 'zod';
import { allowEntrySchema } from './allow-entry.ts';
import { engineReportSchema } from './engine-report.ts';
import { innerPathSchema, unixSecondsSchema } from './file-place.ts';
import { findingSchema } from './finding.ts';
import { coverageSchema, historyPointSchema, scalingEventSchema } from './metrics.ts';
import { detectionSchema, engineNameSchema, reasonSchema } from './verdict.ts';

const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();

export const seriesRanges = ['5m', '1h', '24h', '30d'] as const;
export const seriesRangeSchema = z.enum(seriesRanges);
export type SeriesRange = z.infer<typeof seriesRangeSchema>;

export const seriesSchema = z.object({
  range: seriesRangeSchema,
  from: unixSecondsSchema,
  to: unixSecondsSchema,
  /** Oldest first, at most 300; a part of the range nothing is known of has none. */
  points: z.array(historyPointSchema),
  /** Of the range, oldest first, at most 200. */
  scaling_events: z.array(scalingEventSchema),
  cooldown_seconds: amount,
  time_saved_seconds: amount.describe('within the range'),
});
export type Series = Readonly<z.infer<typeof seriesSchema>>;

const costSchema = z.object({
  scans: count.describe('files that engines looked at, not answered by the cache'),
  seconds: amount,
  bytes: amount,
  share: z.number().min(0).max(1).describe('of all seconds'),
});

export const costsSchema = z.object({
  /** How many of the last scans this is made of. */
  scans: count,
  from: unixSecondsSchema.nullable(),
  seconds: amount,
  folders: z.array(costSchema.extend({ path: innerPathSchema })).describe('dearest first, at most 12'),
  types: z
    .array(costSchema.extend({ extension: z.string().describe('with its dot; empty for none') }))
    .describe('dearest first, at most 12'),
});
export type Costs = Readonly<z.infer<typeof costsSchema>>;

/** A file that was not looked at, or not at all of it. */
export const uncoveredFileSchema = z.object({
  path: innerPathSchema,
  verdict: z.enum(['partial', 'unscannable']),
  reason: reasonSchema,
  detail: z.string(),
  size_bytes: amount,
  at: unixSecondsSchema,
});
export type UncoveredFile = Readonly<z.infer<typeof uncoveredFileSchema>>;

/** Left out of scans until it ends by itself. */
export const exclusionSchema = z.object({
  id: z.number().int().positive(),
  pattern: z.string().min(1).max(4096).describe('a glob, as in [watch] exclude'),
  reason: z.string(),
  author: z.string(),
  created_at: unixSecondsSchema,
  expires_at: unixSecondsSchema,
});
export type Exclusion = Readonly<z.infer<typeof exclusionSchema>>;

/** Bytes of the file around one match. */
export const matchContextSchema = z.object({
  pattern: z.string(),
  offset: count.describe('of the match, from the start of the file'),
  length: count,
  start: count.describe('offset of the first byte of `bytes_hex`'),
  bytes_hex: z.string().max(1024).describe('at most 512 bytes with what stands before and behind'),
});
export type MatchContext = Readonly<z.infer<typeof matchContextSchema>>;

export const findingExplanationSchema = z.object({
  finding: findingSchema,
  detections: z.array(
    z.object({
      detection: detectionSchema,
      /** What it looks for, in plain words. */
      meaning: z.string(),
      /** Who wrote the signature or rule, as far as it says; may be empty. */
      source: z.string(),
      matches: z.array(matchContextSchema).max(20),
    }),
  ),
  /** Why no bytes can be shown; empty when they can, or when there is no match to show. */
  bytes_problem: z.string(),
  engines: z
    .array(engineNameSchema)
    .describe('engines that could look when it was found or can now; a finding of one only is weaker'),
  elsewhere: z
    .array(
      z.object({
        path: innerPathSchema,
        where: z.enum(['finding', 'quarantine', 'hard_link']),
        state: z.string(),
      }),
    )
    .describe('the same content in other places'),
  allowed_by: allowEntrySchema.nullable(),
  /** What speaks for a false alarm, each a sentence with where it is known from. */
  doubts: z.array(z.string()),
});
export type FindingExplanation = Readonly<z.infer<typeof findingExplanationSchema>>;

const ruleProblemSchema = z.object({
  file: z.string(),
  line: z.number().nullable(),
  message: z.string(),
});

export const enginesDocumentSchema = z.object({
  engines: z.array(engineReportSchema),
  clamd: z.object({
    choice: z.string().describe('`[scanning] clamd`'),
    kind: z.enum(['managed', 'found', 'none']),
    address: z.string().describe('where it listens; empty when there is none'),
    /** How to get ClamAV on this platform; empty when it is there. */
    install_command: z.string(),
  }),
  yara: z.object({
    binding: z.string().describe('`native 0.3.0`, `wasm 1.20.0`; empty when it could not be loaded'),
    rule_folders: z.array(
      z.object({ path: innerPathSchema, built_in: z.boolean(), files: count, rules: count }),
    ),
    problems: z.array(ruleProblemSchema),
  }),
  signatures: z.object({
    age_days: amount.nullable(),
    warning_days: amount,
    generation: z.string(),
  }),
});
export type EnginesDocument = Readonly<z.infer<typeof enginesDocumentSchema>>;

export const settingValueSchema = z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]);

export const shownSettingSchema = z.object({
  /** `section.key` */
  name: z.string(),
  section: z.string(),
  key: z.string(),
  type: z.enum(['boolean', 'integer', 'number', 'text', 'choice', 'list']),
  choices: z.array(z.string()),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  default: settingValueSchema,
  value: settingValueSchema,
  unit: z.string().nullable(),
  explanation: z.string(),
  effect: z.enum(['live', 'restart']),
  /** Without effect in this version. */
  pending: z.boolean(),
  holds_paths: z.boolean(),
  origin: z.enum(['default', 'file', 'overlay', 'variable']),
  /** Why the page cannot change it (a variable or overlay sets it); else empty. */
  locked: z.string(),
});
export type ShownSetting = Readonly<z.infer<typeof shownSettingSchema>>;

export const settingsDocumentSchema = z.object({
  file: z.string(),
  file_exists: z.boolean(),
  revision: count,
  problem: z.string(),
  notices: z.array(z.string()),
  settings: z.array(shownSettingSchema).describe('in the order of the file'),
});
export type SettingsDocument = Readonly<z.infer<typeof settingsDocumentSchema>>;

export const folderListSchema = z.object({
  path: innerPathSchema,
  parent: innerPathSchema.nullable(),
  folders: z.array(z.object({ path: innerPathSchema, name: z.string() })).max(1000),
  /** Files of the folder too, where they were asked for. */
  files: z.array(z.object({ path: innerPathSchema, name: z.string(), size_bytes: amount })).max(1000),
  is_cut: z.boolean().describe('there are more than a thousand'),
  places: z
    .array(z.object({ path: innerPathSchema, name: z.string() }))
    .describe('home, watched folders, volumes'),
});
export type FolderList = Readonly<z.infer<typeof folderListSchema>>;

export const selfTestSchema = z.object({
  ok: z.boolean(),
  /** What happened, in one or two sentences. */
  text: z.string(),
  folder: innerPathSchema.nullable(),
  /** From the write of the test file to its finding, milliseconds. */
  latency_ms: amount.nullable(),
  engines: z.array(engineNameSchema).describe('engines that found it'),
});
export type SelfTest = Readonly<z.infer<typeof selfTestSchema>>;

export const coverageFilesSchema = z.object({
  coverage: coverageSchema,
  files: z.array(uncoveredFileSchema).describe('newest first'),
  /** How many are kept of this reason; older ones are counted, not named. */
  kept: count,
});
export type CoverageFiles = Readonly<z.infer<typeof coverageFilesSchema>>;
