// The middleware of the service on a real socket: what clients see in headers, and what is counted, whatever they do.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest, Agent, type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib';
import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { declareApiClient } from '../../src/api/service/api-client.ts';
import { registerCompression } from '../../src/api/service/compression.ts';
import type { EndedRequest } from '../../src/api/service/ended-request.ts';
import { setErrorReplies } from '../../src/api/service/error-reply.ts';
import { RateLimit, registerRateLimit, tooMany } from '../../src/api/service/rate-limit.ts';
import { registerRequestIds, requestIds } from '../../src/api/service/request-id.ts';
import { RequestMetrics, registerRequestMetrics } from '../../src/api/service/request-metrics.ts';
import { TokenBuckets } from '../../src/api/service/token-bucket.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { AppError } from '../../src/shared/errors.ts';
import { settingsSchema } from '../../src/shared/settings.ts';

const isRequired = process.env['VEDETTE_REQUIRE_CLAMD'] === '1';
const hasPromtool = spawnSync('promtool', ['--version'], { timeout: 30_000 }).status === 0;

const small = JSON.stringify({ known: false });
const large = JSON.stringify({ results: Array.from({ length: 200 }, (_, index) => `number ${index}`) });
/** Too large to be compressed in one go. */
const huge = JSON.stringify({ results: Array.from({ length: 20_000 }, (_, index) => `number ${index}`) });

const defaults = { ...settingsSchema.parse({}).api, gzip_compression_level: 1 };
let settings = defaults;
let clock = 0;
const metrics = new RequestMetrics();
const countEnd = metrics.onEnd.bind(metrics);
vi.spyOn(metrics, 'onEnd').mockImplementation((ended) => {
  countEnd(ended);
  for (const resolve of waiting.splice(0)) resolve(ended);
});
const lookedAt = vi.fn<(ended: EndedRequest) => void>();
/** Those who wait for the end of a request. */
const waiting: ((ended: EndedRequest) => void)[] = [];
let app: FastifyInstance;
let port = 0;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

async function ask(path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent, timeout: 10_000 });
  request.end(body);
  const [response] = await once(request, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

function nextEnd(): Promise<EndedRequest> {
  return new Promise((resolve) => void waiting.push(resolve));
}

async function build(): Promise<FastifyInstance> {
  const server = fastify({ genReqId: requestIds('own'), exposeHeadRoutes: true });
  await server.register(async (scope) => {
    declareApiClient(scope);
    setErrorReplies(scope, silentLogger);
    registerRequestMetrics(scope, { metrics, slow: { look: lookedAt } });
    registerRequestIds(scope);
    const limit = new RateLimit({
      settings: () => settings,
      buckets: new TokenBuckets({ nowMs: () => clock }),
    });
    scope.addHook('onRequest', async (request, reply) => {
      const { authorization } = request.headers;
      if (authorization === undefined) {
        const { allowed, headers, retryAfterSeconds } = limit.takeFrom(request);
        reply.headers(headers);
        if (!allowed) throw tooMany(retryAfterSeconds);
        if (!request.url.endsWith('z')) throw new AppError('NOT_ADMITTED', 'There is no token.');
      } else request.apiClient = { name: authorization, scopes: new Set(['read']) };
    });
    await registerRateLimit(scope, limit);
    await registerCompression(scope, { settings: () => settings });
    scope.setNotFoundHandler(() => {
      throw new AppError('NOT_FOUND', 'There is nothing here.');
    });
    const json = 'application/json; charset=utf-8';
    scope.get('/api/v1/lookup/:sha256', (_request, reply) => reply.type(json).send(small));
    scope.get('/api/v1/status', (_request, reply) => reply.type(json).send(large));
    scope.get('/api/v1/jobs', (_request, reply) => reply.type(json).send(huge));
    scope.post('/api/v1/scan', async (request, reply) => reply.type(json).send(JSON.stringify(request.body)));
    scope.post('/api/v1/jobs', (_request, reply) => reply.code(204).send());
    scope.get('/api/v1/zip', (_request, reply) => reply.type('application/zip').send(Buffer.alloc(5000)));
    // Its answer never comes, or never ends.
    scope.get('/api/v1/jobs/:id', () => new Promise(() => {}));
    scope.get('/api/v1/history', (_request, reply) =>
      reply.type('text/plain').send(new Readable({ read: onlyOnce('a'.repeat(5000)) })),
    );
    scope.get('/api/v1/events', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.raw.write(`data: ${'a'.repeat(5000)}\n\n`);
    });
    scope.get('/healthz', (_request, reply) => reply.send('{}'));
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return server;
}

function onlyOnce(text: string): (this: Readable) => void {
  let isDone = false;
  return function read() {
    if (!isDone) this.push(text);
    isDone = true;
  };
}

beforeAll(async () => {
  app = await build();
  const address = app.server.address();
  if (typeof address === 'object' && address !== null) ({ port } = address);
});
afterAll(async () => {
  agent.destroy();
  app.server.closeAllConnections();
  await app.close();
});
beforeEach(() => {
  settings = defaults;
  // All buckets are full again.
  clock += 3_600_000;
});

const owner = { authorization: 'owner' };

describe('the name of a request', () => {
  test('is in the answer and in an error, and the one of the client where it gave one', async () => {
    const [good, refused, lost, own] = await Promise.all([
      ask('/api/v1/status', { headers: owner }),
      ask('/api/v1/status'),
      ask('/api/v1/nowhere', { headers: owner }),
      ask('/api/v1/status', { headers: { 'x-request-id': 'mine.1' } }),
    ]);
    for (const { headers } of [good, refused, lost]) expect(headers['x-request-id']).toMatch(/^own-\w+$/);
    expect(own.headers['x-request-id']).toBe('mine.1');
    expect(JSON.parse(String(own.body))).toMatchObject({ error: { request_id: 'mine.1' } });
  });
});

describe('the rate limit', () => {
  test('tells each answer how much is left', async () => {
    const { headers } = await ask('/api/v1/status', { headers: { authorization: 'first' } });
    expect(headers).toMatchObject({
      'x-ratelimit-limit': '120',
      'x-ratelimit-remaining': '119',
      'x-ratelimit-reset': '1',
    });
  });

  test('refuses one too many with the time to wait, and serves again when it is over; others are served', async () => {
    settings = { ...defaults, rate_limit_rpm: 6, rate_limit_burst: 1 };
    const statuses: number[] = [];
    for (let count = 0; count < 7; count += 1)
      statuses.push((await ask('/api/v1/status', { headers: { authorization: 'second' } })).status);
    expect(statuses).toEqual(Array.from({ length: 7 }, () => 200));
    const { status, headers, body } = await ask('/api/v1/status', { headers: { authorization: 'second' } });
    expect({ status, headers, body: JSON.parse(String(body)) }).toMatchObject({
      status: 429,
      headers: { 'retry-after': '10', 'x-ratelimit-limit': '7', 'x-ratelimit-remaining': '0' },
      body: { error: { code: 'RATE_LIMITED', details: { retry_after_seconds: 10 } } },
    });
    expect((await ask('/api/v1/status', { headers: { authorization: 'third' } })).status).toBe(200);
    clock += 10_000;
    expect((await ask('/api/v1/status', { headers: { authorization: 'second' } })).status).toBe(200);
  });

  test('counts who is not let in, and addresses that lead nowhere, apart from those with a token', async () => {
    settings = { ...defaults, rate_limit_rpm: 1, rate_limit_burst: 0 };
    expect([await ask('/api/v1/status'), await ask('/api/v1/status')].map(({ status }) => status)).toEqual([
      401, 429,
    ]);
    const headers = { authorization: 'fourth' };
    const found = await ask('/api/v1/nowhere', { headers });
    expect([found.status, (await ask('/api/v1/nowhere', { headers })).status]).toEqual([404, 429]);
  });

  test('is never in the way of who asks whether the service lives', async () => {
    settings = { ...defaults, rate_limit_rpm: 1, rate_limit_burst: 0 };
    for (let count = 0; count < 3; count += 1) {
      for (const headers of [{}, owner]) {
        const answer = await ask('/healthz', { headers });
        expect([answer.status, answer.headers['x-ratelimit-limit']]).toEqual([200, undefined]);
      }
    }
  });

  test('is gone at once when it is switched off', async () => {
    settings = { ...defaults, rate_limit_rpm: 1, rate_limit_burst: 0 };
    for (const expected of [200, 429])
      expect((await ask('/api/v1/status', { headers: owner })).status).toBe(expected);
    settings = { ...settings, enable_rate_limiting: false };
    const { status, headers } = await ask('/api/v1/status', { headers: owner });
    expect([status, headers['x-ratelimit-limit']]).toEqual([200, undefined]);
  });
});

describe('compression', () => {
  test.each([
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'gzip'],
    ['gzip;q=0.5, br', 'br'],
    ['gzip;q=0, zstd', 'zstd'],
    ['GZIP;q=0.1', 'gzip'],
    ['*', 'gzip'],
    ['br;q=1.0, gzip;q=0.8, *;q=0.1', 'br'],
    ['gzip;q=0', undefined],
    ['gzip;q=0.000', undefined],
    ['gzip;q=0, *', undefined],
    ['*;q=0', undefined],
    ['identity', undefined],
    ['identity, gzip;q=0.5', undefined],
    ['deflate', undefined],
    ['', undefined],
    [';;;,,,q=', undefined],
  ])('for Accept-Encoding %j is %s', async (accepted, encoding) => {
    const headers = { ...owner, 'accept-encoding': accepted };
    const answer = await ask('/api/v1/status', { headers });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers['vary']).toBe('accept-encoding');
    expect(decoded(answer)).toBe(large);
    expect(answer.body.length < large.length).toBe(encoding !== undefined);
  });

  test('of a large answer goes through a stream, and is whole', async () => {
    for (const encoding of ['gzip', 'br', 'zstd']) {
      const headers = { ...owner, 'accept-encoding': encoding };
      const answer = await ask('/api/v1/jobs', { headers });
      expect(answer.headers['content-encoding']).toBe(encoding);
      expect(decoded(answer)).toBe(huge);
    }
  });

  test('has the level of the settings', async () => {
    const headers = { ...owner, 'accept-encoding': 'gzip' };
    const { body } = await ask('/api/v1/status', { headers });
    expect(body.length).toBe(gzipSync(large, { level: 1 }).length);
    expect(body.length).not.toBe(gzipSync(large).length);
  });

  test('is left out where it does not pay', async () => {
    const headers = { ...owner, 'accept-encoding': 'gzip, br' };
    const paths = [`/api/v1/lookup/${'a'.repeat(64)}`, '/api/v1/zip'];
    const answers = await Promise.all(paths.map((path) => ask(path, { headers })));
    answers.push(await ask('/api/v1/jobs', { headers, method: 'POST' }));
    answers.push(await ask('/api/v1/status', { headers, method: 'HEAD' }));
    expect(answers.map((answer) => [answer.status, answer.headers['content-encoding']])).toEqual([
      [200, undefined],
      [200, undefined],
      [204, undefined],
      [200, undefined],
    ]);
    expect(answers[3]?.headers['content-length']).toBe(String(large.length));
  });

  test.each(['gzip', 'GZIP', 'br', 'deflate', 'gzip, gzip'])(
    'of a body in a request is refused: %s',
    async (encoding) => {
      const headers = { ...owner, 'content-type': 'application/json', 'content-encoding': encoding };
      const answer = await ask('/api/v1/scan', { method: 'POST', headers, body: gzipSync('{}') });
      expect(answer.status).toBe(415);
      expect(JSON.parse(String(answer.body))).toMatchObject({ error: { code: 'CALL_INVALID' } });
    },
  );

  test('that is none is taken', async () => {
    const headers = { ...owner, 'content-type': 'application/json', 'content-encoding': 'identity' };
    const answer = await ask('/api/v1/scan', { method: 'POST', headers, body: Buffer.from('{"a":1}') });
    expect([answer.status, String(answer.body)]).toEqual([200, '{"a":1}']);
  });
});

describe('what is counted', () => {
  test('is the declared route, never the address', async () => {
    const ended = nextEnd();
    await ask(`/api/v1/lookup/${'b'.repeat(64)}?name=secret`, { headers: owner });
    expect(await ended).toEqual({
      method: 'GET',
      route: '/api/v1/lookup/:sha256',
      status: 200,
      seconds: expect.any(Number),
      requestBytes: null,
      responseBytes: small.length,
      requestId: expect.stringMatching(/^own-/),
      client: 'owner',
      isEndless: false,
    });
    expect(await metrics.render()).not.toMatch(/bbbb|secret/);
  });

  test('is a body with its length, and a compressed answer as it was sent', async () => {
    const body = Buffer.from(JSON.stringify({ text: 'c'.repeat(6000) }));
    const headers = { ...owner, 'content-type': 'application/json', 'accept-encoding': 'gzip' };
    let ended = nextEnd();
    const answer = await ask('/api/v1/scan', { method: 'POST', headers, body });
    expect(await ended).toMatchObject({ requestBytes: body.length, responseBytes: answer.body.length });
    // On the same connection, of which only the bytes of this answer count.
    await ask('/api/v1/jobs', { headers });
    ended = nextEnd();
    const streamed = await ask('/api/v1/jobs', { headers });
    const { responseBytes } = await ended;
    expect(responseBytes).toBeGreaterThan(streamed.body.length);
    expect(responseBytes).toBeLessThan(streamed.body.length + 1500);
  });

  test('is no size where there is no body', async () => {
    for (const [method, path] of [
      ['POST', '/api/v1/jobs'],
      ['HEAD', '/api/v1/status'],
    ] as const) {
      const ended = nextEnd();
      await ask(path, { method, headers: owner });
      expect(await ended).toMatchObject({ method, responseBytes: 0 });
    }
  });

  test('is never a length that was announced and not sent', async () => {
    const ended = nextEnd();
    const headers = { 'content-type': 'application/json', 'content-length': '9000000000000000' };
    const request = httpRequest({ host: '127.0.0.1', port, path: '/api/v1/scan', method: 'POST', headers });
    request.on('error', () => {}).flushHeaders();
    const [response] = await once(request, 'response');
    response.resume();
    expect(await ended).toMatchObject({ status: 401, requestBytes: null });
    request.destroy();
  });

  test('is a refusal before the route was reached, and an address or a method that leads nowhere', async () => {
    let ended = nextEnd();
    await ask('/api/v1/status');
    expect(await ended).toMatchObject({ route: '/api/v1/status', status: 401, client: null });
    ended = nextEnd();
    await ask('/api/v1/no/such/thing', { headers: owner });
    expect(await ended).toMatchObject({ route: 'unmatched', status: 404, client: 'owner' });
    ended = nextEnd();
    await ask('/api/v1/no/such/thing', { headers: owner, method: 'PROPFIND' });
    expect(await ended).toMatchObject({ method: 'other', route: 'unmatched', status: 404 });
  });

  test.each([
    ['before the answer', '/api/v1/jobs/7', '/api/v1/jobs/:id'],
    ['in the middle of it', '/api/v1/history', '/api/v1/history'],
  ])('is a client that went away %s', async (_when, path, route) => {
    const ended = nextEnd();
    const request = httpRequest({ host: '127.0.0.1', port, path, headers: owner });
    request.on('error', () => {});
    const seen = path.endsWith('7') ? once(app.server, 'request') : once(request, 'response');
    request.end();
    await seen;
    expect(await metrics.render()).toContain('http_requests_in_progress{method="GET"} 1');
    request.destroy();
    expect(await ended).toMatchObject({ route, status: 'aborted', responseBytes: null });
    expect(await metrics.render()).toContain('http_requests_in_progress{method="GET"} 0');
  });

  test('is a stream of events as answered, without the time that somebody listened', async () => {
    lookedAt.mockClear();
    const ended = nextEnd();
    const request = httpRequest({ host: '127.0.0.1', port, path: '/api/v1/events', headers: owner });
    request.on('error', () => {}).end();
    const [response] = await once(request, 'response');
    response.on('error', () => {});
    await once(response, 'data');
    request.destroy();
    expect(await ended).toMatchObject({ route: '/api/v1/events', status: 200, isEndless: true });
    expect(lookedAt).not.toHaveBeenCalled();
    expect(await metrics.render()).not.toContain(
      'http_request_duration_seconds_count{method="GET",route="/api/v1/events"}',
    );
  });

  test.runIf(hasPromtool || isRequired)('is text of which promtool has nothing to say', async () => {
    for (const input of [await new RequestMetrics().render(), await metrics.render()]) {
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
        input,
        encoding: 'utf8',
        timeout: 60_000,
      });
      expect({ status, text: `${stdout}${stderr}` }).toEqual({ status: 0, text: '' });
    }
  });
});

function decoded({ headers, body }: Answer): string {
  const decoders = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync };
  const encoding = headers['content-encoding'];
  if (encoding !== 'gzip' && encoding !== 'br' && encoding !== 'zstd') return String(body);
  return String(decoders[encoding](body));
}
