// A scan worker that does what the name of each file says: it dies, hangs, grows or talks nonsense exactly there.
import { unread } from '../../../src/shared/verdict.ts';
import { resultOf } from '../fake-worker.ts';
import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';

const messageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    settings: z.object({
      startDelayMs: z.number().default(0),
      /** One line for each file begun: `pid name`. */
      logFile: z.string().optional(),
      ignoresDrain: z.boolean().default(false),
    }),
  }),
  z.object({ kind: z.literal('scan'), files: z.array(z.object({ id: z.number(), path: z.string() })) }),
  z.object({ kind: z.literal('drain') }),
]);

const kept: Buffer[] = [];
let logFile: string | undefined;
let ignoresDrain = false;
let draining = false;
let unanswered = 0;

function send(message: unknown): void {
  // What the other end cannot read is sent all the same.
  process.send?.(message, undefined, undefined, () => {});
}

function sayAlive(engineBusyCount = 0): void {
  send({ kind: 'alive', memoryBytes: process.memoryUsage.rss(), engineBusyCount });
}

function answer(...ids: readonly number[]): void {
  const result = resultOf(unread({ kind: 'clean' }, 0));
  send({ kind: 'results', results: ids.map((id) => ({ id, result })) });
  unanswered -= 1;
  endIfDrained();
}

function endIfDrained(): void {
  if (draining && unanswered === 0 && !ignoresDrain) setImmediate(() => process.disconnect());
}

function grow(sizeMiB: number): void {
  kept.push(Buffer.alloc(sizeMiB * 1024 * 1024, 1));
  sayAlive();
}

const nonsense: Readonly<Record<string, unknown>> = {
  null: null,
  text: 'done',
  kind: { kind: 'hello' },
  results: { kind: 'results' },
  verdict: { kind: 'results', results: [{ id: 1, result: { kind: 'verdict' } }] },
  memory: { kind: 'alive' },
};

function scan(id: number, name: string): void {
  const [order = '', detail = ''] = name.split('-');
  switch (order) {
    case 'crash':
      console.error('crashed on purpose');
      process.exit(7);
      break;
    case 'hang':
      for (;;);
    case 'slow':
      setTimeout(answer, Number(detail), id);
      break;
    case 'leak':
      grow(96);
      answer(id);
      break;
    case 'explode':
      grow(512);
      break;
    case 'nonsense':
      send(nonsense[detail]);
      break;
    case 'unknown':
      send({ kind: 'results', results: [{ id: 987_654, result: { kind: 'changed' } }] });
      break;
    case 'twice':
      answer(id, id);
      break;
    case 'busy':
      sayAlive(1);
      answer(id);
      break;
    default:
      answer(id);
  }
}

process.on('disconnect', () => process.exit(0));
process.on('message', (received) => {
  const message = messageSchema.parse(received);
  switch (message.kind) {
    case 'start':
      ({ logFile, ignoresDrain } = message.settings);
      setTimeout(() => {
        send({ kind: 'ready', introduction: { engines: [], fingerprints: {}, startMs: 0 } });
        setInterval(sayAlive, 100).unref();
      }, message.settings.startDelayMs);
      break;
    case 'scan':
      unanswered += message.files.length;
      for (const { id, path } of message.files) {
        if (logFile !== undefined) appendFileSync(logFile, `${process.pid} ${basename(path)}\n`);
        scan(id, basename(path));
      }
      break;
    case 'drain':
      draining = true;
      endIfDrained();
      break;
    default:
  }
});
