// One HTTP request on a connection of its own, its answer as it came over the wire: nothing is unpacked or checked.
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { DriveTarget } from '../load/drive.ts';

export interface PlainAnswer {
  readonly encoding: string | undefined;
  readonly body: Buffer;
  readonly milliseconds: number;
}

const timeoutMs = 120_000;

/** @throws for every status but 200. */
export async function plainRequest(
  { url, token }: DriveTarget,
  asked: { readonly path: string; readonly body: string | null; readonly acceptEncoding: string },
): Promise<PlainAnswer> {
  const { path, body, acceptEncoding } = asked;
  const startedMs = performance.now();
  const sent = request(`${url}${path}`, {
    method: body === null ? 'GET' : 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      'accept-encoding': acceptEncoding,
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    signal: AbortSignal.timeout(timeoutMs),
  });
  sent.end(body ?? undefined);
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  if (answer === undefined) throw new Error('no answer');
  const received = await buffer(answer);
  const milliseconds = performance.now() - startedMs;
  if (answer.statusCode !== 200)
    throw new Error(`${path}: ${answer.statusCode} ${received.toString('utf8')}`);
  return { encoding: answer.headers['content-encoding'], body: received, milliseconds };
}
