// A watch worker that does what its first root is called: it hangs, ends, talks nonsense, does not stop, or behaves.
import { basename } from 'node:path';
import { z } from 'zod';

const messageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('watch'),
    settings: z.object({ roots: z.array(z.object({ path: z.string() })) }),
  }),
  z.object({ kind: z.literal('block'), milliseconds: z.number() }),
  z.object({ kind: z.literal('stop') }),
]);

let stops = true;

function send(message: unknown): void {
  // What the other end cannot read is sent all the same.
  process.send?.(message, undefined, undefined, () => {});
}

function watch(path: string): void {
  const [order = '', detail = ''] = basename(path).split('-');
  if (order === 'crash') {
    console.error('crashed on purpose');
    process.exit(7);
  }
  const state = 'watching';
  send({
    kind: 'roots',
    roots: [{ path, removable: false, state, cause: '', remedy: '', folders: 1, sinceMs: 0 }],
  });
  if (order === 'nonsense') send({ kind: 'files', files: detail });
  if (order === 'stubborn') stops = false;
  setInterval(() => {
    send({ kind: 'alive', memoryBytes: 1, loopDelayMs: 0, unsettled: 0, events: 0 });
  }, 100).unref();
}

process.on('disconnect', () => process.exit(0));
process.on('message', (received) => {
  const message = messageSchema.parse(received);
  if (message.kind === 'watch') watch(message.settings.roots[0]?.path ?? '');
  else if (message.kind === 'stop' && stops) process.disconnect();
  else if (message.kind === 'block') for (;;);
});
