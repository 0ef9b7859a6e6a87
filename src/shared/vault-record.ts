// What the vault knows of one quarantined file; it is read from the object itself, so no index can be wrong about it.
import { z } from 'zod';
import { innerPathSchema, sha256Schema, unixSecondsSchema } from './file-place.ts';
import { detectionSchema } from './verdict.ts';

export const vaultIdSchema = z.string().regex(/^[\da-f]{32}$/);

export const vaultRecordSchema = z.object({
  id: vaultIdSchema,
  /** `damaged`: the object cannot be read or was changed; it is kept, and never restored. */
  state: z.enum(['stored', 'damaged']),
  problem: z.string().describe('what is wrong with a damaged object; otherwise empty'),
  path: innerPathSchema.describe('where it was'),
  size_bytes: z.number().nonnegative(),
  sha256: sha256Schema,
  mode: z.number().int().nonnegative().describe('permission bits it had'),
  uid: z.number().int(),
  gid: z.number().int(),
  mtime_ns: z.string().describe('decimal'),
  detections: z.array(detectionSchema),
  quarantined_at: unixSecondsSchema,
  actor: z.string().describe('who or what decided'),
  /** Names of the same file that are still there, as far as they could be found. */
  other_links: z.array(innerPathSchema),
  other_link_count: z.number().int().nonnegative().describe('hard links that were left, found or not'),
});
export type VaultRecord = Readonly<z.infer<typeof vaultRecordSchema>>;
