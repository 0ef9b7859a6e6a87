// What a scan worker is told at start; the same for every worker, so the same file gets the same verdict anywhere.
import { z } from 'zod';
import { yaraBindingSchema } from '../shared/settings.ts';

const clamdAddressSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unix'), path: z.string() }),
  z.object({ kind: z.literal('tcp'), host: z.string(), port: z.number() }),
]);

const clamdTargetSchema = z.object({
  address: clamdAddressSchema,
  kind: z.enum(['managed', 'found']),
  limits: z.object({
    maxStreamBytes: z.number(),
    maxFileBytes: z.number(),
    maxScanBytes: z.number(),
    maxRecursion: z.number(),
    maxFiles: z.number(),
  }),
  reportsLimits: z.boolean(),
  reportsEncrypted: z.boolean(),
  acceptsPaths: z.boolean(),
});

export const workerSettingsSchema = z.object({
  clamd: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('off') }),
    /** Enabled, but nothing answers: every file is told so. */
    z.object({ kind: z.literal('down'), detail: z.string() }),
    z.object({ kind: z.literal('on'), target: clamdTargetSchema }),
  ]),
  yara: z.object({ rulePaths: z.array(z.string()), binding: yaraBindingSchema }).nullable(),
  hashLists: z.object({ knownBad: z.array(z.string()), knownGood: z.array(z.string()) }),
  /** A known-good hash spares the engines. */
  trustKnownGood: z.boolean(),
  /** A larger file is never in memory as a whole: YARA sees this many bytes from its start. */
  wholeFileBytes: z.number().int().positive(),
  /** Deadline for one answer of clamd. */
  requestTimeoutMs: z.number().positive(),
  /** Files open at a time in one worker. */
  filesAtOnce: z.number().int().positive(),
  /** Content already judged needs no engine; null: every file goes through them. */
  contents: z
    .object({
      /** Kept in the memory of this worker. */
      maxEntries: z.number().int().nonnegative(),
      /** Database of what all workers have judged; null where there is none. */
      database: z.string().nullable(),
    })
    .nullable(),
});
export type WorkerSettings = z.infer<typeof workerSettingsSchema>;
