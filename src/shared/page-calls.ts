// Calls that the pages of the window and of the browser make beside those the commands make too.
import { z } from 'zod';
import { appStateSchema } from './app-state.ts';
import { innerPathSchema } from './file-place.ts';
import { metricsExportSchema } from './metrics.ts';
import {
  costsSchema,
  coverageFilesSchema,
  enginesDocumentSchema,
  exclusionSchema,
  findingExplanationSchema,
  folderListSchema,
  selfTestSchema,
  seriesRangeSchema,
  seriesSchema,
  settingsDocumentSchema,
  settingValueSchema,
} from './page-documents.ts';
import { reasonSchema } from './verdict.ts';

const nothing = z.strictObject({});
const id = z.number().int().positive();
const actor = z.string().min(1).max(200);
const yearSeconds = 31_536_000;

export const pageCalls = {
  'app.state': { input: nothing, output: appStateSchema },
  /** The first-run guide was finished or left; false shows it again. */
  'guide.done': { input: z.strictObject({ done: z.boolean() }), output: nothing },
  /** Writes EICAR into a watched folder, waits for its finding and clears up after itself. */
  'selftest.run': { input: z.strictObject({ actor }), output: selfTestSchema },

  'metrics.series': { input: z.strictObject({ range: seriesRangeSchema }), output: seriesSchema },
  /** What scanning costs, by folder and by type, from the last scans in memory. */
  'metrics.costs': { input: nothing, output: costsSchema },
  /** Writes an export file now. */
  'metrics.export': {
    input: nothing,
    output: z.object({ path: innerPathSchema, document: metricsExportSchema }),
  },
  'coverage.files': {
    input: z.strictObject({ reason: reasonSchema, limit: z.number().int().min(1).max(1000).default(100) }),
    output: coverageFilesSchema,
  },

  'exclusions.list': { input: nothing, output: z.object({ exclusions: z.array(exclusionSchema) }) },
  'exclusions.add': {
    input: z.strictObject({
      pattern: z.string().min(1).max(4096),
      seconds: z.number().positive().max(yearSeconds),
      reason: z.string().max(1000),
      actor,
    }),
    output: exclusionSchema,
  },
  'exclusions.remove': {
    input: z.strictObject({ ids: z.array(id).min(1).max(1000), actor }),
    output: z.object({ removed: z.array(exclusionSchema) }),
  },

  /** Why a file was flagged, and what speaks against it. */
  'findings.explain': { input: z.strictObject({ id }), output: findingExplanationSchema },

  'engines.show': { input: nothing, output: enginesDocumentSchema },
  /** Fetches new signatures for the managed clamd; its course is the slice `updates`. */
  'signatures.update': {
    input: z.strictObject({ actor }),
    output: z.object({ started: z.boolean(), text: z.string() }),
  },

  'settings.show': { input: nothing, output: settingsDocumentSchema },
  /** All or none; null takes a key out of the file, so that its default holds. */
  'settings.save': {
    input: z.strictObject({
      changes: z
        .array(z.strictObject({ name: z.string().max(100), value: settingValueSchema.nullable() }))
        .min(1)
        .max(200),
      actor,
    }),
    output: z.object({
      revision: z.number().int().nonnegative(),
      restart: z.array(z.string()).describe('of the changed keys, those that count from the next start'),
    }),
  },

  /** For choosing what to scan where there is no dialog of the system. */
  'folders.list': {
    input: z.strictObject({
      /** null for the home folder. */
      path: innerPathSchema.nullable(),
      files: z.boolean().default(false),
    }),
    output: folderListSchema,
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;

/** Where a page may send the browser of the system; main knows the addresses. */
export const linkNames = ['clamav-install', 'yara-x', 'eicar'] as const;

/** Calls that only the desktop app answers: what needs a window system. */
export const desktopCalls = {
  /** The dialog of the system; empty when it was left. */
  'desktop.pick': {
    input: z.strictObject({ what: z.enum(['folders', 'files']) }),
    output: z.object({ paths: z.array(innerPathSchema) }),
  },
  'desktop.save-as': {
    input: z.strictObject({ name: z.string().min(1).max(200), what: z.enum(['zip', 'json']) }),
    output: z.object({ path: innerPathSchema.nullable() }),
  },
  /** Shows a file that Vedette knows in the file manager; a path cannot be given. */
  'desktop.reveal': {
    input: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('finding'), id }),
      z.strictObject({ kind: z.literal('exports') }),
      z.strictObject({ kind: z.literal('settings') }),
    ]),
    output: nothing,
  },
  'desktop.open-link': { input: z.strictObject({ link: z.enum(linkNames) }), output: nothing },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;

export type DesktopCallName = keyof typeof desktopCalls;
export type DesktopCallInput<Name extends DesktopCallName> = z.input<(typeof desktopCalls)[Name]['input']>;
export type DesktopCallOutput<Name extends DesktopCallName> = z.output<(typeof desktopCalls)[Name]['output']>;
export type DesktopHandlers = {
  readonly [Name in DesktopCallName]: (
    input: z.output<(typeof desktopCalls)[Name]['input']>,
  ) => DesktopCallOutput<Name> | Promise<DesktopCallOutput<Name>>;
};
