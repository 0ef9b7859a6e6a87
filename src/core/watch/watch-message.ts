// What the watch worker said, checked: it lists hostile folders, so nothing that is not a whole message reaches the core.
import { z } from 'zod';
import type { MessageFromWatcher } from './watch-protocol.ts';

const text = z.string().max(64 * 1024);
const amount = z.number().nonnegative();

const offeredFileSchema = z.object({
  path: text.min(1),
  root: text.min(1),
  eventAtMs: amount,
  settled: z.boolean(),
});

const rootHealthSchema = z.object({
  path: text.min(1),
  removable: z.boolean(),
  state: z.enum(['starting', 'watching', 'degraded', 'gone']),
  cause: text,
  remedy: text,
  folders: amount.int(),
  sinceMs: amount,
});

const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('files'), files: z.array(offeredFileSchema).max(512) }),
  z.object({ kind: z.literal('roots'), roots: z.array(rootHealthSchema) }),
  z.object({ kind: z.literal('doubt'), root: text.nullable(), cause: text }),
  z.object({
    kind: z.literal('alive'),
    memoryBytes: amount,
    loopDelayMs: amount,
    unsettled: amount.int(),
    events: amount.int(),
  }),
]);

/** The message, or null for what is none. */
export function readWatcherMessage(message: unknown): MessageFromWatcher | null {
  const parsed = messageSchema.safeParse(message);
  return parsed.success ? parsed.data : null;
}
