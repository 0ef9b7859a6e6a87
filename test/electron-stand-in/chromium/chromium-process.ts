// One Chromium for the app: it ends with its pipe, so also when the stand-in is killed, and its profile goes with it.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { CdpConnection } from './cdp-connection.ts';

export interface ChromiumOptions {
  /** Folder in which a profile is made for this run. */
  readonly profileParent: string;
  readonly switches: readonly string[];
  /** `--remote-debugging-port=…` for those who drive the pages from outside; may be empty. */
  readonly debuggingArgs: readonly string[];
  readonly onLost: (cause: string) => void;
}

export interface ChromiumProcess extends Disposable {
  readonly connection: CdpConnection;
  readonly pid: number | undefined;
}

const startLimitMs = 30_000;
const keptErrorChars = 4000;
const ownSwitches = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-startup-window',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--password-store=basic',
  '--block-new-web-contents',
  '--remote-debugging-pipe',
];

const chromium = process.env['STAND_IN_CHROMIUM'] ?? process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export async function startChromium(options: ChromiumOptions): Promise<ChromiumProcess> {
  mkdirSync(options.profileParent, { recursive: true });
  const profile = mkdtempSync(join(options.profileParent, 'stand-in-chromium-'));
  const args = [...options.switches, ...ownSwitches, `--user-data-dir=${profile}`, ...options.debuggingArgs];
  const child = spawn(chromium, args, {
    // In a locale without UTF-8 it drops files whose names it cannot tell.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  function end(): void {
    child.kill('SIGKILL');
    removeProfile(profile);
  }
  process.once('exit', end);
  const said = listenTo(child);
  child.on('error', (error) => options.onLost(`Chromium did not start: ${error.message}`));
  child.on('exit', (code, signal) => {
    removeProfile(profile);
    options.onLost(`Chromium ended (${signal ?? code}): ${said.lastWords()}`);
  });
  const [, , , toChromium, fromChromium] = child.stdio;
  if (!(toChromium instanceof Writable) || !(fromChromium instanceof Readable)) {
    throw new Error('Chromium has no pipes');
  }
  const connection = new CdpConnection(toChromium, fromChromium);
  const isListening = options.debuggingArgs.length === 0 ? Promise.resolve() : said.isListening;
  await Promise.all([connection.send('Target.setDiscoverTargets', { discover: true }), isListening]);
  return { connection, pid: child.pid, [Symbol.dispose]: end };
}

/** Passes on where the pages can be debugged: who drives them waits for that line. */
function listenTo(child: ChildProcess): { isListening: Promise<void>; lastWords: () => string } {
  let words = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const limit = setTimeout(
    () => reject(new Error(`Chromium did not listen within ${startLimitMs} ms`)),
    startLimitMs,
  );
  limit.unref();
  let isAnnounced = false;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-keptErrorChars);
    const line = /^DevTools listening on ws:\/\/.*$/m.exec(words)?.[0];
    if (line === undefined || isAnnounced) return;
    isAnnounced = true;
    clearTimeout(limit);
    process.stderr.write(`${line}\n`);
    resolve();
  });
  // Nobody may wait for it.
  promise.catch(() => {});
  return { isListening: promise, lastWords: () => words };
}

/** Chromium's helpers may write for a moment longer than it lives. */
function removeProfile(profile: string): void {
  rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
}
