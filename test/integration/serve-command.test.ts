// `vedette serve` as a person uses it: a link, a browser's session, the state as it changes, and a clean end.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { appStateSchema, type AppState, type StateMessage } from '../../src/shared/app-state.ts';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { eicar } from '../helpers/eicar.ts';
import { findProgram } from '../helpers/run-program.ts';
import { runVedette, startVedette } from '../helpers/run-vedette.ts';
import { vedette } from '../helpers/faults/scene.ts';
import { WatchedHome } from '../helpers/watching.ts';

const linkSchema = z.strictObject({
  format: z.literal('vedette.serve/1'),
  address: z.string(),
  link: z.string(),
  expires_in_seconds: z.literal(300),
  token_file: z.string(),
});
const anyPort = ['serve', '--clamd', 'none', '--listen', '127.0.0.1:0'];

function linesOf(child: ChildProcess): Interface {
  if (child.stdout === null) throw new Error('it has no output');
  return createInterface({ input: child.stdout });
}

async function lineOf(lines: Interface): Promise<string> {
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(20_000) });
  return String(line);
}

function onTerminal({ path }: WatchedHome): ChildProcess {
  const own = { HOME: path, XDG_CONFIG_HOME: path, VEDETTE_DATA_DIR: join(path, 'tty') };
  const env = { ...process.env, ...own, SHELL: '/bin/sh', VEDETTE_TEST_HOME: path, NO_COLOR: '1' };
  // Without `exec` some shells stay above it, and die of the Ctrl-C that it hears.
  const command = `exec '${vedette.replaceAll("'", `'\\''`)}' ${anyPort.join(' ')}`;
  return spawn('script', ['-qefc', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
}

const keySchema = z.object({ value: z.object({ key: z.string() }) });

/** A browser that has opened the link. */
class Visitor {
  readonly origin: string;
  readonly #session: Readonly<Record<string, string>>;

  constructor(origin: string, cookie: string, key: string) {
    this.origin = origin;
    this.#session = { cookie, 'x-vedette-key': key };
  }

  static async open(link: string): Promise<Visitor> {
    const { origin, hash } = new URL(link);
    const response = await fetch(`${origin}/api/session`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: JSON.stringify({ token: hash.replace('#token=', '') }),
    });
    if (response.status !== 200) throw new Error(`it was not let in: ${response.status}`);
    const { value } = keySchema.parse(await response.json());
    return new Visitor(origin, response.headers.getSetCookie()[0]?.split(';')[0] ?? '', value.key);
  }

  async call(name: string, input: object): Promise<unknown> {
    const response = await fetch(`${this.origin}/api/call/${name}`, {
      method: 'POST',
      headers: { origin: this.origin, ...this.#session, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    return await response.json();
  }

  /** What the state sends, message by message. */
  async *follow(): AsyncGenerator<StateMessage, void> {
    const response = await fetch(`${this.origin}/api/events`, { headers: this.#session });
    let text = '';
    for await (const part of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      text += part;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (line.startsWith('data: ')) yield JSON.parse(line.slice(6));
      }
    }
  }
}

describe.skipIf(process.platform === 'win32')('vedette serve', () => {
  let home: WatchedHome;
  let child: ReturnType<typeof startVedette>;
  let visitor: Visitor;
  let link: string;
  let address: string;
  let tokenFile: string;
  let stderr = '';
  beforeAll(async () => {
    buildIfStale();
    home = new WatchedHome();
    home.configure({ watch: { folders: [home.files], canary_interval_minutes: 0 } });
    child = startVedette([...anyPort, '--json'], { home: home.path });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const told = linkSchema.parse(JSON.parse(await lineOf(linesOf(child))));
    ({ link, address, token_file: tokenFile } = told);
    visitor = await Visitor.open(link);
  });
  afterAll(async () => {
    await home[Symbol.asyncDispose]();
  });

  test('prints a link that opens one session, and shows the built pages', async () => {
    expect(link.startsWith(`${address}/#token=`)).toBe(true);
    await expect(Visitor.open(link)).rejects.toThrow('401');
    const page = await fetch(visitor.origin);
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    const script = /src="\.(?<path>\/assets\/[^"]+\.js)"/.exec(await page.text())?.groups?.['path'] ?? '';
    expect((await fetch(`${visitor.origin}${script}`)).status).toBe(200);
  });

  test('sends the state, then what changes in it; a finding is acted on by the person who serves', async () => {
    const messages = visitor.follow();
    const first = (await messages.next()).value;
    const state: AppState = appStateSchema.parse(first?.kind === 'snapshot' ? first.state : null);
    expect(state.app).toMatchObject({ kind: 'service', is_demo: false });
    const path = home.write('infected', eicar());
    let found: AppState['findings'] = state.findings;
    for await (const message of messages) {
      if (message.kind === 'slice' && message.slice === 'findings') found = message.value;
      if (found.open > 0) break;
    }
    expect(found).toMatchObject({ open: 1, latest: [{ path, state: 'open', verdict: 'infected' }] });
    const ids = found.latest.map(({ id }) => id);
    const acted = await visitor.call('findings.act', {
      ids,
      action: 'quarantine',
      reason: '',
      confirmed: false,
    });
    expect(acted).toMatchObject({ ok: true, value: { outcomes: [{ ok: true }] } });
    expect(existsSync(path)).toBe(false);
    const { events } = await home.call('history.list', { kinds: ['quarantined'], before: null, limit: 1 });
    expect(events).toMatchObject([{ actor: expect.stringMatching(/^user /) }]);

    const { records } = await home.call('quarantine.list', {});
    const exported = { ids: records.map(({ id }) => id), file: 'from the browser.zip', password: 'infected' };
    expect(await visitor.call('quarantine.export', exported)).toMatchObject({ ok: true });
    expect(existsSync(join(home.dataDir, 'exports', 'from the browser.zip'))).toBe(true);
    expect(await visitor.call('folders.list', { path: '/etc' })).toMatchObject({
      error: { code: 'CALL_INVALID' },
    });
    expect(await visitor.call('folders.list', { path: home.files })).toMatchObject({ ok: true });
  });

  test('owns the data folder, and other commands ask it', async () => {
    const second = await runVedette([...anyPort], { home: home.path });
    expect([second.code, second.stdout]).toEqual([3, '']);
    expect(second.stderr).toMatch(/vedette serve \(process \d+\) already owns the data folder/);
    const status = await runVedette(['status'], { home: home.path });
    expect(status.stdout).not.toContain('no Vedette is watching');
  });

  test('says why it cannot listen there, and leaves nothing behind', async () => {
    await using taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const place = taken.address();
    const port = typeof place === 'object' && place !== null ? place.port : 0;
    const other = ['--data-dir', join(home.path, 'other')];
    const [busy, remote, wrong] = await Promise.all([
      runVedette(['serve', '--clamd', 'none', ...other, '--listen', `127.0.0.1:${port}`], {
        home: home.path,
      }),
      runVedette(['serve', ...other, '--listen', '0.0.0.0:8477'], { home: home.path }),
      runVedette(['serve', ...other], {
        home: home.path,
        env: { VEDETTE_API_LISTEN: 'server.example:8477' },
      }),
    ]);
    expect([busy.code, busy.stdout, busy.stderr]).toEqual([
      2,
      '',
      expect.stringContaining('another program listens there'),
    ]);
    expect([remote.code, remote.stdout, remote.stderr]).toEqual([
      3,
      '',
      expect.stringContaining('this machine only'),
    ]);
    expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([
      3,
      '',
      expect.stringContaining('server.example'),
    ]);
  });

  test('answers programs that have the token, and no page', async () => {
    const token = readFileSync(tokenFile, 'utf8').trim();
    const status = `${address}/api/v1/status`;
    const authorization = `Bearer ${token}`;
    const answer = await fetch(status, { headers: { authorization } });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      expect.objectContaining({ format: 'vedette.status/1', data_folder: home.dataDir }),
    ]);
    expect((await fetch(status)).status).toBe(401);
    expect((await fetch(status, { headers: { authorization, origin: address } })).status).toBe(403);
  });

  // What is left of the first goes with this one.
  test('ends within five seconds, also with pages open', async () => {
    const messages = visitor.follow();
    expect((await messages.next()).value).toMatchObject({ kind: 'snapshot' });
    const startMs = performance.now();
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect([code, stderr]).toEqual([0, '']);
    expect(performance.now() - startMs).toBeLessThan(5000);
    for await (const message of messages) expect(message.kind).toBe('slice');
    expect(home.processes).toEqual([]);
  });

  describe.skipIf(process.platform !== 'linux' || findProgram('script') === null)('on a terminal', () => {
    test('gives another link for Enter, says when one was used, and ends with Ctrl-C', async () => {
      const terminal = onTerminal(home);
      const lines = linesOf(terminal)[Symbol.asyncIterator]();
      async function next(form: RegExp): Promise<string> {
        for (;;) {
          const { value, done } = await lines.next();
          if (done === true) throw new Error(`it ended before ${form}`);
          const [found] = form.exec(value) ?? [];
          if (found !== undefined) return found;
        }
      }
      const first = await next(/http:\S+/);
      expect(await next(/Enter gives another/)).toBeTruthy();
      terminal.stdin?.write('\n');
      const second = await next(/http:\S+/);
      expect(second).not.toBe(first);
      await Visitor.open(second);
      expect(await next(/A browser has opened a session/)).toBeTruthy();
      terminal.stdin?.write('\u0003');
      expect(await once(terminal, 'close')).toEqual([0, null]);
    });
  });
});
