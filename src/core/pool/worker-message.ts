// What a worker said, checked: it reads hostile files, so nothing that is not a whole message reaches the core.
import { z } from 'zod';
import { engineReportSchema } from '../../shared/engine-report.ts';
import {
  cacheTierSchema,
  detectionSchema,
  engineNameSchema,
  partialReasonSchema,
  unscannableReasonSchema,
} from '../../shared/verdict.ts';
import type { MessageFromWorker } from './worker-protocol.ts';

const detail = z.string();
const detections = z.tuple([detectionSchema], detectionSchema);

const judgementSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('clean') }),
  z.object({ kind: z.enum(['infected', 'suspicious']), detections }),
  z.object({ kind: z.literal('partial'), reason: partialReasonSchema, detail }),
  z.object({ kind: z.literal('unscannable'), reason: unscannableReasonSchema, detail }),
]);

const verdictSchema = z.object({
  judgement: judgementSchema,
  engines: z.array(engineNameSchema),
  sha256: z
    .string()
    .regex(/^[\da-f]{64}$/)
    .nullable(),
  sizeBytes: z.number().nonnegative(),
  durationMs: z.number().nonnegative(),
  cachedFrom: cacheTierSchema.nullable(),
});

const resultSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('verdict'),
    verdict: verdictSchema,
    reusable: z.boolean(),
    isOneReading: z.literal(true).exactOptional(),
    savedMs: z.number().nonnegative(),
  }),
  z.object({ kind: z.literal('changed') }),
]);

const introductionSchema = z.object({
  engines: z.array(engineReportSchema),
  fingerprints: z.record(z.string(), z.string()),
  startMs: z.number(),
});

const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), introduction: introductionSchema }),
  z.object({ kind: z.literal('start_failed'), message: z.string() }),
  z.object({
    kind: z.literal('results'),
    results: z.array(z.object({ id: z.number(), result: resultSchema })),
  }),
  z.object({ kind: z.literal('alive'), memoryBytes: z.number(), engineBusyCount: z.number() }),
]);

/** The message, or null for what is none. */
export function readWorkerMessage(message: unknown): MessageFromWorker | null {
  const parsed = messageSchema.safeParse(message);
  return parsed.success ? parsed.data : null;
}
