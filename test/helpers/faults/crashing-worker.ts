// A scan worker that is healthy but for files whose name says otherwise: a parser bug, as the pool meets it.
import { z } from 'zod';

const scanSchema = z.object({ kind: z.literal('scan'), files: z.array(z.object({ path: z.string() })) });

const kept: Buffer[] = [];

// Registered before the real worker's own listener, so that it comes first.
process.on('message', (message) => {
  const scan = scanSchema.safeParse(message);
  if (!scan.success) return;
  for (const { path } of scan.data.files) {
    if (path.endsWith('.crash')) process.kill(process.pid, 'SIGSEGV');
    if (path.endsWith('.hang')) for (;;);
    if (path.endsWith('.nonsense'))
      process.send?.({ kind: 'results', results: [{ id: 999_999, result: null }] });
    if (path.endsWith('.grow')) {
      kept.push(Buffer.alloc(700 * 1024 * 1024, 1));
      // What the next beat would say; the file itself is done before that.
      process.send?.({ kind: 'alive', memoryBytes: process.memoryUsage.rss(), engineBusyCount: 0 });
    }
  }
});

await import('../../../src/workers/scan-worker.ts');
