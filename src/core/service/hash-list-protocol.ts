// What the thread with the hash lists is told, and what it says.
import { z } from 'zod';
import type { HashLookup } from '../engines/hash-lists.ts';

export const toHashListThreadSchema = z.discriminatedUnion('kind', [
  /** Reads the lists, unless they are what was read last. */
  z.object({ kind: z.literal('load'), knownBad: z.array(z.string()), knownGood: z.array(z.string()) }),
  z.object({ kind: z.literal('ask'), id: z.number(), sha256s: z.array(z.string()) }),
]);
export type ToHashListThread = Readonly<z.infer<typeof toHashListThreadSchema>>;

const hashLookupSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bad'), name: z.string() }),
  z.object({ kind: z.literal('good'), name: z.string() }),
  z.object({ kind: z.literal('unknown') }),
]) satisfies z.ZodType<HashLookup>;

export const fromHashListThreadSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loaded') }),
  z.object({ kind: z.literal('not_loaded'), cause: z.string() }),
  /** In the order asked for; null without lists. */
  z.object({ kind: z.literal('answers'), id: z.number(), answers: z.array(hashLookupSchema).nullable() }),
]);
export type FromHashListThread = Readonly<z.infer<typeof fromHashListThreadSchema>>;

/** In the order asked for; null when the lists do not answer. */
export type ListAnswers = readonly HashLookup[] | null;
