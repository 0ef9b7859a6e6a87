// A `vedette serve` of its own that is shot at: what it logs, how much memory it takes, and what a kill in the middle leaves behind.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { processesNaming, until } from '../helpers/processes.ts';
import { closeOf, openSocket, sendRaw, statusesIn, untilClosed } from '../helpers/raw-http.ts';
import { markOf, startVedette, type RunningVedette } from '../helpers/run-vedette.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const toldSchema = z.object({ address: z.string(), link: z.string(), token_file: z.string() });
const mib = 1024 * 1024;
const password = 'a-password-for-an-export';

describe.skipIf(process.platform !== 'linux')('vedette serve', () => {
  const home = temporaryFolder();
  const uploadFolder = join(home.path, 'data', 'uploads');
  let child: RunningVedette;
  let told: z.infer<typeof toldSchema>;
  let token = '';
  let stderr = '';

  async function start(): Promise<void> {
    const configuration = join(home.path, 'settings.toml');
    const options = ['--config', configuration, '--log-level', 'debug', '--listen', '127.0.0.1:0'];
    child = startVedette(['serve', '--clamd', 'none', '--json', ...options], {
      home: home.path,
      env: { VEDETTE_SCALING_MIN_WORKERS: '1', VEDETTE_SCALING_MAX_WORKERS: '1' },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [line] = await once(createInterface({ input: child.stdout }), 'line', {
      signal: AbortSignal.timeout(30_000),
    });
    told = toldSchema.parse(JSON.parse(String(line)));
    token = readFileSync(told.token_file, 'utf8').trim();
  }

  beforeAll(async () => {
    home.write('watched/file.txt', 'a file');
    home.write(
      'settings.toml',
      `config_version = 2
[watch]
folders = [${JSON.stringify(join(home.path, 'watched'))}]
canary_interval_minutes = 0
[api]
enable_rate_limiting = false
max_request_size = ${1024 * mib}
`,
    );
    await start();
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    await until(() => processesNaming(markOf(home.path)).length === 0);
    home[Symbol.dispose]();
  });

  function port(): number {
    return Number(new URL(told.address).port);
  }

  function head(line: string, headers: Readonly<Record<string, string>>): string {
    const all = { host: `127.0.0.1:${port()}`, authorization: `Bearer ${token}`, ...headers };
    return `${[line, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n`;
  }

  /** The most that it has had in memory so far. */
  function peakBytes(): number {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(?<kib>\d+) kB$/m.exec(status)?.groups?.['kib']) * 1024;
  }

  test('keeps to its memory, whatever a token sends it, and goes on answering', async () => {
    const json = { 'content-type': 'application/json' };
    const before = peakBytes();
    const lists = Buffer.from(`[${'[],'.repeat(1_300_000)}[]]`);
    const batch = { ...json, 'content-length': String(lists.length), connection: 'close' };
    const letters = Buffer.from('1\r\n \r\n'.repeat(mib / 8));
    const chunked = { ...json, 'transfer-encoding': 'chunked' };
    async function endless(target: string): Promise<string> {
      const socket = openSocket(port());
      const answered = untilClosed(socket);
      socket.write(head(`POST ${target} HTTP/1.1`, chunked));
      for (let count = 0; count < 4 && !socket.closed; count += 1) {
        if (socket.write(letters)) continue;
        const drained = new Promise<void>((resolve) => socket.once('drain', () => resolve()));
        await Promise.race([drained, closeOf(socket)]);
      }
      socket.destroySoon();
      return await answered;
    }
    const announced = { ...json, 'content-length': String(600 * mib) };
    const answers = await Promise.all([
      ...Array.from({ length: 24 }, () =>
        sendRaw({ port: port(), parts: [head('POST /api/v1/batch/scan HTTP/1.1', batch), lists] }),
      ),
      ...['/api/v1/batch/lookup', '/api/v1/batch/cache/warm'].map((target) =>
        sendRaw({ port: port(), parts: [head(`POST ${target} HTTP/1.1`, announced)] }),
      ),
      endless('/api/v1/batch/lookup'),
    ]);
    // Refused, or reset before the refusal was read.
    const statuses = answers.flatMap(statusesIn);
    expect(statuses.filter((status) => ![400, 413, 429].includes(status))).toEqual([]);
    expect(statuses).toContain(400);
    expect(statuses.filter((status) => status === 413).length).toBeGreaterThanOrEqual(2);
    expect((peakBytes() - before) / mib).toBeLessThan(600);
    expect((await fetch(`${told.address}/healthz`)).status).toBe(200);
    expect(child.exitCode).toBeNull();
  });

  test('logs no token, link, session or password, at its most talkative', async () => {
    const link = new URL(told.link);
    const secret = link.hash.replace('#token=', '');
    const origin = { origin: link.origin, 'content-type': 'application/json' };
    const session = await fetch(`${told.address}/api/session`, {
      method: 'POST',
      headers: origin,
      body: JSON.stringify({ token: secret }),
    });
    const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const { value } = z.object({ value: z.object({ key: z.string() }) }).parse(await session.json());
    const bearer = { authorization: `Bearer ${token}` };
    const tries: readonly (readonly [string, RequestInit])[] = [
      [`/api/v1/status?token=${token}`, { headers: bearer }],
      [`/api/v1/jobs?${token}=1`, { headers: bearer }],
      ['/api/v1/status', { headers: { authorization: `Bearer ${token}x` } }],
      ['/api/v1/status', { headers: { ...bearer, origin: 'https://evil.example' } }],
      [`/api/v1/${token}`, { headers: bearer }],
      [
        '/api/call/status',
        { method: 'POST', headers: { ...origin, cookie, 'x-vedette-key': value.key }, body: '{}' },
      ],
      ['/api/session', { method: 'POST', headers: origin, body: JSON.stringify({ token: secret }) }],
      [
        '/api/v1/quarantine/export',
        {
          method: 'POST',
          headers: { ...bearer, 'content-type': 'application/json' },
          body: JSON.stringify({ ids: ['0'.repeat(32)], file: 'a.zip', password }),
        },
      ],
    ];
    const texts = await Promise.all(
      tries.map(async ([target, init]) => (await fetch(`${told.address}${target}`, init)).text()),
    );
    const [metrics, past] = await Promise.all(
      ['/metrics', '/api/v1/history?limit=1000'].map(async (target) =>
        (await fetch(`${told.address}${target}`, { headers: bearer })).text(),
      ),
    );
    expect(metrics).toContain('http_requests_total');
    const [, cookieValue = ''] = cookie.split('=');
    for (const each of [token, secret, cookieValue, value.key, password]) {
      expect(each.length).toBeGreaterThan(20);
      for (const text of [stderr, metrics, past]) expect(text).not.toContain(each);
    }
    expect(texts.join('')).not.toContain(password);
    expect(stderr).not.toMatch(/vdt_/);
  });

  test('leaves an upload behind only when it is killed, and removes it before it listens again', async () => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': '100' };
    const socket = openSocket(port());
    const closed = closeOf(socket);
    socket.write(`${head('POST /api/v1/scan HTTP/1.1', headers)}half of it`);
    await expect.poll(() => readdirSync(uploadFolder).length).toBe(1);
    child.kill('SIGKILL');
    await Promise.all([once(child, 'close'), closed]);
    expect(readdirSync(uploadFolder).length).toBe(1);
    await until(() => processesNaming(markOf(home.path)).length === 0);
    await start();
    expect(readdirSync(uploadFolder)).toEqual([]);
  });
});
