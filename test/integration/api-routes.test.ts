// The routes of the API on a real socket: what stands in docs/api.md is sent as it stands there, and every wrong request is told why.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { examples, requestOf } from '../../src/api/service/examples.ts';
import { listRoutes, type ListedRoute } from '../../src/api/service/route-list.ts';
import { serviceRoutes } from '../../src/shared/api-routes.ts';
import { calls, type CallName, type FeedEvent, type Handlers } from '../../src/shared/contract.ts';
import { errorReplySchema } from '../../src/shared/service-documents.ts';
import { sampleOf } from '../helpers/sample-of.ts';
import { serveRoutes, type ServedRoutes } from '../helpers/served-routes.ts';

const json = { 'content-type': 'application/json' };

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

async function ask(
  { origin }: ServedRoutes,
  target: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  const response = await fetch(`${origin}${target}`, { ...init, signal: AbortSignal.timeout(10_000) });
  const { status, headers } = response;
  const type = headers.get('content-type') ?? '';
  const text = await response.text();
  return { status, headers, type, text, body: type.startsWith('application/json') ? JSON.parse(text) : null };
}

function post(body: unknown): { method: string; headers: Record<string, string>; body: string } {
  return { method: 'POST', headers: json, body: JSON.stringify(body) };
}

function refused(code: string, message: string): unknown {
  return { error: { code, message: expect.stringContaining(message), details: {}, request_id: 'request-1' } };
}

async function follow({ origin }: ServedRoutes, query = '') {
  const request = httpRequest(`${origin}/api/v1/events${query}`, { agent: false }).end();
  request.on('error', () => {});
  const [response] = await once(request, 'response');
  return { request, response, text: textOf(response).catch(() => 'cut off') };
}

/** Every call answers the plainest document of the contract. */
function answersToAll(): Partial<Handlers> {
  const names = Object.keys(calls).filter((name): name is CallName => Object.hasOwn(calls, name));
  return Object.fromEntries(names.map((name) => [name, () => sampleOf(calls[name].output)]));
}

const verdict = { kind: 'verdict', at: 1, origin: 'realtime', latency_ms: null } as const;
const clean: FeedEvent = { ...verdict, result: { verdict: 'clean' } };
const infected: FeedEvent = { ...verdict, result: { verdict: 'infected' } };

describe('the routes', () => {
  let served: ServedRoutes;
  beforeAll(async () => {
    served = await serveRoutes({ answers: answersToAll() });
  });
  afterAll(() => served[Symbol.asyncDispose]());
  beforeEach(() => {
    served.calls.length = 0;
    served.asked.length = 0;
    served.logged.length = 0;
  });

  const routes = listRoutes().filter(({ name }) => name !== 'events');
  test.each(routes.map((listed): [string, ListedRoute] => [listed.name, listed]))(
    'the example of %s is answered as it is described',
    async (_name, { name, facts, answer }) => {
      const example = examples[name];
      const { method, target, body } = requestOf(facts, example);
      // Here the allowed folder is a temporary one.
      const written = body?.replaceAll('/srv/uploads', served.allowed) ?? null;
      const type = example.file === undefined ? 'application/json' : 'application/octet-stream';
      const content = example.file === undefined ? written : 'bytes of a file';
      const reply = await ask(served, target, {
        method,
        ...(content === null ? {} : { headers: { 'content-type': type }, body: content }),
      });
      const status = answer.kind === 'json' ? answer.status : 200;
      expect([reply.status, reply.status === status ? '' : reply.text]).toEqual([status, '']);
      expect(reply.headers.get('cache-control')).toBe('no-store');
      expect(reply.headers.get('access-control-allow-origin')).toBeNull();
      expect(reply.type).toContain(answer.kind === 'text' ? answer.type : 'application/json');
      // The look-ups send the text that they are given: a made-up one here.
      const isMadeUp = answer.kind === 'text' || name === 'lookup' || name === 'batch.lookup';
      expect(isMadeUp ? undefined : answer.schema.safeParse(reply.body).error).toBeUndefined();
    },
  );

  test('fields of path, query and body come to the handler, and who acts from the token', async () => {
    await ask(served, '/api/v1/findings?states=open&states=gone&limit=5');
    await ask(served, '/api/v1/jobs/7/cancel', { method: 'POST' });
    await ask(served, '/api/v1/protection/pause', post({ seconds: 60 }));
    await ask(served, '/api/v1/coverage/encrypted?limit=3');
    expect(served.calls).toEqual([
      { name: 'findings.list', input: { states: ['open', 'gone'], job: null, before: null, limit: 5 } },
      { name: 'jobs.cancel', input: { id: 7, actor: 'api pipeline' } },
      { name: 'protection.pause', input: { seconds: 60, actor: 'api pipeline' } },
      { name: 'coverage.files', input: { reason: 'encrypted', limit: 3 } },
    ]);
  });

  test.each([
    ['/api/v1/jobs/7/cancel', { actor: 'user root' }, 'actor'],
    ['/api/v1/jobs/7/cancel', { id: 8 }, 'id'],
    ['/api/v1/jobs/7/cancel', { nothing: 8 }, 'nothing'],
    ['/api/v1/jobs/x/cancel', {}, 'id'],
    ['/api/v1/protection/pause', {}, 'seconds'],
    ['/api/v1/protection/pause?seconds=5', { seconds: 5 }, 'seconds'],
    ['/api/v1/batch/scan', { paths: [] }, 'paths'],
    ['/api/v1/batch/scan', { paths: ['/a'], actor: 'x' }, 'actor'],
    ['/api/v1/batch/lookup', { sha256: ['abc'] }, 'sha256'],
    ['/api/v1/batch/lookup?fresh=true', { sha256: ['0'.repeat(64)] }, 'fresh'],
    ['/api/v1/batch/cache/warm', {}, 'name paths or hashes'],
    ['/api/v1/scan?name=x', { path: '/a' }, 'name'],
    ['/api/v1/sweep', [], 'JSON object'],
    ['/api/v1/sweep', 'text', 'JSON object'],
  ])('POST %s with %j is refused by the name of %s', async (target, body, name) => {
    const reply = await ask(served, target, post(body));
    expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', name)]);
    expect([...served.calls, ...served.asked]).toEqual([]);
  });

  test.each([
    ['/api/v1/findings?limit=0', 'limit'],
    ['/api/v1/findings?state=open', 'state'],
    ['/api/v1/status?x=1', 'x'],
    ['/api/v1/statistics?x=1', 'x'],
    ['/api/v1/openapi.json?x=1', 'x'],
    ['/api/v1/batch/detections/recent?severity=worst', 'severity'],
    ['/api/v1/lookup/abc', 'sha256'],
    [`/api/v1/lookup/${'0'.repeat(64)}?fresh=true`, 'fresh'],
    ['/api/v1/events?all=yes', 'all'],
  ])('GET %s is refused by the name of %s', async (target, name) => {
    const reply = await ask(served, target);
    expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', name)]);
    expect([...served.calls, ...served.asked]).toEqual([]);
  });

  test('__proto__ in a body is a field that is not known', async () => {
    const body = '{"__proto__":{"actor":"user root"}}';
    const reply = await ask(served, '/api/v1/sweep', { method: 'POST', headers: json, body });
    expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', '')]);
  });

  test('a hash is looked up as it is written, and the text goes out as it is', async () => {
    const hash = 'aB'.repeat(32);
    const reply = await ask(served, `/api/v1/lookup/${hash}`);
    expect(reply).toMatchObject({
      status: 200,
      type: 'application/json; charset=utf-8',
      text: `{"known":"${hash}"}`,
    });
    const many = await ask(served, '/api/v1/batch/lookup', post({ sha256: [hash, hash] }));
    expect(many).toMatchObject({ status: 200, text: '{"total_processed":2}' });
  });

  test.each([
    ['application/octet-stream', '?name=a%20b.exe&fresh=true', { name: 'a b.exe', fresh: true }],
    ['application/x-www-form-urlencoded', '', { name: 'unnamed', fresh: false }],
    ['text/plain', '', { name: 'unnamed', fresh: false }],
  ])('a body of the type %s is a file', async (type, query, facts) => {
    const init = { method: 'POST', headers: { 'content-type': type }, body: 'bytes=1' };
    expect((await ask(served, `/api/v1/scan${query}`, init)).status).toBe(200);
    const expected = { ...facts, maxBytes: 4096, actor: 'api pipeline', bytes: 'bytes=1' };
    expect(served.asked).toEqual([{ name: 'upload', input: expected }]);
  });

  test('an empty file is a file', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/octet-stream' } };
    expect((await ask(served, '/api/v1/scan', init)).status).toBe(200);
    expect(served.asked).toMatchObject([{ name: 'upload', input: { bytes: '' } }]);
  });

  test('no body at all is no file', async () => {
    const reply = await ask(served, '/api/v1/scan', { method: 'POST' });
    expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', 'path')]);
  });

  test('multipart is refused with how to send the bytes', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const reply = await ask(served, '/api/v1/scan', { method: 'POST', headers, body: '--x--' });
    expect([reply.status, reply.body]).toEqual([415, refused('CALL_INVALID', 'application/octet-stream')]);
    expect(served.asked).toEqual([]);
  });

  test.each(['/api/v1/batch/scan', '/api/v1/sweep', '/api/v1/allow'])(
    '%s takes only JSON',
    async (target) => {
      for (const type of ['text/plain', 'application/octet-stream', 'application/x-www-form-urlencoded']) {
        const headers = { 'content-type': type };
        const reply = await ask(served, target, { method: 'POST', headers, body: '{}' });
        expect([reply.status, reply.body]).toEqual([415, refused('CALL_INVALID', 'application/json')]);
      }
    },
  );

  test('a body that is not JSON is told so', async () => {
    const reply = await ask(served, '/api/v1/sweep', { method: 'POST', headers: json, body: '{"a":' });
    expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', 'not JSON')]);
  });

  test.each([
    ['/api/v1/batch/scan', 'application/json'],
    ['/api/v1/scan', 'application/json'],
    ['/api/v1/scan', 'application/octet-stream'],
  ])('%s refuses a body of the type %s that is too large', async (target, type) => {
    const headers = { 'content-type': type };
    const reply = await ask(served, target, { method: 'POST', headers, body: ' '.repeat(4097) });
    expect(reply.status).toBe(413);
    expect(errorReplySchema.parse(reply.body).error.code).toBe('TOO_LARGE');
    expect(reply.headers.get('connection')).toBe('close');
    expect(served.asked).toEqual([]);
  });

  test('jobs and restores keep to the allowed folders', async () => {
    const { allowed, folder } = served;
    const inside = join(allowed, 'new');
    const outside = join(folder.path, 'elsewhere');
    const id = '0'.repeat(32);
    const attempts = [
      ask(served, '/api/v1/jobs', post({ kind: 'custom', roots: [inside, outside] })),
      ask(served, '/api/v1/jobs', post({ kind: 'custom', roots: [`${allowed}/../elsewhere`] })),
      ask(served, '/api/v1/quarantine/restore', post({ ids: [id], to: outside })),
    ];
    for (const reply of await Promise.all(attempts)) {
      expect(reply.status).toBe(403);
      expect(errorReplySchema.parse(reply.body).error.code).toBe('NOT_ALLOWED');
    }
    expect(served.calls).toEqual([]);
    expect((await ask(served, '/api/v1/jobs', post({ kind: 'custom', roots: [inside] }))).status).toBe(200);
    const back = await ask(served, '/api/v1/quarantine/restore', post({ ids: [id], to: inside }));
    expect(back.status).toBe(200);
    expect(served.calls.map(({ name }) => name)).toEqual(['jobs.start', 'quarantine.restore']);
  });

  test('an export has a bare name and lands in the folder for exports', async () => {
    const fields = { ids: ['0'.repeat(32)], password: 'infected' };
    for (const file of ['/tmp/a.zip', '../a.zip', 'a.exe', '.zip', 'a\\b.zip']) {
      const reply = await ask(served, '/api/v1/quarantine/export', post({ ...fields, file }));
      expect([reply.status, reply.body]).toEqual([400, refused('CALL_INVALID', 'file')]);
    }
    await ask(served, '/api/v1/quarantine/export', post({ ...fields, file: 'a.zip' }));
    const file = join(served.folder.path, 'exports', 'a.zip');
    expect(served.calls).toEqual([
      { name: 'quarantine.export', input: { ...fields, file, actor: 'api pipeline' } },
    ]);
  });

  test('a warming that is not there is not found', async () => {
    const reply = await ask(served, '/api/v1/batch/cache/warm/other');
    expect([reply.status, reply.body]).toEqual([404, refused('NOT_FOUND', 'other')]);
  });
});

describe('what goes wrong behind a route', () => {
  let served: ServedRoutes;
  const scanning = Promise.withResolvers<AbortSignal>();
  beforeAll(async () => {
    served = await serveRoutes({
      answers: {
        status: () => {
          throw new TypeError('a bug at /home/ada/vedette.ts:3');
        },
        // The contract says more than this.
        brake: () => JSON.parse('{"on": 3}'),
      },
      readiness: () => Promise.resolve({ status: 'not_ready', reasons: ['no engine is there'] }),
      scans: {
        many(_input, signal) {
          scanning.resolve(signal);
          return new Promise(() => {});
        },
      },
    });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.each(['/api/v1/status', '/api/v1/brake'])(
    'a bug behind %s is logged under the id of the request, and its story is not sent',
    async (target) => {
      served.logged.length = 0;
      const reply = await ask(served, target);
      expect([reply.status, reply.body]).toEqual([502, refused('CALL_FAILED', 'the log of Vedette')]);
      expect(reply.text).not.toContain('ada');
      expect(served.logged).toHaveLength(1);
      expect(JSON.parse(served.logged[0] ?? '')).toMatchObject({
        request_id: 'request-1',
        route: target,
        message: 'a request failed',
      });
    },
  );

  test('who cannot scan is not ready', async () => {
    const reply = await ask(served, '/readyz');
    expect([reply.status, reply.body]).toEqual([
      503,
      { status: 'not_ready', reasons: ['no engine is there'] },
    ]);
    expect(serviceRoutes.readyz.output.safeParse(reply.body).success).toBe(true);
  });

  test('a scan ends when its client is gone', async () => {
    const request = httpRequest(`${served.origin}/api/v1/batch/scan`, { method: 'POST', headers: json });
    request.on('error', () => {});
    request.end(JSON.stringify({ paths: ['/a'] }));
    const signal = await scanning.promise;
    expect(signal.aborted).toBe(false);
    const aborted = once(signal, 'abort');
    request.destroy();
    await aborted;
    expect(signal.aborted).toBe(true);
  });
});

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
    await vi.waitFor(() => expect(served.events.counts.open).toBe(5));
    expect(served.listeners.size).toBe(5);
    const again = await follow(served);
    expect(again.response.statusCode).toBe(200);
  });

  test('a stream ends with its token, at the next heartbeat', async () => {
    let isThere = true;
    await using served = await serveRoutes({ isAdmitted: () => isThere, heartbeatMs: 5 });
    const { response, text } = await follow(served);
    const [beat] = await once(response, 'data');
    expect(String(beat)).toBe(':\n\n');
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
