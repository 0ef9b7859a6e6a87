// `npm start` in a fresh checkout under an empty home: it builds, says where it is shown and why there, and leaves nothing behind.
import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { controlAddress } from '../../src/core/control/control-address.ts';
import { connectControl } from '../../src/core/control/control-client.ts';
import type { CallInput, CallName, CallOutput } from '../../src/shared/contract.ts';
import { eicar } from '../helpers/eicar.ts';
import { processesNaming } from '../helpers/processes.ts';
import { findProgram } from '../helpers/run-program.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const repository = join(import.meta.dirname, '..', '..');
const node = join(repository, 'node_modules', 'node', 'bin', 'node');
const startScript = 'scripts/start.ts';
/** Of this machine, wherever it lies; with the Node that it brings. */
const npm = (process.env['PATH'] ?? '')
  .split(':')
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'npm'))
  .find((path) => existsSync(path));
const parts = [
  'src',
  'scripts',
  'bin',
  'assets',
  'electron.vite.config.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];
const limitMs = 60_000;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** As somebody who has just cloned it has it, but for the packages, which are those of this one. */
class FreshCheckout implements AsyncDisposable {
  readonly #folder = temporaryFolder();
  readonly home = join(this.#folder.path, 'home');
  readonly temporary = join(this.#folder.path, 'tmp');
  readonly root = join(this.#folder.path, 'vedette');
  readonly #mark = `VEDETTE_TEST_HOME=${this.#folder.path}`;

  constructor() {
    for (const folder of [this.home, this.temporary, this.root]) mkdirSync(folder, { mode: 0o700 });
    for (const part of parts) cpSync(join(repository, part), join(this.root, part), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(this.root, 'node_modules'));
  }

  write(name: string, content: string | Uint8Array): string {
    return this.#folder.write(name, content);
  }

  /** In a process group of its own, as a terminal would have it. */
  start(
    command: readonly [string, ...string[]],
    env: Readonly<Record<string, string>> = {},
  ): ChildProcessByStdio<null, Readable, Readable> {
    const [program, ...args] = command;
    return spawn(program, args, {
      cwd: this.root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        HOME: this.home,
        TMPDIR: this.temporary,
        PATH: [...(npm === undefined ? [] : [dirname(npm)]), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
        NO_COLOR: '1',
        npm_config_update_notifier: 'false',
        VEDETTE_TEST_HOME: this.#folder.path,
        ...env,
      },
    });
  }

  async run(
    command: readonly [string, ...string[]],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    const child = this.start(command, env);
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), limitMs);
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      buffer(child.stdout),
      buffer(child.stderr),
    ]);
    clearTimeout(timer);
    return { code, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  get processes(): readonly number[] {
    return processesNaming(this.#mark);
  }

  get demos(): readonly string[] {
    return readdirSync(this.temporary)
      .filter((name) => name.startsWith('vedette-demo-'))
      .map((name) => join(this.temporary, name));
  }

  /** Of a test that failed; otherwise there is nothing left. */
  async endAll(): Promise<void> {
    for (const pid of this.processes) killIfThere(pid);
    await until(
      () => this.processes.length === 0,
      () => 'its processes to end',
    );
    for (const demo of this.demos) rmSync(demo, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endAll();
    this.#folder[Symbol.dispose]();
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined) process.kill(-child.pid, signal);
}

/** All that a program has said so far. */
class Words {
  readonly #child: ChildProcess;
  #text = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#text += text));
  }

  get text(): string {
    return this.#text;
  }

  async said(form: RegExp): Promise<string> {
    return await until(
      () => {
        const found = form.exec(this.#text)?.[0] ?? '';
        if (found === '' && this.#child.exitCode !== null) throw new Error(`it ended with: ${this.#text}`);
        return found;
      },
      () => `${form} in: ${this.#text}`,
    );
  }
}

/** There is no event for what other processes do. */
async function until<Value>(look: () => Value | Promise<Value>, what: () => string): Promise<Value> {
  const endsAtMs = performance.now() + limitMs;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (performance.now() > endsAtMs) throw new Error(`waited in vain for ${what()}`);
    await delay(50);
  }
}

async function ask<Name extends CallName>(
  dataDir: string,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name>> {
  using client = await connectControl(controlAddress(dataDir));
  return await client.call(name, input);
}

describe.skipIf(process.platform !== 'linux')('npm start', { timeout: 2 * limitMs }, () => {
  let checkout: FreshCheckout;
  beforeAll(() => {
    checkout = new FreshCheckout();
  });
  afterEach(() => checkout.endAll());
  afterAll(async () => {
    await checkout[Symbol.asyncDispose]();
  });

  test.skipIf(npm === undefined)(
    'shows a demo that is protected and finds something; Ctrl-C ends and removes all of it',
    async () => {
      const child = checkout.start(['npm', 'start', '--', '--demo']);
      const words = new Words(child);
      const link = await words.said(/http:\/\/127\.0\.0\.1:\d+\/#token=\S+/);
      expect(words.text).toMatch(/building the pages[^]+in the browser, because there is no display/);
      const page = await fetch(new URL('/', link));
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root">')]);
      const [demo = ''] = checkout.demos;
      const dataDir = join(demo, 'data');
      let seen: readonly string[] = [];
      await until(
        async () => {
          const wanted = { states: ['open' as const], job: null, before: null };
          const { findings } = await ask(dataDir, 'findings.list', wanted);
          seen = findings.map(({ path }) => path);
          return seen.length >= 2;
        },
        () => `two findings in ${seen.join(', ')}; it said: ${words.text}`,
      );
      expect(seen.toSorted()).toEqual(
        ['install-helper.sh', 'invoice-2026-11.com'].map((name) => join(demo, 'home/Downloads', name)),
      );
      const { evidence } = await ask(dataDir, 'protection', {});
      const states = Object.fromEntries(evidence?.engines.map(({ name, state }) => [name, state]) ?? []);
      expect(states).toMatchObject({
        yara: 'ready',
        ...(findProgram('clamd') === null ? {} : { clamav: 'ready' }),
      });

      signalGroup(child, 'SIGINT');
      await until(
        () => checkout.processes.length === 0,
        () => `${checkout.processes.join(', ')} to end; it said: ${words.text}`,
      );
      expect(checkout.demos).toEqual([]);
      expect(existsSync(join(checkout.home, '.local'))).toBe(false);
    },
  );

  test('does not build a second time, and passes on the exit code of a clean end', async () => {
    const configuration = checkout.write('quiet.toml', `config_version = 2\n[watch]\nfolders = []\n`);
    const options = ['--config', configuration, '--listen', '127.0.0.1:0', '--clamd', 'none'];
    const child = checkout.start([node, startScript, ...options]);
    const words = new Words(child);
    await words.said(/http:\S+/);
    expect(words.text).not.toContain('building');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(checkout.processes).toEqual([]);
  });

  test('opens the window where there can be one', async () => {
    const electron = checkout.write(
      'electron/electron',
      '#!/bin/sh\nfor argument in "$@"; do echo "$argument"; done\nexit 5\n',
    );
    await checkout.run(['chmod', '755', electron]);
    const dist = { ELECTRON_OVERRIDE_DIST_PATH: join(electron, '..') };
    const { code, stdout } = await checkout.run([node, startScript, '--demo', './package.json'], dist);
    expect([code, stdout.trim().split('\n')]).toEqual([
      5,
      [
        checkout.root,
        '--data-dir',
        expect.stringContaining('vedette-demo-'),
        '--config',
        expect.any(String),
        '--demo',
        './package.json',
      ],
    ]);
    expect(checkout.demos).toEqual([]);
  });

  test('is any command of vedette, in the folder where it was typed', async () => {
    checkout.write('home/files/a.com', eicar());
    const env = { INIT_CWD: checkout.home };
    const [help, scan, noWindow] = await Promise.all([
      checkout.run([node, startScript, '--help']),
      checkout.run([node, startScript, 'scan', '--clamd', 'none', 'files'], env),
      checkout.run([node, startScript, './files/a.com'], env),
    ]);
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('npm start -- --demo')]);
    expect([scan.code, scan.stdout]).toEqual([1, expect.stringContaining('files/a.com: infected')]);
    expect([noWindow.code, noWindow.stderr]).toEqual([
      3,
      'vedette: there is no window to scan it in, because there is no display; try: npm start -- scan PATH\n',
    ]);
  });

  test('says that it could not be built, and what the builder said', async () => {
    checkout.write('vedette/src/main/index.ts', `import './nowhere.ts';\n`);
    const { code, stderr } = await checkout.run([node, startScript]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /nowhere\.ts[^]+vedette: the pages and the app could not be built: it ended with code 1\n$/,
      ),
    ]);
  });
});
