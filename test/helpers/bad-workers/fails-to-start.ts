// A scan worker that does not get ready, in the way its settings name, until the file they name is there.
import { existsSync } from 'node:fs';
import { z } from 'zod';

const settingsSchema = z.object({
  how: z.enum(['refuses', 'ends', 'silent', 'nonsense', 'ends_when_ready']),
  readyWhenThere: z.string().optional(),
});

function sayReady(done: () => void): void {
  const introduction = { engines: [], fingerprints: {}, startMs: 0 };
  process.send?.({ kind: 'ready', introduction }, undefined, undefined, done);
}

process.on('disconnect', () => process.exit(0));
process.once('message', (message) => {
  const { settings } = z.object({ settings: settingsSchema }).parse(message);
  if (settings.readyWhenThere !== undefined && existsSync(settings.readyWhenThere)) {
    sayReady(() => {});
    process.on('message', (received) => {
      const { files = [] } = z
        .object({ files: z.array(z.object({ id: z.number() })).optional() })
        .parse(received);
      process.send?.({
        kind: 'results',
        results: files.map(({ id }) => ({ id, result: { kind: 'changed' } })),
      });
    });
    return;
  }
  switch (settings.how) {
    case 'refuses':
      process.send?.({ kind: 'start_failed', message: 'rules cannot be read' });
      break;
    case 'ends':
      console.error('no such engine');
      process.exit(3);
      break;
    case 'nonsense':
      process.send?.('hello');
      break;
    case 'ends_when_ready':
      sayReady(() => process.exit(4));
      break;
    case 'silent':
      break;
    default:
  }
});
