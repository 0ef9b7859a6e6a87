// Starts the desktop app for a test, in a home of its own: on the stand-in, or on real Electron with REAL_ELECTRON=1.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

type Variables = Readonly<Record<string, string>>;

export interface LaunchOptions {
  /** Over those of this process, and over the home that is made for the app. */
  readonly env?: Readonly<Record<string, string>>;
  /** After the app's folder. */
  readonly args?: readonly string[];
  /** Puts things into the home before the app starts, and may give further variables. */
  readonly prepare?: (home: string) => Variables | Promise<Variables>;
  /** As soon as the app can be asked, before it has a window. */
  readonly whenLaunched?: (app: ElectronApplication) => Promise<void>;
  /** The repository by default; a packaged app's folder, or an extracted asar. */
  readonly appFolder?: string;
}

export interface LaunchedApp extends AsyncDisposable {
  readonly app: ElectronApplication;
  /** Its first window. */
  readonly page: Page;
  /** HOME of the app and folder of its XDG folders, gone afterwards. */
  readonly home: string;
  /** What it has written to stdout and stderr, the latest megabyte. */
  output(): string;
}

export const usesRealElectron = process.env['REAL_ELECTRON'] === '1';
export const repository = join(import.meta.dirname, '../..');
export const standIn = join(import.meta.dirname, '../electron-stand-in');
const keptOutputChars = 1024 * 1024;
const startLimitMs = 30_000;
const endLimitMs = 30_000;

/** @throws when there is no window within 30 s, with what the app has said. */
export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const { env = {}, args = [], appFolder = repository, prepare, whenLaunched } = options;
  console.log(`Desktop app runs on ${usesRealElectron ? 'Electron' : 'the stand-in for Electron'}`);
  if (appFolder === repository) buildIfStale();
  // Read by `electron/index.js`, which Playwright asks for the executable, in this process.
  if (!usesRealElectron) process.env['ELECTRON_OVERRIDE_DIST_PATH'] = standIn;
  const folder = temporaryFolder();
  let app: ElectronApplication | undefined;
  let words = '';
  try {
    const prepared = (await prepare?.(folder.path)) ?? {};
    app = await _electron.launch({
      args: [appFolder, ...args],
      env: { ...environmentOf(folder.path), ...prepared, ...env },
      timeout: startLimitMs,
    });
    const child = app.process();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        words = (words + text).slice(-keptOutputChars);
      });
    }
    await whenLaunched?.(app);
    const page = await app.firstWindow({ timeout: startLimitMs });
    return {
      app,
      page,
      home: folder.path,
      output: () => words,
      [Symbol.asyncDispose]: async () => {
        await end(child, app);
        folder[Symbol.dispose]();
      },
    };
  } catch (error) {
    if (app !== undefined) await end(app.process(), app);
    folder[Symbol.dispose]();
    throw new Error(`The desktop app did not start. It said:\n${words}`, { cause: error });
  }
}

type AppProcess = ReturnType<ElectronApplication['process']>;

/** As a person would; by force when the app does not let itself be ended. */
async function end(child: AppProcess, app: ElectronApplication | undefined): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const limit = new AbortController();
  const late = delay(endLimitMs, 'late' as const, { signal: limit.signal }).catch(() => 'ended' as const);
  const outcome = await Promise.race([app?.close().then(() => 'ended' as const), late]);
  limit.abort();
  if (outcome === 'late') child.kill('SIGKILL');
}

/** What a program is started with whose home it is: nothing of Vedette's own is handed down. */
export function environmentOf(home: string): Record<string, string> {
  return { ...inherited(), ...homeVariables(home) };
}

function inherited(): Record<string, string> {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(?:VEDETTE_|ELECTRON_RUN_AS_NODE$|VITEST)/.test(name),
  );
  return Object.fromEntries(ours.map(([name, value]) => [name, value ?? '']));
}

function homeVariables(home: string): Record<string, string> {
  return {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_CACHE_HOME: join(home, '.cache'),
  };
}
