// The stream of events of the API on a real socket.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { FeedEvent } from '../../src/shared/contract.ts';
import { errorReplySchema } from '../../src/shared/service-documents.ts';
import { ask } from '../helpers/ask-api.ts';
import { serveRoutes, type ServedRoutes } from '../helpers/served-routes.ts';

const verdict = { kind: 'verdict', at: 1, origin: 'realtime', latency_ms: null } as const;
const clean: FeedEvent = { ...verdict, result: { verdict: 'clean' } };
const infected: FeedEvent = { ...verdict, result: { verdict: 'infected' } };

async function follow({ origin }: ServedRoutes, query = '') {
  const request = httpRequest(`${origin}/api/v1/events${query}`, { agent: false }).end();
  request.on('error', () => {});
  const [response] = await once(request, 'response');
  return { request, response, text: textOf(response).catch(() => 'cut off') };
}

describe('events', () => {
  test('are told as they happen, `clean` only to who asks for all', async () => {
    await using served = await serveRoutes();
    const some = await follow(served);
    const all = await follow(served, '?all=true');
    served.tell(clean);
    served.tell(infected);
    served.events[Symbol.dispose]();
    expect(some.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': 'request-1',
    });
    expect(await some.text).toBe(`data: ${JSON.stringify(infected)}\n\n`);
    expect(await all.text).toBe(`data: ${JSON.stringify(clean)}\n\ndata: ${JSON.stringify(infected)}\n\n`);
  });

  test('six streams of one token, no more, and a closed one makes room', async () => {
    await using served = await serveRoutes();
    const streams = await Promise.all(Array.from({ length: 6 }, () => follow(served)));
    const seventh = await ask(served, '/api/v1/events');
    expect(seventh.status).toBe(429);
    expect(seventh.headers.get('retry-after')).toBe('15');
    expect(errorReplySchema.parse(seventh.body).error.code).toBe('RATE_LIMITED');
    streams[0]?.request.destroy();
    await expect.poll(() => served.events.counts.open).toBe(5);
    expect(served.listeners.size).toBe(5);
    const again = await follow(served);
    expect(again.response.statusCode).toBe(200);
  });

  test('a stream ends with its token, at the next heartbeat', async () => {
    let isThere = true;
    await using served = await serveRoutes({ isAdmitted: () => isThere, heartbeatMs: 5 });
    const { response, text } = await follow(served);
    const [beat] = await once(response, 'data');
    // On a machine with much to do two may come as one.
    expect(String(beat)).toMatch(/^(?::\n\n)+$/);
    isThere = false;
    expect(await text).toMatch(/^(?::\n\n)*$/);
    expect(served.listeners.size).toBe(0);
  });

  test('who does not read is cut off', async () => {
    await using served = await serveRoutes({ maxUnreadBytes: 1000 });
    const { text } = await follow(served);
    served.tell({ ...infected, origin: 'x'.repeat(2000) });
    expect(await text).toBe('cut off');
    expect(served.events.counts).toEqual({ open: 0, cutOff: 1 });
  });
});
