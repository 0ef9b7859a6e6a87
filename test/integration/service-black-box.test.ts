// A `vedette serve` as an upload pipeline and an administrator know it: from outside, over HTTP alone. What it says has to add up.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { HttpServer } from '../../src/api/http-server.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { serviceRoutes } from '../../src/shared/api-routes.ts';
import { calls } from '../../src/shared/contract.ts';
import {
  errorReplySchema,
  maxBatchItems,
  type BatchScanAnswer,
  type Statistics,
} from '../../src/shared/service-documents.ts';
import { eicar } from '../helpers/eicar.ts';
import { closeOf, openSocket, sendRaw, statusesIn, untilClosed } from '../helpers/raw-http.ts';
import { ServingHome } from '../helpers/serving-home.ts';

const maxBytes = 1024 * 1024;
const bytes = { 'content-type': 'application/octet-stream' };

let home: ServingHome;
let incoming = '';
let address = '';
let authorization = '';

function settingsWith(scanFolder: string, rpm: number): string {
  return [
    'config_version = 2',
    '[api]',
    `scan_folders = [${JSON.stringify(scanFolder)}]`,
    `max_request_size = ${maxBytes}`,
    `rate_limit_rpm = ${rpm}`,
    '[watch]',
    `folders = [${JSON.stringify(home.folder('watched'))}]`,
    'watch_removable = false',
    // Its tests of itself are scans as well.
    'canary_interval_minutes = 0\n',
  ].join('\n');
}

beforeAll(async () => {
  buildIfStale();
  home = new ServingHome();
  incoming = home.folder('incoming');
  home.write('.config/vedette/rt_protection_config.toml', settingsWith(incoming, 100_000));
  address = await home.serve();
  authorization = `Bearer ${home.ownerToken()}`;
});
afterAll(() => home[Symbol.asyncDispose]());

interface Sent {
  readonly method?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(target: string, { headers = {}, ...sent }: Sent = {}): Promise<Response> {
  return await fetch(`${address}${target}`, {
    ...sent,
    headers: { authorization, ...headers },
    signal: AbortSignal.timeout(20_000),
  });
}

/** A GET, or a POST of an object. */
async function call(target: string, input?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const sent = input === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(input) };
  const answer = await ask(target, sent);
  if (!answer.ok) throw new Error(`${target}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

async function scanBatch(paths: readonly string[]): Promise<BatchScanAnswer> {
  return serviceRoutes['batch.scan'].output.parse(await call('/api/v1/batch/scan', { paths }));
}

async function scanPath(path: string) {
  return serviceRoutes['scan.file'].output.parse(await call('/api/v1/scan', { path })).result;
}

async function upload(content: Buffer) {
  const answer = await ask('/api/v1/scan', { method: 'POST', headers: bytes, body: new Uint8Array(content) });
  return serviceRoutes['scan.file'].output.parse(await answer.json()).result;
}

async function statistics(): Promise<Statistics> {
  return serviceRoutes.statistics.output.parse(await call('/api/v1/statistics'));
}

async function known(content: string): Promise<boolean> {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const one = serviceRoutes.lookup.output.parse(await call(`/api/v1/lookup/${sha256}`));
  const many = await call('/api/v1/batch/lookup', { sha256: [sha256.toUpperCase()] });
  const [other] = serviceRoutes['batch.lookup'].output.parse(many).results;
  expect(other).toEqual(one);
  return one.known;
}

/** As `urllib` and many others do. Fails when the connection breaks before. */
async function sendAll(headers: Readonly<Record<string, string>>): Promise<string> {
  const { port } = new URL(address);
  const body = Buffer.alloc(8 * maxBytes, 'a');
  const socket = openSocket(Number(port));
  const all = { host: `127.0.0.1:${port}`, ...bytes, 'content-length': String(body.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const problem = await new Promise<string | null>((resolve) => {
    socket.once('error', ({ message }) => resolve(message));
    socket.write(['POST /api/v1/scan HTTP/1.1', ...lines, '', ''].join('\r\n'));
    socket.write(body, (error) => resolve(error?.message ?? null));
  });
  expect(problem).toBeNull();
  return await untilClosed(socket);
}

type Figures = ReadonlyMap<string, number>;

async function figures(): Promise<Figures> {
  const text = await (await ask('/metrics')).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** Of one metric: what was added meanwhile, without what stayed the same. */
function added(name: string, before: Figures, after: Figures): Readonly<Record<string, number>> {
  const grown = [...after]
    .filter(([key]) => key.startsWith(`${name}{`))
    .map(([key, value]) => [key.slice(name.length), value - (before.get(key) ?? 0)] as const)
    .filter(([, more]) => more !== 0);
  return Object.fromEntries(grown);
}

describe('the figures', () => {
  test('agree with the answers: ten clients at once, each tenth path missing, some named twice', async () => {
    const before = await Promise.all([figures(), statistics()]);
    const folder = home.folder('incoming/many');
    const clients = Array.from({ length: 10 }, (_, client) =>
      Array.from({ length: 100 }, (_entry, index) => {
        const path = join(folder, `${client}-${index}`);
        if (index % 10 !== 9) writeFileSync(path, index === 0 ? eicar() : `content ${client % 2} ${index}`);
        return path;
      }),
    );
    const asked = clients.map((paths) => [...paths, ...paths.slice(0, 20)]);
    const answers = await Promise.all(asked.map(scanBatch));
    for (const [index, { results, ...sums }] of answers.entries()) {
      expect(results.map(({ path }) => path)).toEqual(asked[index]);
      expect(sums).toMatchObject({ total_processed: 120, total_infected: 2 });
      expect(sums.from_cache + sums.computed).toBe(120);
      expect(sums.from_cache).toBe(results.filter(({ cached }) => cached).length);
      for (const { path, verdict, reason, sha256 } of results) {
        const isMissing = path.endsWith('9');
        const expected = isMissing ? 'unscannable' : path.endsWith('-0') ? 'infected' : 'clean';
        expect([path, verdict, reason]).toEqual([path, expected, isMissing ? 'not_found' : null]);
        expect([path, sha256 === null]).toEqual([path, isMissing]);
      }
    }
    const after = await Promise.all([figures(), statistics()]);
    expect(added('rt_protection_scans_total', before[0], after[0])).toEqual({
      '{result="clean"}': 890,
      '{result="infected"}': 10,
      '{result="error"}': 100,
    });
    expect(after[1].summary.total_scans - before[1].summary.total_scans).toBe(1000);
    const { clean, infected, unscannable } = after[1].coverage.verdicts;
    expect([clean, infected, unscannable]).toEqual([890, 10, 100]);
    const found = calls['history.list'].output.parse(await call('/api/v1/history?kinds=detection&limit=1'));
    expect(found.events).toMatchObject([{ actor: 'api owner' }]);
    // A path that is not there is no file that was not looked at.
    expect(after[1].coverage).toMatchObject({ reasons: { not_found: 100 }, covered_percent: 100 });
  });

  test('have each request once, by route and status, whoever refused it', async () => {
    const before = await figures();
    const hash = 'a'.repeat(64);
    const requests: readonly (readonly [string, Sent, number])[] = [
      [`/api/v1/lookup/${hash}`, {}, 200],
      [`/api/v1/lookup/${hash}`, {}, 200],
      ['/api/v1/lookup/short', {}, 400],
      ['/api/v1/lookup/short', { headers: { authorization: 'Bearer of-nobody' } }, 401],
      ['/api/v1/status', { headers: { origin: 'http://elsewhere.example' } }, 403],
      ['/api/v1/scan', { method: 'POST', headers: bytes, body: 'text' }, 200],
      ['/api/v1/scan', { method: 'POST', headers: bytes, body: new Uint8Array(maxBytes + 1) }, 413],
      [
        '/api/v1/scan',
        { method: 'POST', headers: { 'content-type': 'multipart/form-data' }, body: 'a' },
        415,
      ],
      ['/api/v1/no-such-thing', {}, 404],
      ['/api/v1/status', { method: 'DELETE' }, 405],
      ['/api/v1/scan', {}, 405],
      ['/healthz', { headers: { authorization: '' } }, 200],
      ['/readyz', { method: 'HEAD', headers: { authorization: '' } }, 200],
    ];
    for (const [target, sent, status] of requests) expect((await ask(target, sent)).status).toBe(status);
    expect(added('http_requests_total', before, await figures())).toEqual({
      '{method="GET",route="/metrics",status="200"}': 1,
      '{method="GET",route="/api/v1/lookup/:sha256",status="200"}': 2,
      '{method="GET",route="/api/v1/lookup/:sha256",status="400"}': 1,
      '{method="GET",route="/api/v1/lookup/:sha256",status="401"}': 1,
      '{method="GET",route="/api/v1/status",status="403"}': 1,
      '{method="POST",route="/api/v1/scan",status="200"}': 1,
      '{method="POST",route="/api/v1/scan",status="413"}': 1,
      '{method="POST",route="/api/v1/scan",status="415"}': 1,
      '{method="GET",route="/api/v1/*",status="404"}': 1,
      '{method="DELETE",route="/api/v1/status",status="405"}': 1,
      '{method="GET",route="/api/v1/scan",status="405"}': 1,
      '{method="GET",route="/healthz",status="200"}': 1,
      '{method="HEAD",route="/readyz",status="200"}': 1,
    });
  });
});

describe('a content', () => {
  test('that nobody knew is known at once when it has been scanned, however it came', async () => {
    expect(await known('sent as bytes')).toBe(false);
    await upload(Buffer.from('sent as bytes'));
    expect(await known('sent as bytes')).toBe(true);
    expect(await known('named by its path')).toBe(false);
    await scanPath(home.write('incoming/by-path', 'named by its path'));
    expect(await known('named by its path')).toBe(true);
  });

  test('that the allow-list names is told as such, and stays infected', async () => {
    const path = home.write('incoming/allowed.com', eicar());
    const found = await scanPath(path);
    expect([found.verdict, found.allowed]).toEqual(['infected', undefined]);
    const value = found.sha256 ?? '';
    const reply = await call('/api/v1/allow', { kind: 'hash', value, reason: 'a test of ours' });
    const { entry } = calls['allow.add'].output.parse(reply);
    const allowed = { kind: 'hash', value, reason: 'a test of ours', author: 'api owner' };
    for (const result of [await scanPath(path), await upload(eicar())])
      expect([result.verdict, result.allowed]).toEqual(['infected', allowed]);
    await call('/api/v1/allow/remove', { ids: [entry.id] });
    expect((await scanPath(path)).allowed).toBeUndefined();
  });
});

test.runIf(process.platform === 'linux')(
  'a file whose name is not UTF-8 is scanned, quarantined and restored over JSON',
  async () => {
    const name = Buffer.from('caf\xe9.com', 'latin1');
    const folder = Buffer.from(`${home.folder('incoming/latin')}/`);
    writeFileSync(Buffer.concat([folder, name]), eicar());
    // As `JSON.stringify` and `json.dumps` write it: caf\udce9.com
    const result = await scanPath(join(incoming, 'latin', 'caf\udce9.com'));
    expect(result).toMatchObject({ verdict: 'infected', path: join(incoming, 'latin', 'caf\ufffd.com') });
    expect(Buffer.from(result.path_base64 ?? '', 'base64')).toEqual(Buffer.concat([folder, name]));
    const listed = calls['findings.list'].output.parse(await call('/api/v1/findings?states=open'));
    const ids = listed.findings.filter(({ path }) => path.includes('/latin/')).map(({ id }) => id);
    expect(ids).toHaveLength(1);
    await call('/api/v1/findings/actions', { ids, action: 'quarantine' });
    expect(readdirSync(folder)).toEqual([]);
    const vault = calls['quarantine.list'].output.parse(await call('/api/v1/quarantine'));
    const records = vault.records.filter(({ path }) => path.includes('/latin/')).map(({ id }) => id);
    await call('/api/v1/quarantine/restore', { ids: records });
    expect(readdirSync(folder, { encoding: 'buffer' })).toEqual([name]);
  },
);

test('pages of detections hold each one once, whatever is found meanwhile', async () => {
  const folder = join(incoming, 'paged');
  mkdirSync(folder);
  let count = 0;
  async function find(): Promise<void> {
    count += 1;
    const path = join(folder, String(count));
    writeFileSync(path, eicar());
    expect((await scanPath(path)).verdict).toBe('infected');
  }
  for (let index = 0; index < 6; index += 1) await find();
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await call(`/api/v1/batch/detections/recent?limit=2${query}`);
    const { detections, next_cursor: next } = serviceRoutes['batch.detections'].output.parse(page);
    seen.push(...detections.map(({ path }) => path));
    cursor = next;
    await find();
  } while (cursor !== null && seen.length < 8);
  expect(seen.slice(0, 6)).toEqual(['6', '5', '4', '3', '2', '1'].map((name) => join(folder, name)));
});

describe('a client that reads only when it has sent everything', () => {
  test('hears that its upload is too large, that it may not, or that its token is none', async () => {
    const answers = await Promise.all([
      sendAll({ authorization }),
      sendAll({ authorization, 'content-type': 'multipart/form-data' }),
      sendAll({ authorization: 'Bearer of-nobody' }),
    ]);
    expect(answers.map(statusesIn)).toEqual([[413], [415], [401]]);
    for (const answer of answers) expect(answer).toMatch(/connection: close/i);
  });

  test('need not send it: who stops hears as well', async () => {
    const { port } = new URL(address);
    const lines = [`host: 127.0.0.1:${port}`, 'content-type: a/b', 'content-length: 9000000000', '', 'half'];
    const text = ['POST /api/v1/scan HTTP/1.1', ...lines].join('\r\n');
    expect(statusesIn(await sendRaw({ port: Number(port), parts: [text] }))).toEqual([401]);
  });

  test('is not heard out for ever', async () => {
    const { port } = new URL(address);
    const socket = openSocket(Number(port));
    socket.resume();
    const lines = [`host: 127.0.0.1:${port}`, 'content-type: a/b', 'content-length: 9000000000'];
    socket.write(['POST /api/v1/scan HTTP/1.1', ...lines, '', ''].join('\r\n'));
    const block = Buffer.alloc(maxBytes);
    const closed = closeOf(socket);
    let sent = 0;
    while (!socket.closed && sent < 100) {
      sent += 1;
      if (socket.write(block)) continue;
      const drained = new Promise((resolve) => socket.once('drain', resolve));
      await Promise.race([drained, closed]);
    }
    expect(sent).toBeLessThan(100);
  });
});

test.each([
  ['what is no HTTP', 'EHLO mail.example\r\n\r\n', 400],
  ['a head without end', `GET / HTTP/1.1\r\nhost: a\r\na: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
])('%s is refused in the form of every error', async (_what, text, status) => {
  const answer = await sendRaw({ port: Number(new URL(address).port), parts: [text] });
  expect(statusesIn(answer)).toEqual([status]);
  const body = answer.slice(answer.indexOf('\r\n\r\n'));
  expect(errorReplySchema.parse(JSON.parse(body)).error.code).toBe('CALL_INVALID');
});

test('who asks while the server ends is answered like everybody', async () => {
  const seen: number[] = [];
  const server = await HttpServer.listen({
    address: { host: '127.0.0.1', port: 0 },
    parts: [
      {
        register(app, site) {
          app.get('/here', () => 'an answer');
          app.addHook('preClose', async () => {
            seen.push((await fetch(`http://127.0.0.1:${site.port}/here`)).status);
          });
        },
        end() {},
      },
    ],
    logger: silentLogger,
  });
  await server[Symbol.asyncDispose]();
  expect(seen).toEqual([200]);
});

test('a saved file of settings counts for the next requests, also for the folders', async () => {
  const path = home.write('incoming/before', 'a text');
  expect((await scanPath(path)).verdict).toBe('clean');
  const other = home.folder('other');
  writeFileSync(home.configuration, settingsWith(other, 200_000));
  await expect
    .poll(async () => (await ask('/api/v1/brake')).headers.get('x-ratelimit-limit'), { interval: 100 })
    .toBe('200020');
  expect(await scanPath(path)).toMatchObject({ verdict: 'unscannable', reason: 'not_allowed' });
  expect((await scanPath(home.write('other/after', 'a text'))).verdict).toBe('clean');
  rmSync(path);
});

test('a thousand and one paths are too many, and nothing of them is scanned', async () => {
  const before = await statistics();
  const paths = Array.from({ length: maxBatchItems + 1 }, (_, index) => join(incoming, String(index)));
  await expect(scanBatch(paths)).rejects.toThrow('CALL_INVALID');
  expect((await statistics()).summary.total_scans).toBe(before.summary.total_scans);
});
