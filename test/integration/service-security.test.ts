// The service as an attacker meets it, on real sockets: real door, tokens, limits, scans and history, and nothing in between.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { examples, requestOf } from '../../src/api/service/openapi/examples.ts';
import { listRoutes } from '../../src/api/service/openapi/route-list.ts';
import { scopes, type Scope } from '../../src/shared/api-routes.ts';
import { AppError } from '../../src/shared/errors.ts';
import { errorReplySchema } from '../../src/shared/service-documents.ts';
import { sha256Of } from '../helpers/fake-service.ts';
import { fakeHandlers } from '../helpers/fake-handlers.ts';
import { GuardedService } from '../helpers/guarded-service.ts';
import { openSocket, sendRaw, statusesIn, untilClosed } from '../helpers/raw-http.ts';
import { RunningScene } from '../helpers/running-scene.ts';

let scene: RunningScene;
let served: GuardedService;
let token: Readonly<Record<Scope, string>>;
let bearer: (scope: Scope) => Record<string, string>;
const running = new AsyncDisposableStack();
const json = { 'content-type': 'application/json' };
const bytes = { 'content-type': 'application/octet-stream' };
const maxBytes = 512 * 1024;

beforeAll(async () => {
  scene = running.use(await RunningScene.open());
  served = running.use(
    await GuardedService.start({
      scene,
      api: { enable_rate_limiting: false, max_request_size: maxBytes },
    }),
  );
  token = {
    read: await served.token('reader', ['read']),
    scan: await served.token('scanner', ['scan']),
    manage: await served.token('manager', ['manage']),
  };
  bearer = (scope) => ({ authorization: `Bearer ${token[scope]}` });
});
afterAll(() => running.disposeAsync());
afterEach(() => {
  vi.restoreAllMocks();
  served.setApi({ enable_rate_limiting: false });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** As a program sends it. */
async function ask(target: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  const init = {
    method,
    headers,
    signal: AbortSignal.timeout(20_000),
    ...(body === undefined ? {} : { body }),
  };
  const response = await fetch(`${served.origin}${target}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function codeIn({ text }: Pick<Answer, 'text'>): string {
  return errorReplySchema.strict().parse(JSON.parse(text)).error.code;
}

/** A head, as it goes over the line; `host` is the one of the server unless it is given. */
function head(line: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = { host: `127.0.0.1:${served.port}`, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

describe('a web page of another site', () => {
  test.each([
    ['a fetch with everything a page can add', 'POST', { origin: 'https://evil.example', ...json }],
    [
      'a form, with JSON as text/plain',
      'POST',
      { origin: 'https://evil.example', 'content-type': 'text/plain' },
    ],
    ['a form of a sandboxed frame', 'POST', { origin: 'null', 'content-type': 'text/plain' }],
    ['an image', 'GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    ['a page on another port of this machine', 'GET', { 'sec-fetch-site': 'same-site' }],
    ['one that calls itself ours', 'POST', { origin: 'self', ...json }],
    [
      'a question before the request',
      'OPTIONS',
      {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    ],
    ['a web socket', 'GET', { origin: 'https://evil.example', connection: 'upgrade', upgrade: 'websocket' }],
  ])('is refused before any work, token or not: %s', async (_name, method, headers) => {
    const scan = vi.spyOn(scene.vedette.service.scans, 'one');
    const own = Object.entries(headers).map(([name, value]) => [
      name,
      value === 'self' ? served.origin : value,
    ]);
    const path = scene.write('for-a-page.txt', 'nothing to see');
    const body = method === 'POST' ? JSON.stringify({ path }) : '';
    for (const authorization of [{}, bearer('scan')]) {
      // What is not of the API is of the pages, and has their door.
      const others = method === 'GET' ? ['/metrics', '/healthz'] : [];
      for (const target of ['/api/v1/scan', '/api/v1/nowhere', ...others]) {
        const given = { ...Object.fromEntries(own), ...authorization, 'content-length': String(body.length) };
        const closing = 'upgrade' in headers ? given : { ...given, connection: 'close' };
        const socket = openSocket(served.port);
        const answered = untilClosed(socket);
        socket.write(head(`${method} ${target} HTTP/1.1`, closing) + body);
        const answer = await answered;
        expect(statusesIn(answer)).toEqual([403]);
        expect(answer.toLowerCase()).not.toContain('access-control-');
        expect(answer).toContain('NOT_ADMITTED');
      }
    }
    expect(scan).not.toHaveBeenCalled();
  });

  test('gets no header that lets it read anything, whatever the answer is', async () => {
    for (const target of ['/healthz', '/api/v1/status', '/metrics', '/nowhere', '/']) {
      const { headers } = await ask(target, { headers: bearer('read') });
      const names = [...headers.keys()].filter((name) => name.startsWith('access-control'));
      expect(names).toEqual([]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });

  test('needs more than the session of the pages, and a token opens no page', async () => {
    const { hash, origin } = new URL(served.pages.newLink(served.origin));
    const signedIn = await ask('/api/session', {
      method: 'POST',
      headers: { ...json, origin },
      body: JSON.stringify({ token: hash.replace('#token=', '') }),
    });
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const { value } = JSON.parse(signedIn.text);
    const session = { cookie, 'x-vedette-key': value.key };
    expect((await ask('/api/v1/status', { headers: session })).status).toBe(401);
    const call = { method: 'POST', headers: { ...json, origin, ...bearer('manage') }, body: '{}' };
    expect((await ask('/api/call/status', call)).status).toBe(401);
    expect(
      (await ask('/api/call/status', { ...call, headers: { ...call.headers, ...session } })).status,
    ).toBe(200);
  });
});

describe('a name that is not ours', () => {
  test.each([
    'evil.example',
    'localhost.evil.example:PORT',
    '127.0.0.1.evil.example:PORT',
    '127.0.0.1:1',
    '127.0.0.1',
    'user@127.0.0.1:PORT',
    '0.0.0.0:PORT',
    '127.0.0.2:PORT',
    '2130706433:PORT',
    '[::]:PORT',
    '',
  ])('leads nowhere although it leads here (DNS rebinding): %j', async (host) => {
    const given = { host: host.replace('PORT', String(served.port)), connection: 'close', ...bearer('read') };
    for (const target of ['/api/v1/status', '/metrics', '/healthz', '/', '/api/call/status']) {
      const answer = await sendRaw({ port: served.port, parts: [head(`GET ${target} HTTP/1.1`, given)] });
      expect(statusesIn(answer)).toEqual([421]);
    }
  });

  test('in the target of the request neither, nor none at all', async () => {
    const own = { ...bearer('read'), connection: 'close' };
    for (const line of [
      'GET http://evil.example/api/v1/status HTTP/1.1',
      `GET http://127.0.0.1:${served.port}/api/v1/status HTTP/1.1`,
      'OPTIONS * HTTP/1.1',
    ])
      expect(statusesIn(await sendRaw({ port: served.port, parts: [head(line, own)] }))).toEqual([421]);
    const withoutHost = `GET /api/v1/status HTTP/1.1\r\nauthorization: Bearer ${token.read}\r\n\r\n`;
    expect(statusesIn(await sendRaw({ port: served.port, parts: [withoutHost] }))).toEqual([400]);
    expect(
      statusesIn(await sendRaw({ port: served.port, parts: [withoutHost.replace('1.1', '1.0')] })),
    ).toEqual([421]);
  });
});

describe('bytes that are no proper request', () => {
  test.each([
    ['two lengths', { 'content-length': '2', 'Content-Length': '40' }],
    ['a length in two parts', { 'content-length': '2, 40' }],
    ['a length and chunks', { 'content-length': '2', 'transfer-encoding': 'chunked' }],
    ['chunks by another name', { 'transfer-encoding': 'xchunked' }],
    ['chunks twice', { 'transfer-encoding': 'chunked, identity' }],
    ['a length with a sign', { 'content-length': '+2' }],
    ['a negative length', { 'content-length': '-1' }],
    ['a space before the colon', { 'content-length ': '2' }],
  ])('are one request, refused, and nothing is read as another: %s', async (_name, headers) => {
    const many = vi.spyOn(scene.vedette.service.lookups, 'many');
    const smuggled = head('GET /api/v1/status HTTP/1.1', { ...bearer('read'), 'x-request-id': 'smuggled' });
    const answer = await sendRaw({
      port: served.port,
      parts: [
        head('POST /api/v1/batch/lookup HTTP/1.1', { ...bearer('read'), ...json, ...headers }),
        `{}${smuggled}`,
      ],
    });
    expect(statusesIn(answer)).toEqual([400]);
    expect(answer).not.toContain('smuggled');
    expect(many).not.toHaveBeenCalled();
  });

  test('do not split an answer, in whatever they stand that comes back', async () => {
    const split = 'a%0d%0aset-cookie:%20a=b';
    for (const id of ['a\tb', 'a b', '"', 'é', 'x'.repeat(65), 'a,b']) {
      const { headers } = await ask('/healthz', { headers: { 'x-request-id': id } });
      expect(headers.get('x-request-id')).toMatch(/^[\da-f]{12}-\w+$/);
    }
    for (const target of [
      `/api/v1/${split}`,
      `/${split}`,
      `/api/v1/lookup/${split}`,
      `/api/v1/jobs?${split}=1`,
    ]) {
      const answer = await ask(target, { headers: bearer('read') });
      expect([answer.status >= 400, answer.headers.has('set-cookie')]).toEqual([true, false]);
    }
    const upload = { method: 'POST', headers: { ...bearer('scan'), ...bytes }, body: 'harmless' };
    const answer = await ask(`/api/v1/scan?name=${split}`, upload);
    expect([answer.status, answer.headers.has('set-cookie')]).toEqual([200, false]);
    const lines = head('GET /healthz HTTP/1.1', {
      'x-request-id': 'a\rset-cookie: a=b',
      connection: 'close',
    });
    expect(statusesIn(await sendRaw({ port: served.port, parts: [lines] }))).toEqual([400]);
  });

  test.each([
    ['%2e%2e/%2e%2e/etc/passwd', 404],
    ['lookup/..%2f..%2fetc%2fpasswd', 400],
    ['lookup/../../etc/passwd', 404],
    ['jobs/%2e%2e%2fstatus', 400],
    ['jobs/1%00', 400],
    ['coverage/__proto__', 400],
    ['coverage/constructor', 400],
    ['batch/cache/warm/__proto__', 404],
    ['//status', 404],
    ['status/', 404],
    ['STATUS', 404],
    ['status;a=b', 404],
    ['%zz', 400],
    ['jobs/%ff', 400],
    [`lookup/${'a'.repeat(8000)}`, 404],
  ])('in an address lead to no other route: %s', async (target, status) => {
    const line = `GET /api/v1/${target} HTTP/1.1`;
    const request = head(line, {
      ...bearer(target.startsWith('batch') ? 'scan' : 'read'),
      connection: 'close',
    });
    const answer = await sendRaw({ port: served.port, parts: [request] });
    expect(statusesIn(answer)).toEqual([status]);
    expect(answer).not.toContain('root:');
  });

  test('in an address need the token of the route that answers, however it is spelled', async () => {
    for (const target of ['/%61pi/v1/status', '/api/%761/status', '/api/v1/st%61tus', '/%6detrics']) {
      expect([target, (await ask(target)).status]).toEqual([target, 401]);
      expect([target, (await ask(target, { headers: bearer('scan') })).status]).toEqual([target, 403]);
      expect([target, (await ask(target, { headers: bearer('read') })).status]).toEqual([target, 200]);
    }
  });
});

describe('a token', () => {
  test.each([
    ['in the query', (good: string) => ({ target: `/api/v1/status?token=${good}&access_token=${good}` })],
    ['as a cookie', (good: string) => ({ cookie: `token=${good}; authorization=Bearer ${good}` })],
    ['in another header', (good: string) => ({ 'x-api-key': good, 'proxy-authorization': `Bearer ${good}` })],
    ['as a name with a password', (good: string) => ({ authorization: `Basic ${btoa(`${good}:${good}`)}` })],
    ['with one letter less', (good: string) => ({ authorization: `Bearer ${good.slice(0, -1)}` })],
    [
      'with one letter changed',
      (good: string) => ({ authorization: `Bearer ${good.slice(0, -1)}${good.endsWith('A') ? 'E' : 'A'}` }),
    ],
    ['twice', (good: string) => ({ authorization: `Bearer ${good}, Bearer ${good}` })],
    [
      'as its hash',
      (good: string) => ({
        authorization: `Bearer ${sha256Of(good).slice(0, 47)}`,
      }),
    ],
  ])('is taken in its one place only: not %s', async (_name, given) => {
    const { target = '/api/v1/status', ...headers }: Record<string, string> = given(token.read);
    const answer = await ask(target, { headers });
    expect([answer.status, codeIn(answer)]).toEqual([401, 'NOT_ADMITTED']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="vedette"');
    expect(answer.text).not.toContain(token.read.slice(4, -1));
  });

  test('that nobody has says nothing of what there is: every address, known or not, is answered alike', async () => {
    const texts = await Promise.all(
      ['/api/v1/status', '/api/v1/nowhere', '/api/v1/jobs/1', '/metrics'].map(async (target) => {
        const { status, text } = await ask(target, { headers: { 'x-request-id': 'same' } });
        return `${status} ${text}`;
      }),
    );
    expect(new Set(texts).size).toBe(1);
  });

  test('for everything else opens nothing: each route needs its own scope, and nothing happens without it', async () => {
    const { handlers, asked } = fakeHandlers({});
    const { service } = scene.vedette;
    const reached: string[] = [];
    function noted(): never {
      reached.push('service');
      throw new AppError('NOT_FOUND', 'the test has nothing here');
    }
    for (const name of ['one', 'many', 'upload'] as const)
      vi.spyOn(service.scans, name).mockImplementation(noted);
    for (const name of ['one', 'many'] as const) vi.spyOn(service.lookups, name).mockImplementation(noted);
    for (const name of ['start', 'show', 'cancel'] as const)
      vi.spyOn(service.warming, name).mockImplementation(noted);
    for (const name of ['detections', 'statistics', 'dashboard'] as const)
      vi.spyOn(service, name).mockImplementation(noted);
    await using other = await GuardedService.start({
      scene,
      handlers,
      api: { enable_rate_limiting: false },
    });
    const tokens = await Promise.all(
      scopes.map(async (scope) => {
        const rest = scopes.filter((each) => each !== scope);
        const [own, others] = [
          await other.token(`only-${scope}`, [scope]),
          await other.token(`no-${scope}`, rest),
        ];
        return { scope, own, others };
      }),
    );
    const seen: unknown[] = [];
    const expected: unknown[] = [];
    for (const { name, facts } of listRoutes()) {
      if (facts.scope === null) continue;
      const given = tokens.find(({ scope }) => scope === facts.scope);
      const { method, target, body } = requestOf(facts, examples[name]);
      const [type, content] = examples[name].file === undefined ? [json, body] : [bytes, 'a file'];
      for (const [who, secret] of [
        ['others', given?.others ?? ''],
        ['own', given?.own ?? ''],
      ] as const) {
        asked.length = 0;
        reached.length = 0;
        const sent = content?.replaceAll('/srv/uploads', scene.watched);
        const response = await fetch(`${other.origin}${target}`, {
          method,
          headers: { ...(sent === undefined ? {} : type), authorization: `Bearer ${secret}` },
          ...(sent === undefined ? {} : { body: sent }),
        });
        // A stream of events goes on for as long as somebody listens.
        if (name === 'events') await response.body?.cancel();
        const text = name === 'events' ? '' : await response.text();
        expect(text).not.toContain(secret);
        const isText = ['events', 'metrics', 'openapi'].includes(name);
        const happened = asked.length + reached.length;
        seen.push([name, who, response.status, happened]);
        const allowed = isText ? [200, 0] : [404, 1];
        expected.push([name, who, ...(who === 'others' ? [403, 0] : allowed)]);
      }
    }
    expect(seen).toEqual(expected);
    expect(seen.length).toBeGreaterThan(80);
  });
});
