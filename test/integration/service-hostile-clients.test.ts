// What a client with a token, or on the way to one, can do to the service on real sockets: paths, bodies, patience, floods, uploads.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request as httpRequest, Agent } from 'node:http';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { TokenBook } from '../../src/api/service/tokens/token-book.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { Scope } from '../../src/shared/api-routes.ts';
import {
  batchScanAnswerSchema,
  errorReplySchema,
  lookupResultSchema,
  scanAnswerSchema,
  warmJobSchema,
  warmStartedSchema,
} from '../../src/shared/service-documents.ts';
import { makeCertificate } from '../helpers/certificate.ts';
import { sha256Of } from '../helpers/fake-service.ts';
import { GuardedService } from '../helpers/guarded-service.ts';
import { closeOf, openSocket, sendRaw, statusesIn, untilClosed } from '../helpers/raw-http.ts';
import { marker, RunningScene } from '../helpers/running-scene.ts';

let scene: RunningScene;
let served: GuardedService;
let token: Readonly<Record<Scope, string>>;
const running = new AsyncDisposableStack();
const json = { 'content-type': 'application/json' };
const bytes = { 'content-type': 'application/octet-stream' };
const maxBytes = 2 * 1024 * 1024;
const impatient = {
  headersTimeoutMs: 400,
  requestTimeoutMs: 2000,
  // Longer than the second in which a refused body may still come.
  stalledMs: 1500,
  checkConnectionsEveryMs: 50,
  endWithinMs: 500,
};

beforeAll(async () => {
  scene = running.use(await RunningScene.open());
  served = running.use(
    await GuardedService.start({
      scene,
      api: { enable_rate_limiting: false, max_request_size: maxBytes },
      limits: impatient,
    }),
  );
  token = {
    read: await served.token('reader', ['read']),
    scan: await served.token('scanner', ['scan']),
    manage: await served.token('manager', ['manage']),
  };
});
afterAll(() => running.disposeAsync());
afterEach(() => {
  vi.restoreAllMocks();
  served.setApi({ enable_rate_limiting: false });
});

function bearer(scope: Scope): Record<string, string> {
  return { authorization: `Bearer ${token[scope]}` };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask(target: string, init: RequestInit = {}, origin = served.origin): Promise<Answer> {
  const response = await fetch(`${origin}${target}`, { ...init, signal: AbortSignal.timeout(20_000) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function post(target: string, scope: Scope, body: unknown, origin?: string): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(target, { method: 'POST', headers: { ...bearer(scope), ...json }, body: text }, origin);
}

function upload(body: string, name = 'a.txt'): Promise<Answer> {
  const query = new URLSearchParams({ name });
  return ask(`/api/v1/scan?${query.toString()}`, {
    method: 'POST',
    headers: { ...bearer('scan'), ...bytes },
    body,
  });
}

function errorIn({ text }: Pick<Answer, 'text'>) {
  return errorReplySchema.strict().parse(JSON.parse(text)).error;
}

/** A head, as it goes over the line. */
function head(line: string, headers: Readonly<Record<string, string>> = {}, port = served.port): string {
  const all = { host: `127.0.0.1:${port}`, ...headers };
  return `${[line, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`;
}

async function told(paths: readonly string[]): Promise<readonly string[]> {
  const { status, text } = await post('/api/v1/batch/scan', 'scan', { paths });
  expect([status, text]).toEqual([200, text]);
  const { results } = batchScanAnswerSchema.parse(JSON.parse(text));
  return results.map(({ verdict, reason }) => reason ?? verdict);
}

function drainOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('drain', () => resolve()));
}

function uploads(): readonly string[] {
  return readdirSync(join(scene.dataDir, 'uploads'));
}

function pathOf(...names: readonly string[]): string {
  return join(scene.watched, ...names);
}

/** Of one of two paths of the same name. */
async function verdictOn(first: string, second: string): Promise<string> {
  const { text } = await post('/api/v1/scan', 'scan', `{"path":${first},"path":${second}}`);
  const { result } = scanAnswerSchema.parse(JSON.parse(text));
  return result.reason ?? result.verdict;
}

/** Always a little more, and never the end. */
async function dribble(first: string, rest: string): Promise<string> {
  const socket = openSocket(served.port);
  const answered = untilClosed(socket);
  socket.write(first);
  const timer = setInterval(() => socket.write(rest), 50);
  try {
    return await answered;
  } finally {
    clearInterval(timer);
  }
}

describe('a path', () => {
  test('leads to no file outside, to nothing that blocks or never ends, and spoils no other path', async () => {
    mkdirSync(pathOf('real'));
    scene.write('real/file.txt', 'a plain file');
    symlinkSync('/etc', pathOf('parent'));
    symlinkSync('/dev/zero', pathOf('zero'));
    symlinkSync('/etc/passwd', pathOf('link'));
    symlinkSync(scene.dataDir, pathOf('own'));
    execFileSync('mkfifo', [pathOf('fifo')]);
    const good = pathOf('real', 'file.txt');
    const asked: readonly (readonly [string, string])[] = [
      ['/etc/passwd', 'not_allowed'],
      ['etc/passwd', 'not_allowed'],
      ['.', 'not_allowed'],
      [`${scene.watched}/../data/api/owner.token`, 'not_allowed'],
      [`${scene.watched}/real/../../../etc/passwd`, 'not_allowed'],
      [`${scene.watched}-beside/file`, 'not_allowed'],
      [pathOf('parent', 'passwd'), 'not_allowed'],
      [pathOf('own', 'api', 'owner.token'), 'not_allowed'],
      [join(scene.dataDir, 'api', 'owner.token'), 'not_allowed'],
      ['/dev/zero', 'not_allowed'],
      ['/proc/self/environ', 'not_allowed'],
      [`/proc/self/root${good}`, 'clean'],
      [`${good}\0.txt`, 'not_allowed'],
      [`${scene.watched}/${'a'.repeat(300)}`, 'too_long'],
      [`${scene.watched}/${'a/'.repeat(3000)}b`, 'too_long'],
      [`${scene.watched}/${'a/'.repeat(20_000)}`, 'not_allowed'],
      [pathOf('link'), 'symbolic_link'],
      [pathOf('zero'), 'symbolic_link'],
      [pathOf('fifo'), 'special_file'],
      [scene.watched, 'special_file'],
      [pathOf('caf\uDCE9'), 'not_found'],
      [pathOf('\uD800'), 'not_found'],
      [good, 'clean'],
    ];
    const results = await told(asked.map(([path]) => path));
    const lost = ['not_found', 'too_long', 'path_too_long', 'vanished'];
    const plain = results.map((result) => (lost.includes(result) ? 'not_found' : result));
    const expected = asked.map(([, result]) => (result === 'too_long' ? 'not_found' : result));
    expect(plain).toEqual(expected);
    for (const [path] of asked) {
      const { status, text } = await post('/api/v1/scan', 'scan', { path });
      expect([path.length, status]).toEqual([path.length, 200]);
      // Of what nobody may look at not even the size is told.
      const { result } = scanAnswerSchema.parse(JSON.parse(text));
      const { reason, size_bytes: sizeBytes, sha256, detections } = result;
      expect(
        reason !== 'not_allowed' || (sizeBytes === 0 && sha256 === null && detections.length === 0),
      ).toBe(true);
    }
  });

  test('outside is not walked, warmed or written to either', async () => {
    symlinkSync('/usr/share', pathOf('to-share'));
    for (const root of ['/etc', pathOf('to-share'), `${scene.watched}/../data`, 'relative']) {
      const job = await post('/api/v1/jobs', 'scan', { kind: 'custom', roots: [scene.watched, root] });
      expect([root, job.status, errorIn(job).code]).toEqual([root, 403, 'NOT_ALLOWED']);
      const restore = { ids: ['0'.repeat(32)], to: root, reason: '' };
      expect(errorIn(await post('/api/v1/quarantine/restore', 'manage', restore)).code).toBe('NOT_ALLOWED');
    }
    const started = await post('/api/v1/batch/cache/warm', 'scan', {
      paths: ['/etc/passwd', pathOf('parent', 'passwd'), join(scene.dataDir, 'api', 'owner.token')],
    });
    const { job_id: id } = warmStartedSchema.parse(JSON.parse(started.text));
    await vi.waitFor(
      async () => {
        const { text } = await ask(`/api/v1/batch/cache/warm/${id}`, { headers: bearer('scan') });
        expect(warmJobSchema.parse(JSON.parse(text))).toMatchObject({
          state: 'done',
          unknown: 3,
          computed: 0,
        });
      },
      { timeout: 20_000 },
    );
  });

  test.each([
    '../a.zip',
    '/tmp/a.zip',
    'a/b.zip',
    'a\\b.zip',
    '.a.zip',
    'a\0.zip',
    'a\n.zip',
    'a.sh',
    '..',
    'con:.zip',
  ])('is no name of an export: %j', async (file) => {
    const body = { ids: ['0'.repeat(32)], file, password: 'secret-of-a-test' };
    const answer = await post('/api/v1/quarantine/export', 'manage', body);
    expect([answer.status, errorIn(answer).code]).toEqual([400, 'CALL_INVALID']);
    expect(answer.text).not.toContain('secret-of-a-test');
  });
});

describe('a body', () => {
  test.each([
    ['a hundred thousand brackets', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a hundred thousand objects in each other', `${'{"paths":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['many paths', JSON.stringify({ paths: Array.from({ length: 100_000 }, () => '/a') })],
    ['numbers that are none', '{"paths":[1e999]}'],
    ['a list in place of an object', '[{"paths":["/a"]}]'],
    ['no JSON', '{"paths":'],
    ['bytes that are no UTF-8', '\u0000\u0001'],
    ['keys of a prototype', '{"__proto__":{"paths":["/a"]}}'],
    ['a constructor', '{"constructor":{"prototype":{"polluted":1}},"paths":["/a"]}'],
    ['a key of a thousand letters, told of in short', `{"${'k'.repeat(100_000)}":1,"paths":["/a"]}`],
  ])('that is no request is refused in short, and changes nothing: %s', async (_name, body) => {
    for (const target of ['/api/v1/batch/scan', '/api/v1/scan', '/api/v1/batch/cache/warm', '/api/v1/jobs']) {
      const answer = await post(target, 'scan', body);
      expect([400, 413]).toContain(answer.status);
      expect(answer.text.length).toBeLessThan(3000);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('polluted' in {}).toBe(false);
  });

  test('whose keys come twice is looked at as it is used: by the last of them', async () => {
    const path = scene.write('twice.txt', 'a file');
    const [inside, outside] = [JSON.stringify(path), '"/etc/passwd"'];
    expect([await verdictOn(inside, outside), await verdictOn(outside, inside)]).toEqual([
      'not_allowed',
      'clean',
    ]);
  });

  test.each([
    ['JSON, read token', '/api/v1/batch/lookup', () => ({ ...bearer('read'), ...json }), 413],
    ['an upload', '/api/v1/scan', () => ({ ...bearer('scan'), ...bytes }), 413],
    ['without a token', '/api/v1/scan', () => bytes, 401],
    ['to the pages', '/api/session', () => ({ ...json, origin: served.origin }), 413],
    ['to a page', '/api/call/status', () => ({ ...json, origin: served.origin }), 401],
    ['to nowhere', '/nowhere', () => ({ ...json, origin: served.origin }), 413],
  ])(
    'of two gigabytes is refused when it is announced, and not waited for: %s',
    async (_name, target, headers, status) => {
      const answer = await sendRaw({
        port: served.port,
        parts: [
          head(`POST ${target} HTTP/1.1`, { ...headers(), 'content-length': '2147483648' }),
          'the first bytes',
        ],
      });
      expect(statusesIn(answer)).toEqual([status]);
      expect(uploads()).toEqual([]);
    },
  );

  test.each([
    ['JSON', '/api/v1/batch/lookup', () => ({ ...bearer('read'), ...json })],
    ['an upload', '/api/v1/scan', () => ({ ...bearer('scan'), ...bytes })],
  ])('in chunks without end is cut off at its bound: %s', async (_name, target, headers) => {
    const socket = openSocket(served.port);
    const answered = untilClosed(socket);
    socket.write(head(`POST ${target} HTTP/1.1`, { ...headers(), 'transfer-encoding': 'chunked' }));
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 'a'), Buffer.from('\r\n')]);
    let sent = 0;
    while (!socket.closed && sent < 500) {
      sent += 1;
      if (!socket.write(chunk)) await Promise.race([drainOf(socket), closeOf(socket)]);
    }
    // The connection may be reset before the answer is read.
    expect(statusesIn(await answered).filter((status) => status !== 413)).toEqual([]);
    expect(sent).toBeLessThan(500);
    await expect.poll(() => uploads()).toEqual([]);
  });

  test('in chunks of one byte takes no more memory than in one piece, and is understood', async () => {
    const sha256 = 'a'.repeat(64);
    const text = JSON.stringify({ sha256: [sha256] });
    const chunks = Array.from(text, (letter) => `1\r\n${letter}\r\n`).join('');
    const headers = { ...bearer('read'), ...json, 'transfer-encoding': 'chunked', connection: 'close' };
    const answer = await sendRaw({
      port: served.port,
      parts: [head('POST /api/v1/batch/lookup HTTP/1.1', headers), `${chunks}0\r\n\r\n`],
    });
    expect(statusesIn(answer)).toEqual([200]);
    expect(answer).toContain(sha256);
  });

  test('in chunks is held to the bound of its route, as one in one piece', async () => {
    const body = JSON.stringify({ sha256: ['a'.repeat(200 * 1024)] });
    for (const chunked of [false, true]) {
      const framing = chunked
        ? { 'transfer-encoding': 'chunked' }
        : { 'content-length': String(body.length) };
      const sent = chunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
      const line = head('POST /api/v1/batch/lookup HTTP/1.1', { ...bearer('read'), ...json, ...framing });
      expect(statusesIn(await sendRaw({ port: served.port, parts: [line, sent] }))).toEqual([413]);
    }
  });

  test('with a link is small: who has none yet cannot have much held', async () => {
    const headers = { ...json, origin: served.origin };
    const body = JSON.stringify({ token: 'a'.repeat(2000) });
    expect((await ask('/api/session', { method: 'POST', headers, body })).status).toBe(413);
  });

  test('that is large waits for its turn with those of others: 16 at a time', async () => {
    const headers = { ...bearer('scan'), ...json, 'content-length': '1000000' };
    const started = head('POST /api/v1/batch/scan HTTP/1.1', headers);
    const all = Promise.all(
      Array.from({ length: 20 }, () => sendRaw({ port: served.port, parts: [started] })),
    );
    // What is small is served meanwhile.
    expect((await post('/api/v1/batch/lookup', 'read', { sha256: ['a'.repeat(64)] })).status).toBe(200);
    const refused = (await all).filter((answer) => statusesIn(answer).includes(429));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(4);
    expect(refused.every((answer) => /^retry-after: 1\r$/im.test(answer))).toBe(true);
    const large = { paths: Array.from({ length: 900 }, (_, index) => `/etc/${'a'.repeat(200)}${index}`) };
    await expect.poll(async () => (await post('/api/v1/batch/scan', 'scan', large)).status).toBe(200);
  });
});

describe('who takes their time', () => {
  test.each([
    ['with the head', () => `GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:${served.port}\r\n`, 'x-a: b\r\n'],
    [
      'with the body',
      () =>
        head('POST /api/v1/batch/lookup HTTP/1.1', { ...bearer('read'), ...json, 'content-length': '90000' }),
      ' ',
    ],
    [
      'with an upload',
      () => head('POST /api/v1/scan HTTP/1.1', { ...bearer('scan'), ...bytes, 'content-length': '90000' }),
      ' ',
    ],
  ])('%s is not waited for', async (_name, first, rest) => {
    const answer = await dribble(first(), rest);
    expect(statusesIn(answer).filter((status) => status !== 408 && status !== 400)).toEqual([]);
    await expect.poll(() => uploads()).toEqual([]);
  });

  test('and sends nothing at all, or stops in the middle, is not waited for either', async () => {
    const silent = untilClosed(openSocket(served.port));
    const stopped = sendRaw({
      port: served.port,
      parts: [
        head('POST /api/v1/scan HTTP/1.1', { ...bearer('scan'), ...bytes, 'content-length': '9000' }),
        'some of it',
      ],
    });
    await Promise.all([silent, stopped]);
    await expect.poll(() => uploads()).toEqual([]);
  });

  test('in taking the answers is not waited for, and nothing is kept for them', async () => {
    const socket = openSocket(served.port);
    const isClosed = closeOf(socket);
    socket.pause();
    // Small whole requests for much: nothing of them is still to come.
    const one = head('GET /api/v1/openapi.json HTTP/1.1', bearer('read'));
    socket.write(one.repeat(150));
    // This end learns of it when it sends, but seldom, for that is a sign of life: then the other end resets.
    const probe = setInterval(() => socket.write('\r\n'), 2.5 * impatient.stalledMs);
    await isClosed;
    clearInterval(probe);
    expect(socket.closed).toBe(true);
  });

  test('who waits for a long scan is not taken for one of them', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    vi.spyOn(scene.vedette.service, 'statistics').mockImplementation(async () => {
      await promise;
      throw new TypeError('enough');
    });
    const answer = ask('/api/v1/statistics', { headers: bearer('read') });
    const first = await Promise.race([answer, new Promise((later) => setTimeout(later, 2000, 'waits'))]);
    expect(first).toBe('waits');
    resolve();
    expect((await answer).status).toBe(502);
  });

  test('over the handshake of TLS is not waited for; plain HTTP is not answered there, nor TLS of old', async () => {
    const { cert, key } = makeCertificate();
    const certificate = join(scene.dataDir, 'server.pem');
    const keyFile = join(scene.dataDir, 'server.key');
    writeFileSync(certificate, cert);
    writeFileSync(keyFile, key, { mode: 0o600 });
    await using secure = await GuardedService.start({
      scene,
      api: { tls_certificate: certificate, tls_key: keyFile, enable_rate_limiting: false },
      limits: impatient,
    });
    const [silent, begun, plain] = await Promise.all([
      untilClosed(openSocket(secure.port)),
      sendRaw({ port: secure.port, parts: [Buffer.from('160301', 'hex')] }),
      sendRaw({ port: secure.port, parts: [head('GET /healthz HTTP/1.1', {}, secure.port)] }),
    ]);
    expect([silent, statusesIn(begun), statusesIn(plain)]).toEqual(['', [], []]);
    const old = connectTls({
      port: secure.port,
      host: '127.0.0.1',
      ca: cert,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
    });
    await expect(once(old, 'secureConnect')).rejects.toMatchObject({
      code: expect.stringMatching(/SSL|RESET/),
    });
    const socket = connectTls({ port: secure.port, host: '127.0.0.1', ca: cert });
    await once(socket, 'secureConnect');
    const answered = untilClosed(socket);
    socket.write(head('GET /healthz HTTP/1.1', { connection: 'close' }, secure.port));
    expect(statusesIn(await answered)).toEqual([200]);
  });
});

describe('a flood', () => {
  test('of a thousand requests at once is told when to come back, and others go on', async () => {
    // With the usual time for a head: a thousand at once may take this machine longer than the others here are given.
    await using patient = await GuardedService.start({
      scene,
      api: { enable_rate_limiting: true, rate_limit_rpm: 60, rate_limit_burst: 40 },
    });
    const agent = new Agent({ maxSockets: 1000 });
    async function one(): Promise<{ status: number; retryAfter: number }> {
      const target = {
        host: '127.0.0.1',
        port: patient.port,
        path: '/api/v1/status',
        headers: bearer('read'),
        agent,
      };
      const request = httpRequest(target).end();
      const [response] = await once(request, 'response');
      response.resume();
      return { status: response.statusCode, retryAfter: Number(response.headers['retry-after'] ?? 0) };
    }
    const startedMs = performance.now();
    const flood = Promise.all(Array.from({ length: 1000 }, one));
    const path = scene.write('meanwhile.txt', 'a file');
    const other = await post('/api/v1/scan', 'scan', { path }, patient.origin);
    const health = await ask('/healthz', {}, patient.origin);
    const answers = await flood;
    agent.destroy();
    expect([other.status, health.status]).toEqual([200, 200]);
    const served200 = answers.filter(({ status }) => status === 200).length;
    expect(served200).toBeGreaterThanOrEqual(100);
    // The burst and a minute's worth, and one more each second.
    expect(served200).toBeLessThanOrEqual(102 + (performance.now() - startedMs) / 1000);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]));
    expect(refused.every(({ retryAfter }) => retryAfter >= 1 && retryAfter <= 60)).toBe(true);
  });

  test('of guessed tokens is held up, tells nothing, and keeps nobody else out', async () => {
    served.setApi({ enable_rate_limiting: true, rate_limit_rpm: 1, rate_limit_burst: 9 });
    const mine = await served.token('patient', ['read']);
    const before = served.log.length;
    const guess = `vdt_${'A'.repeat(42)}`;
    const statuses: number[] = [];
    for (let count = 0; count < 14; count += 1) {
      const authorization = `Bearer ${guess}${String.fromCharCode(65 + count)}`;
      // Every address of loopback is the same machine.
      const localAddress = `127.0.0.${count + 1}`;
      const request = httpRequest({
        host: '127.0.0.1',
        port: served.port,
        path: '/api/v1/status',
        headers: { authorization },
        localAddress,
      }).end();
      const [response] = await once(request, 'response');
      response.resume();
      statuses.push(response.statusCode);
    }
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(10);
    expect(statuses.slice(-4)).toEqual([429, 429, 429, 429]);
    const own = { headers: { authorization: `Bearer ${mine}` } };
    expect((await ask('/api/v1/status', own)).status).toBe(200);
    expect(served.log.slice(before).join('\n')).not.toContain(guess.slice(0, 12));
  });

  test('of addresses and methods makes no series for each', async () => {
    for (let count = 0; count < 30; count += 1)
      await ask(`/api/v1/made-up-${count}?key-${count}=1`, {
        headers: bearer('read'),
        method: count % 2 === 0 ? 'GET' : 'PURGE',
      }).catch(() => null);
    const { text } = await ask('/metrics', { headers: bearer('read') });
    expect(text).not.toMatch(/made-up|key-\d|PURGE/);
    for (const secret of Object.values(token)) expect(text).not.toContain(secret);
  });
});

describe('an upload', () => {
  test('lies where nobody else looks, cannot be run, has no name of the client, and is gone afterwards', async () => {
    const headers = { ...bearer('scan'), ...bytes, 'content-length': '20', connection: 'close' };
    const socket = openSocket(served.port);
    const answered = untilClosed(socket);
    socket.write(`${head('POST /api/v1/scan?name=run-me.sh HTTP/1.1', headers)}#!/bin/sh\n`);
    await expect.poll(uploads).toHaveLength(1);
    const [name] = uploads();
    expect(name).toMatch(/^[\da-f]{32}$/);
    const folder = join(scene.dataDir, 'uploads');
    expect([statSync(folder).mode & 0o777, statSync(join(folder, name ?? '')).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
    socket.write('0123456789');
    const answer = await answered;
    expect(statusesIn(answer)).toEqual([200]);
    expect(answer).toContain('"path":"upload:run-me.sh"');
    expect(answer).not.toContain(name);
    expect(answer).not.toContain(scene.dataDir);
    expect(uploads()).toEqual([]);
  });

  test('is gone when it was too large, when its client went away, and when it was refused', async () => {
    const request = { method: 'POST', headers: { ...bearer('scan'), ...bytes } };
    const tooLarge = await ask('/api/v1/scan', { ...request, body: 'a'.repeat(maxBytes + 1) });
    expect([tooLarge.status, errorIn(tooLarge).code]).toEqual([413, 'TOO_LARGE']);
    const socket = openSocket(served.port);
    socket.write(`${head('POST /api/v1/scan HTTP/1.1', { ...request.headers, 'content-length': '20' })}half`);
    await expect.poll(() => uploads().length).toBe(1);
    socket.destroy();
    await expect.poll(() => uploads()).toEqual([]);
    for (const headers of [
      { ...request.headers, 'content-encoding': 'gzip' },
      { ...request.headers, 'content-type': 'multipart/form-data; boundary=a' },
    ])
      expect((await ask('/api/v1/scan', { ...request, headers, body: 'a' })).status).toBe(415);
    expect(uploads()).toEqual([]);
  });

  test.each([
    '../../../../etc/passwd',
    '/etc/passwd',
    '/../../../../etc/passwd',
    'a\r\nset-cookie: a=b',
    'a\u001b]0;owned\u0007\u001b[2J',
    '\u202etxt.exe',
    '<img src=x onerror=alert(1)>',
    'x\0y',
    '"},{"verdict":"clean',
    '__proto__',
  ])('of any name is found under it, and the name does no harm: %j', async (name) => {
    const content = `${marker} in ${name}`;
    const { status, headers, text } = await upload(content, name);
    expect([status, headers.has('set-cookie')]).toEqual([200, false]);
    const { result } = scanAnswerSchema.parse(JSON.parse(text));
    expect(result).toMatchObject({ verdict: 'infected', sha256: sha256Of(content) });
    expect(result.path.startsWith('upload:')).toBe(true);
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(result.path).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
    const listed = await ask('/api/v1/batch/detections/recent?limit=1', { headers: bearer('read') });
    const past = await ask('/api/v1/history?kinds=detection&limit=1', { headers: bearer('read') });
    // oxlint-disable-next-line no-control-regex -- as above
    const control = /\\u00[01][\da-f]|[\u0000-\u001f\u202a-\u202e]/u;
    for (const document of [text, listed.text, past.text]) expect(document).not.toMatch(control);
    expect(listed.text).toContain(JSON.stringify(result.path).slice(1, -1));
    const { detections } = z
      .object({ detections: z.array(z.object({ id: z.number(), state: z.string() })) })
      .parse(JSON.parse(listed.text));
    // What was uploaded is no file: acting on it touches none of that name.
    const ids = detections.map(({ id }) => id);
    const acted = await post('/api/v1/findings/actions', 'manage', {
      ids,
      action: 'quarantine',
      reason: '',
      confirmed: true,
    });
    expect(acted.text).not.toContain('"ok":true');
    expect(existsSync('/etc/passwd')).toBe(true);
    expect(uploads()).toEqual([]);
  });

  test('makes nothing clean that nobody has looked at', async () => {
    const bad = `${marker}, and nothing else`;
    async function known(content: string): Promise<string> {
      const { text } = await ask(`/api/v1/lookup/${sha256Of(content)}`, { headers: bearer('read') });
      return String(lookupResultSchema.parse(JSON.parse(text)).verdict);
    }
    expect(await known(bad)).toBe('null');
    // Warming and asking are no looks.
    await post('/api/v1/batch/cache/warm', 'scan', { sha256: [sha256Of(bad)] });
    await post('/api/v1/batch/lookup', 'read', { sha256: [sha256Of(bad)] });
    expect(await known(bad)).toBe('null');
    // A part of it that is clean, and an upload that is given up, say nothing of the whole.
    await upload(bad.slice(1));
    const socket = openSocket(served.port);
    const headers = { ...bearer('scan'), ...bytes, 'content-length': String(bad.length + 1) };
    socket.write(head('POST /api/v1/scan HTTP/1.1', headers) + bad);
    await expect.poll(() => uploads().length).toBe(1);
    socket.destroy();
    await expect.poll(() => uploads()).toEqual([]);
    expect([await known(bad), await known(bad.slice(1))]).toEqual(['null', 'clean']);
    await upload(bad);
    expect(await known(bad)).toBe('infected');
  });
});

describe('a token that may have files scanned', () => {
  test.each(['quick', 'full'])('cannot start a %s scan, which looks where it may not', async (kind) => {
    const mine = await served.token(`scans-${kind}`, ['scan']);
    const answer = await fetch(`${served.origin}/api/v1/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${mine}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { error: expect.objectContaining({ code: 'NOT_ALLOWED', message: expect.stringContaining('manage') }) },
    ]);
    expect((await scene.ask('jobs.list', { limit: 10 })).jobs.filter((job) => job.kind === kind)).toEqual([]);
  });
});

describe('a token that was taken back', () => {
  test.each(['revoked', 'rotated'] as const)(
    '%s by another process, is worth nothing a moment later, on open connections too',
    async (how) => {
      const mine = await served.token(`leaked-${how}`, ['read']);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      async function status(): Promise<number> {
        const headers = { authorization: `Bearer ${mine}` };
        const request = httpRequest({
          host: '127.0.0.1',
          port: served.port,
          path: '/api/v1/status',
          headers,
          agent,
        }).end();
        const [response] = await once(request, 'response');
        response.resume();
        await once(response, 'end');
        return response.statusCode;
      }
      const ended = new AbortController();
      const stream = await fetch(`${served.origin}/api/v1/events`, {
        headers: { authorization: `Bearer ${mine}` },
        signal: ended.signal,
      });
      const others = await fetch(`${served.origin}/api/v1/events`, {
        headers: bearer('read'),
        signal: ended.signal,
      });
      expect([stream.status, others.status, await status()]).toEqual([200, 200, 200]);
      const outside = await TokenBook.open({ dataDir: scene.dataDir, logger: silentLogger });
      if (how === 'revoked') await outside.revoke(`leaked-${how}`);
      else await outside.rotate(`leaked-${how}`);
      // Nobody asks meanwhile: it ends by itself.
      await stream.body?.pipeTo(new WritableStream());
      await expect.poll(() => status(), { interval: 100 }).toBe(401);
      const { events } = await scene.ask('history.list', { kinds: ['settings_changed'], limit: 1 });
      expect(events[0]?.text).toMatch(
        new RegExp(`^The token leaked-${how} of the API was (?:revoked|changed)`),
      );
      // Whoever has another token goes on.
      const heard = others.body?.getReader().read();
      scene.write(`found-${how}.txt`, `${marker} ${how}`);
      const { value } = (await heard) ?? {};
      expect(Buffer.from(value ?? []).toString()).toContain('data: ');
      ended.abort();
      agent.destroy();
    },
  );
});

describe('other machines', () => {
  const outer = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  test.each(['0.0.0.0:0', '[::]:0', `${outer ?? '192.0.2.1'}:0`])(
    'are not let in without TLS, or a word for it: %s',
    async (listen) => {
      await expect(GuardedService.start({ scene, listen })).rejects.toMatchObject({ code: 'BAD_USAGE' });
    },
  );

  test.skipIf(outer === undefined)(
    'reach the API by its address, never the pages, and by no name of this machine',
    async () => {
      await using open = await GuardedService.start({
        scene,
        listen: '0.0.0.0:0',
        api: { allow_remote: true },
      });
      async function answers(
        target: string,
        host: string,
        headers: Record<string, string> = {},
      ): Promise<readonly number[]> {
        const request = head(`GET ${target} HTTP/1.1`, { ...headers, connection: 'close', host }, open.port);
        return statusesIn(await sendRaw({ port: open.port, host: outer ?? '', parts: [request] }));
      }
      const address = `${outer}:${open.port}`;
      const { hash } = new URL(open.pages.newLink(open.origin));
      expect(await answers('/api/v1/status', address, bearer('read'))).toEqual([200]);
      expect(await answers('/api/v1/status', address)).toEqual([401]);
      for (const name of [`localhost:${open.port}`, `127.0.0.1:${open.port}`]) {
        expect(await answers('/api/v1/status', name, bearer('read'))).toEqual([421]);
        expect(await answers('/', name)).toEqual([403]);
        const body = JSON.stringify({ token: hash.replace('#token=', '') });
        const signIn = head('POST /api/session HTTP/1.1', {
          ...json,
          host: name,
          origin: `http://${name}`,
          'content-length': String(body.length),
          connection: 'close',
        });
        expect(
          statusesIn(await sendRaw({ port: open.port, host: outer ?? '', parts: [signIn + body] })),
        ).toEqual([403]);
      }
      expect(await answers('/', address)).toEqual([421]);
    },
  );
});

describe('what is kept', () => {
  test('is the user’s alone, and holds no token but the one of the owner', () => {
    const folder = join(scene.dataDir, 'api');
    const modes = ['', 'tokens.json', 'owner.token'].map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    const text = readFileSync(join(folder, 'tokens.json'), 'utf8');
    for (const secret of [...Object.values(token), served.ownerToken()]) expect(text).not.toContain(secret);
    expect(readdirSync(folder).toSorted()).toEqual(['owner.token', 'tokens.json']);
  });

  test.each(['tokens.json', 'owner.token'])(
    'lets nobody in when others can read or change it: %s',
    async (name) => {
      const file = join(scene.dataDir, 'api', name);
      chmodSync(file, 0o666);
      try {
        const book = await TokenBook.open({ dataDir: scene.dataDir, logger: silentLogger });
        expect(book.problem?.message).toContain(name);
        expect(book.find(name === 'tokens.json' ? token.read : 'guessed')).toBeNull();
      } finally {
        chmodSync(file, 0o600);
      }
    },
  );

  test('has no token, link, password or content of a body in the log and in the history', async () => {
    const link = served.pages.newLink(served.origin);
    const secrets = [
      ...Object.values(token),
      served.ownerToken(),
      new URL(link).hash.slice(7),
      'secret-of-a-test',
    ];
    await ask(`/api/v1/status?token=${token.read}`, { headers: { authorization: `Bearer ${token.read}x` } });
    const { text } = await ask('/api/v1/history?limit=1000', { headers: bearer('read') });
    for (const secret of secrets) {
      expect(served.log.join('\n')).not.toContain(secret);
      expect(text).not.toContain(secret);
    }
  });
});

test('an error tells nothing of this installation: no stack, no path, no reason that only the log may know', async () => {
  const cause = new Error(
    `EACCES: ${scene.dataDir}/history.db at Object.<anonymous> (/srv/app/src/core/x.ts:1:1)`,
  );
  vi.spyOn(scene.vedette.service, 'statistics').mockRejectedValue(cause);
  const failed = await ask('/api/v1/statistics', { headers: bearer('read') });
  expect([failed.status, errorIn(failed).code, errorIn(failed).details]).toEqual([502, 'CALL_FAILED', {}]);
  rmSync(join(scene.dataDir, 'exports'), { recursive: true, force: true });
  writeFileSync(join(scene.dataDir, 'exports'), 'in the way');
  const unwritable = await post('/api/v1/quarantine/export', 'manage', {
    ids: ['0'.repeat(32)],
    file: 'a.zip',
    password: 'secret-of-a-test',
  });
  rmSync(join(scene.dataDir, 'exports'));
  const unknown = await post('/api/v1/quarantine/restore', 'manage', {
    ids: ['0'.repeat(32)],
    to: null,
    reason: '',
  });
  for (const { text } of [failed, unwritable, unknown]) {
    expect(text).not.toContain(scene.dataDir);
    expect(text).not.toMatch(/\.ts\b|at Object|node_modules|secret-of-a-test/);
  }
});
