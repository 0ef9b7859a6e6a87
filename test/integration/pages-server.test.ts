// The pages' server on a real socket: what is let in, what is not, and what the state sends.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { PageDoor } from '../../src/api/page-door.ts';
import { PageFiles } from '../../src/api/page-files.ts';
import { HttpServer, type HttpServerOptions } from '../../src/api/http-server.ts';
import { Pages, type PagesOptions } from '../../src/api/pages.ts';
import { PageSessions, sessionIdleMs, tokenLifeMs } from '../../src/api/page-sessions.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { StateMessage } from '../../src/shared/app-state.ts';
import { calls } from '../../src/shared/contract.ts';
import { fakeHandlers } from '../helpers/fake-handlers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { finding } from '../unit/api/a-finding.ts';

type Listener = (message: StateMessage) => void;

const first: StateMessage = { kind: 'slice', slice: 'quarantine', value: { count: 1, size_bytes: 10 } };
const second: StateMessage = { kind: 'slice', slice: 'quarantine', value: { count: 2, size_bytes: 20 } };

/** A server of one test or of many, with everything behind it made up. */
async function serving(
  changes: Partial<PagesOptions> & Partial<Pick<HttpServerOptions, 'limits' | 'address'>> = {},
) {
  const folder = temporaryFolder();
  const root = join(folder.path, 'root');
  folder.write('root/index.html', '<!doctype html><title>Vedette</title>');
  folder.write('root/assets/main-AbCd1234.js', 'let a;');
  folder.write('secret.html', 'secret');
  const clock = { now: 0 };
  const listeners = new Set<Listener>();
  const { handlers, asked } = fakeHandlers({
    brake: () => ({ on: false, reason: '' }),
    'jobs.start': () => {
      throw new TypeError('a bug in /secret/place.ts');
    },
  });
  const logged: string[] = [];
  function log(fields: object, message: string): void {
    logged.push(JSON.stringify({ ...fields, message }));
  }
  const logger = { ...silentLogger, warn: log, error: log };
  const door = new PageDoor({ handlers, actor: 'user ada', logger });
  const { limits = {}, address = { host: '127.0.0.1', port: 0 }, ...pageChanges } = changes;
  const pages = new Pages({
    door,
    files: new PageFiles(root),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    logger,
    sessions: new PageSessions(() => clock.now),
    ...pageChanges,
  });
  const server = await HttpServer.listen({ address, parts: [pages], limits, logger });
  return {
    server,
    pages,
    asked,
    door,
    clock,
    listeners,
    logged,
    origin: server.origin,
    tell: (message: StateMessage) => listeners.forEach((listener) => listener(message)),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

type Serving = Awaited<ReturnType<typeof serving>>;

interface Asking {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Buffer;
}

/** Of each cookie, the key that the page keeps for itself. */
const keys = new Map<string, string>();

/** As our own page would send it, but for what is said otherwise; `undefined` takes a header away. */
async function start(
  origin: string,
  { method = 'GET', path = '/', headers = {}, body }: Asking,
): Promise<IncomingMessage> {
  const { host, hostname, port } = new URL(origin);
  const key = keys.get(headers['cookie'] ?? '');
  const usual = {
    host,
    ...(key === undefined ? {} : { 'x-vedette-key': key }),
    ...(method === 'POST' ? { origin, 'content-type': 'application/json' } : {}),
  };
  const all = Object.fromEntries(
    Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== undefined),
  );
  const request = httpRequest({ hostname, port, method, path, headers: all, agent: false, setHost: false });
  const answered = once(request, 'response');
  // A server that has refused the head does not read the rest.
  request.on('error', () => {});
  request.end(body);
  const [response] = await answered;
  return response;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly reply: unknown;
}

async function ask(origin: string, asking: Asking): Promise<Answer> {
  const response = await start(origin, asking);
  const text = (await buffer(response)).toString();
  const isJson = response.headers['content-type']?.startsWith('application/json') === true;
  return {
    status: response.statusCode,
    headers: response.headers,
    text,
    reply: isJson ? JSON.parse(text) : null,
  };
}

function signIn(origin: string, link: string): Promise<Answer> {
  const token = new URL(link).hash.replace('#token=', '');
  return ask(origin, { method: 'POST', path: '/api/session', body: JSON.stringify({ token }) });
}

async function cookieOf({ pages, origin }: Serving): Promise<string> {
  const { headers, reply } = await signIn(origin, pages.newLink(origin));
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? 'none';
  keys.set(cookie, keyReply.parse(reply).value.key);
  return cookie;
}

const keyReply = z.object({ ok: z.literal(true), value: z.object({ key: z.string() }) });

function refused(code: string) {
  return { ok: false, error: { code, message: expect.stringMatching(/./), details: {} } };
}

const call = { method: 'POST', path: '/api/call/brake', body: '{}' };

describe('the pages in a browser', () => {
  let room: Serving;
  let cookie: string;
  beforeAll(async () => {
    room = await serving();
    cookie = await cookieOf(room);
  });
  afterAll(async () => room[Symbol.asyncDispose]());

  test('are files with a strict policy, and need no session', async () => {
    const page = await ask(room.origin, {});
    expect([page.status, page.text]).toEqual([200, '<!doctype html><title>Vedette</title>']);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'; connect-src 'self'",
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    const script = await ask(room.origin, { path: '/assets/main-AbCd1234.js?x=1' });
    expect([script.status, script.text, script.headers['cache-control']]).toEqual([
      200,
      'let a;',
      'public, max-age=31536000, immutable',
    ]);
  });

  test.each([
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/assets/..%5c..%5csecret.html',
    '/secret.html',
    '/index.html%00',
    '/%zz',
    '//index.html',
    '/api',
    '/nothing',
  ])('are nowhere else: %s', async (path) => {
    const { status, text, reply } = await ask(room.origin, { path });
    expect([400, 404]).toContain(status);
    expect(reply).toMatchObject({ ok: false });
    expect(text).not.toContain('secret');
  });

  test('are open to calls with a session', async () => {
    const { status, reply, headers } = await ask(room.origin, { ...call, headers: { cookie } });
    expect([status, reply]).toEqual([200, { ok: true, value: { on: false, reason: '' } }]);
    expect(headers['cache-control']).toBe('no-store');
  });

  const evil = 'https://evil.example';
  test.each<[string, number, string, Asking]>([
    ['no session', 401, 'NOT_ADMITTED', call],
    ['a session of somebody else', 401, 'NOT_ADMITTED', { ...call, headers: { cookie: 'COOKIE=x' } }],
    ['a session with another name', 401, 'NOT_ADMITTED', { ...call, headers: { cookie: 'other=SECRET' } }],
    ['no session for the state', 401, 'NOT_ADMITTED', { path: '/api/events' }],
    ['no session for anything to come', 401, 'NOT_ADMITTED', { path: '/api/v1/status' }],
    ['no session for another spelling', 401, 'NOT_ADMITTED', { ...call, path: '/%61pi/call/brake' }],
    ['no session for half another spelling', 401, 'NOT_ADMITTED', { ...call, path: '/ap%69/call/brake' }],
    ['no session for the state in another spelling', 401, 'NOT_ADMITTED', { path: '/%61pi/events' }],
    [
      'a cookie that another port of this machine was sent',
      401,
      'NOT_ADMITTED',
      { ...call, headers: { cookie: 'COOKIE=SECRET', 'x-vedette-key': undefined } },
    ],
    [
      'a key of another session',
      401,
      'NOT_ADMITTED',
      { ...call, headers: { cookie: 'COOKIE=SECRET', 'x-vedette-key': 'x'.repeat(43) } },
    ],
    ['another origin', 403, 'NOT_ADMITTED', { ...call, headers: { cookie: 'COOKIE=SECRET', origin: evil } }],
    ['no origin', 403, 'NOT_ADMITTED', { ...call, headers: { cookie: 'COOKIE=SECRET', origin: undefined } }],
    [
      'another site',
      403,
      'NOT_ADMITTED',
      { ...call, headers: { cookie: 'COOKIE=SECRET', 'sec-fetch-site': 'cross-site' } },
    ],
    ['another site for the page', 403, 'NOT_ADMITTED', { headers: { 'sec-fetch-site': 'cross-site' } }],
    [
      'another site for the state',
      403,
      'NOT_ADMITTED',
      { path: '/api/events', headers: { cookie: 'COOKIE=SECRET', 'sec-fetch-site': 'same-site' } },
    ],
    [
      'another name',
      421,
      'NOT_ADMITTED',
      {
        ...call,
        headers: { cookie: 'COOKIE=SECRET', host: 'evil.example:80', origin: 'http://evil.example:80' },
      },
    ],
    ['another name for the page', 421, 'NOT_ADMITTED', { headers: { host: 'evil.example' } }],
    [
      'a question before a call from elsewhere',
      403,
      'NOT_ADMITTED',
      { method: 'OPTIONS', path: '/api/call/brake', headers: { origin: evil } },
    ],
    [
      'plain text',
      415,
      'CALL_INVALID',
      { ...call, headers: { cookie: 'COOKIE=SECRET', 'content-type': 'text/plain' } },
    ],
    [
      'a form',
      415,
      'CALL_INVALID',
      { ...call, headers: { cookie: 'COOKIE=SECRET', 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    [
      'no type',
      415,
      'CALL_INVALID',
      { ...call, headers: { cookie: 'COOKIE=SECRET', 'content-type': undefined } },
    ],
    ['no JSON', 400, 'CALL_INVALID', { ...call, body: '{', headers: { cookie: 'COOKIE=SECRET' } }],
    ['no body', 400, 'CALL_INVALID', { ...call, body: '', headers: { cookie: 'COOKIE=SECRET' } }],
    [
      'a large body',
      413,
      'CALL_INVALID',
      { ...call, body: Buffer.alloc(1024 * 1024 + 1, ' '), headers: { cookie: 'COOKIE=SECRET' } },
    ],
    [
      'a body said to be of 2 GB',
      413,
      'CALL_INVALID',
      { ...call, headers: { cookie: 'COOKIE=SECRET', 'content-length': '2147483648' } },
    ],
    [
      'a prototype key',
      400,
      'CALL_INVALID',
      { ...call, body: '{"__proto__": {"x": 1}}', headers: { cookie: 'COOKIE=SECRET' } },
    ],
    [
      'who acts',
      400,
      'CALL_INVALID',
      {
        ...call,
        path: '/api/call/brake.release',
        body: '{"actor": "x"}',
        headers: { cookie: 'COOKIE=SECRET' },
      },
    ],
    [
      'a call that is not there',
      400,
      'CALL_INVALID',
      { ...call, path: '/api/call/nothing', headers: { cookie: 'COOKIE=SECRET' } },
    ],
    [
      'a call of the window',
      400,
      'CALL_INVALID',
      {
        ...call,
        path: '/api/call/desktop.pick',
        body: '{"what": "files"}',
        headers: { cookie: 'COOKIE=SECRET' },
      },
    ],
    [
      'a path the page does not have from us',
      400,
      'CALL_INVALID',
      {
        ...call,
        path: '/api/call/folders.list',
        body: '{"path": "/etc"}',
        headers: { cookie: 'COOKIE=SECRET' },
      },
    ],
    [
      'asking instead of calling',
      404,
      'NOT_FOUND',
      { path: '/api/call/brake', headers: { cookie: 'COOKIE=SECRET' } },
    ],
  ])('are closed to %s', async (_what, status, code, asking) => {
    const [name = '', secret = ''] = cookie.split('=');
    const given = asking.headers?.['cookie']?.replace('COOKIE', name).replace('SECRET', secret);
    const before = room.asked.length;
    const answer = await ask(room.origin, { ...asking, headers: { ...asking.headers, cookie: given } });
    expect([answer.status, answer.reply]).toEqual([status, refused(code)]);
    expect(Object.keys(answer.headers).filter((header) => header.startsWith('access-control'))).toEqual([]);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(room.asked.length).toBe(before);
  });

  test('count and log what was refused, and never a secret', () => {
    expect(room.pages.counts.refused).toBeGreaterThan(20);
    expect(room.logged.some((line) => line.includes('a request was refused'))).toBe(true);
    expect(room.logged.join()).not.toContain(cookie.split('=')[1]);
  });

  test.each(Object.keys(calls))('%s with what does not fit is refused before its handler', async (name) => {
    const before = room.asked.length;
    const body = JSON.stringify({
      id: 'x',
      ids: 'x',
      roots: 'x',
      limit: 'x',
      done: 'x',
      range: 'x',
      unknown: 1,
    });
    const { status, reply } = await ask(room.origin, {
      ...call,
      path: `/api/call/${name}`,
      body,
      headers: { cookie },
    });
    expect([status, reply]).toEqual([400, refused('CALL_INVALID')]);
    expect(room.asked.length).toBe(before);
  });

  test('hear of a bug only that there is one', async () => {
    room.door.issue(['/home/ada']);
    const body = JSON.stringify({ kind: 'custom', roots: ['/home/ada'] });
    const { status, text } = await ask(room.origin, {
      ...call,
      path: '/api/call/jobs.start',
      body,
      headers: { cookie },
    });
    expect(status).toBe(502);
    expect(text).not.toContain('secret');
  });

  test('survive what is no HTTP', async () => {
    const { port } = new URL(room.origin);
    for (const text of [
      'nonsense\r\n\r\n',
      `POST /api/call/brake HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'GET / HTTP/1.1\r\n\r\n',
    ]) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      socket.end(text);
      expect((await buffer(socket)).toString()).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
    expect((await ask(room.origin, {})).status).toBe(200);
  });
});

describe('a link', () => {
  test('opens a session once, in a cookie that scripts and other sites do not see', async () => {
    const onSignIn = vi.fn<() => void>();
    await using room = await serving({ onSignIn });
    const link = room.pages.newLink(room.origin);
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
    const { status, reply, headers } = await signIn(room.origin, link);
    expect([status, reply]).toEqual([
      200,
      { ok: true, value: { key: expect.stringMatching(/^[\w-]{43}$/) } },
    ]);
    const { port } = new URL(room.origin);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^vedette_${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`)),
    ]);
    expect(await signIn(room.origin, link)).toMatchObject({ status: 401, reply: refused('NOT_ADMITTED') });
    expect(onSignIn).toHaveBeenCalledTimes(1);
    expect((await signIn(room.origin, room.pages.newLink(room.origin))).status).toBe(200);
    expect(room.pages.counts.sessions).toBe(2);
  });

  test('is of no use to another user of the machine, and stays good for its own', async () => {
    let isOurs = false;
    await using room = await serving({ isOurUser: () => isOurs });
    const link = room.pages.newLink(room.origin);
    expect(await signIn(room.origin, link)).toMatchObject({ status: 403, reply: refused('NOT_ADMITTED') });
    isOurs = true;
    expect((await signIn(room.origin, link)).status).toBe(200);
  });

  test('is dead after five minutes, its session after twelve idle hours', async () => {
    await using room = await serving();
    const link = room.pages.newLink(room.origin);
    const cookie = await cookieOf(room);
    room.clock.now += tokenLifeMs + 1;
    expect((await signIn(room.origin, link)).status).toBe(401);
    expect((await ask(room.origin, { ...call, headers: { cookie } })).status).toBe(200);
    room.clock.now += sessionIdleMs + 1;
    expect((await ask(room.origin, { ...call, headers: { cookie } })).status).toBe(401);
  });

  test.each([{}, { token: 7 }, { token: '' }, { token: 'x'.repeat(201) }, { token: 'x', more: 1 }, [], null])(
    'is not %j',
    async (body) => {
      await using room = await serving();
      room.pages.newLink(room.origin);
      const given = { method: 'POST', path: '/api/session', body: JSON.stringify(body) };
      expect(await ask(room.origin, given)).toMatchObject({ status: 401, reply: refused('NOT_ADMITTED') });
    },
  );
});

/** The next events of a stream, in order. */
async function* eventsOf(response: IncomingMessage): AsyncGenerator<unknown, void> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      yield line.startsWith('data: ') ? JSON.parse(line.slice(6)) : line;
    }
  }
}

async function follow(room: Serving, cookie: string): Promise<IncomingMessage> {
  return await start(room.origin, { path: '/api/events', headers: { cookie } });
}

describe('the state', () => {
  test('is sent message by message, in order, and the page may name the paths in it', async () => {
    await using room = await serving();
    const cookie = await cookieOf(room);
    const response = await follow(room, cookie);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const events = eventsOf(response);
    room.tell(first);
    const found: StateMessage = {
      kind: 'slice',
      slice: 'findings',
      value: { open: 1, latest: [finding('/found/\udcff')] },
    };
    room.tell(found);
    room.tell(second);
    for (const message of [first, found, second]) expect((await events.next()).value).toEqual(message);
    const body = JSON.stringify({ path: '/found/\udcff' });
    const listed = await ask(room.origin, {
      ...call,
      path: '/api/call/folders.list',
      body,
      headers: { cookie },
    });
    // It got as far as the handler, which this test does not have.
    expect(listed.status).toBe(404);
    expect(room.pages.counts.streams).toBe(1);
  });

  test('is sent to an EventSource, which has the key in its address alone', async () => {
    await using room = await serving();
    const cookie = await cookieOf(room);
    const headers = { cookie, 'x-vedette-key': undefined };
    const path = `/api/events?key=${keys.get(cookie)}`;
    expect((await start(room.origin, { path, headers })).statusCode).toBe(200);
    expect((await start(room.origin, { path: `${path}x`, headers })).statusCode).toBe(401);
  });

  test('is no longer listened to when the page is gone', async () => {
    await using room = await serving();
    const response = await follow(room, await cookieOf(room));
    expect(room.listeners.size).toBe(1);
    response.destroy();
    await expect.poll(() => [room.listeners.size, room.pages.counts.streams]).toEqual([0, 0]);
  });

  test('is cut off for a page that does not read, and the others go on', async () => {
    await using room = await serving({ maxUnreadBytes: 64 * 1024 });
    const cookie = await cookieOf(room);
    const [idle, reading] = [await follow(room, cookie), await follow(room, cookie)];
    idle.on('error', () => {});
    const events = eventsOf(reading);
    const large: StateMessage = {
      kind: 'slice',
      slice: 'settings',
      value: { revision: 1, problem: 'x'.repeat(32 * 1024) },
    };
    // What the system buffers for a socket is some MiB.
    for (let count = 0; count < 2000 && room.pages.counts.cutOff === 0; count += 1) {
      room.tell(large);
      expect((await events.next()).value).toEqual(large);
    }
    expect(room.pages.counts).toMatchObject({ cutOff: 1 });
    await expect.poll(() => room.listeners.size).toBe(1);
  });

  test('has a heartbeat, and ends with its session', async () => {
    await using room = await serving({ heartbeatMs: 20 });
    const response = await follow(room, await cookieOf(room));
    const events = eventsOf(response);
    expect((await events.next()).value).toBe(':');
    room.clock.now += sessionIdleMs + 1;
    const rest: unknown[] = [];
    for await (const event of events) rest.push(event);
    expect(rest.every((event) => event === ':')).toBe(true);
    expect(room.listeners.size).toBe(0);
  });

  test('keeps the session of an open page', async () => {
    await using room = await serving({ heartbeatMs: 20 });
    const cookie = await cookieOf(room);
    const events = eventsOf(await follow(room, cookie));
    for (let hours = 0; hours < 3; hours += 1) {
      room.clock.now += sessionIdleMs / 2 + 1;
      await events.next();
      await events.next();
    }
    expect((await ask(room.origin, { ...call, headers: { cookie } })).status).toBe(200);
  });

  test('is sent to six pages of a session, and to 48 in all', async () => {
    await using room = await serving();
    for (let session = 0; session < 8; session += 1) {
      const cookie = await cookieOf(room);
      for (let count = 0; count < 6; count += 1) expect((await follow(room, cookie)).statusCode).toBe(200);
      const { status, reply } = await ask(room.origin, { path: '/api/events', headers: { cookie } });
      expect([status, reply]).toEqual([409, refused('CALL_REFUSED')]);
    }
    const another = await cookieOf(room);
    expect((await ask(room.origin, { path: '/api/events', headers: { cookie: another } })).status).toBe(409);
    expect(room.pages.counts).toMatchObject({ sessions: 9, streams: 48 });
  });
});

describe('the server', () => {
  test('does not wait for a request that comes byte by byte', async () => {
    // Also for those who are quick, and may have to wait for their turn.
    const limits = { headersTimeoutMs: 500, requestTimeoutMs: 900, checkConnectionsEveryMs: 20 };
    await using room = await serving({ limits });
    const cookie = await cookieOf(room);
    const { host, port } = new URL(room.origin);
    const heads = [
      '',
      `GET / HTTP/1.1\r\nHost: ${host}\r\nX:`,
      `POST /api/call/brake HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${room.origin}\r\nCookie: ${cookie}\r\nX-Vedette-Key: ${keys.get(cookie)}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    ];
    const answers = heads.map(async (head) => {
      const socket = connect({ port: Number(port), host: '127.0.0.1' });
      socket.on('error', () => {});
      socket.write(head);
      return (await buffer(socket)).toString();
    });
    for (const text of await Promise.all(answers)) expect(text).toMatch(/^(?:$|HTTP\/1\.1 408)/);
    expect(room.asked).toEqual([]);
  });

  test('has a bound on connections', async () => {
    await using room = await serving({ limits: { maxConnections: 3 } });
    const { port } = new URL(room.origin);
    const sockets = Array.from({ length: 5 }, () => connect({ port: Number(port), host: '127.0.0.1' }));
    const ended: number[] = [];
    sockets.forEach((socket, index) => {
      socket.on('error', () => {});
      socket.on('close', () => ended.push(index));
    });
    await expect.poll(() => ended.length).toBe(2);
    sockets.forEach((socket) => socket.destroy());
  });

  test('ends with its streams, and lets answers be finished', async () => {
    const open = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const door = {
      answer: async () => {
        began.resolve();
        await open.promise;
        return { ok: true, value: 'late' } as const;
      },
      learn: () => {},
    };
    await using room = await serving({ door });
    const cookie = await cookieOf(room);
    const stream = await follow(room, cookie);
    const answer = ask(room.origin, { ...call, headers: { cookie } });
    await began.promise;
    const closed = room.server[Symbol.asyncDispose]();
    await buffer(stream);
    expect(room.listeners.size).toBe(0);
    open.resolve();
    expect(await answer).toMatchObject({ status: 200, reply: { ok: true, value: 'late' } });
    await closed;
    await expect(ask(room.origin, {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('does not wait long for an answer that does not come', async () => {
    const began = Promise.withResolvers<void>();
    const door = {
      answer: () => {
        began.resolve();
        return Promise.withResolvers<never>().promise;
      },
      learn: () => {},
    };
    await using room = await serving({ door, limits: { endWithinMs: 50 } });
    const cookie = await cookieOf(room);
    const answer = ask(room.origin, { ...call, headers: { cookie } });
    await Promise.all([
      expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' }),
      began.promise.then(() => room.server[Symbol.asyncDispose]()),
    ]);
  });

  test('says why it cannot listen', async () => {
    await using room = await serving();
    const port = Number(new URL(room.origin).port);
    await expect(serving({ address: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'CALL_REFUSED',
      message: expect.stringMatching(
        new RegExp(`^127\\.0\\.0\\.1 port ${port}: another program .* --listen`),
      ),
    });
  });

  test('listens on the other loopback too', async () => {
    await using room = await serving({ address: { host: '::1', port: 0 } });
    expect(room.origin).toMatch(/^http:\/\/\[::1\]:\d+$/);
    const { hostname, port, host } = new URL(room.origin);
    const response = await fetch(`http://${hostname}:${port}/`, { headers: { host } });
    expect(response.status).toBe(200);
  });
});
