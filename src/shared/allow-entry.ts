// What the user has decided to allow: by content, by place or by the name of a signature; who, when and why.
import { z } from 'zod';
import { unixSecondsSchema } from './file-place.ts';

export const allowKindSchema = z.enum(['hash', 'path', 'signature']);
export type AllowKind = z.infer<typeof allowKindSchema>;

export const allowEntrySchema = z.object({
  id: z.number().int().positive(),
  kind: allowKindSchema,
  /** SHA-256 in lower case; absolute path of a file or folder (all in it); exact name of a signature or rule. */
  value: z.string().min(1),
  reason: z.string(),
  author: z.string(),
  created_at: unixSecondsSchema,
});
export type AllowEntry = Readonly<z.infer<typeof allowEntrySchema>>;
