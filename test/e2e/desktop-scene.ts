// A user with a watched folder and a tray, and the desktop app of theirs: what specs see of it and press in it.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ElectronApplication, Locator, Page } from 'playwright-core';
import { outputOf } from '../../src/core/control/answer-call.ts';
import type { PageInput, PageCallName, PageReply, PageTransport } from '../../src/shared/page-transport.ts';
import type { CallName, CallOutput } from '../../src/shared/contract.ts';
import type { Finding } from '../../src/shared/finding.ts';
import type { Protection } from '../../src/shared/protection.ts';
import { eicar } from '../helpers/eicar.ts';
import { isAlive, processesNaming } from '../helpers/processes.ts';
import { launchApp, type LaunchOptions, type LaunchedApp } from './launch-app.ts';

/** What functions that run in the page find there. */
declare const window: { readonly vedette: PageTransport };
declare const location: { hash: string };

export interface ScenePlaces {
  readonly home: string;
  /** The watched folder. */
  readonly files: string;
  readonly dataDir: string;
  readonly configurationFile: string;
}

export interface SceneOptions extends Omit<LaunchOptions, 'prepare'> {
  /** The configuration file as it stands; `WATCHED` in it is the watched folder, `HOME` the home. */
  readonly configuration?: string;
  /** After the folders were made, before the app starts; may give further variables. */
  readonly prepare?: (places: ScenePlaces) => Readonly<Record<string, string>> | void;
}

/** YARA-X alone and one worker, so that it starts in a second. */
export const quickConfiguration = `# My settings.
config_version = 1

[watch]
folders = ["WATCHED"] # only this one
watch_removable = false
settle_ms = 50
canary_interval_minutes = 0

[scanning]
clamd = "none"

[scaling]
min_workers = 1
max_workers = 1
`;

/** Less than a test has: what was waited for is in the error. */
const actionLimitMs = 20_000;

export class DesktopScene implements AsyncDisposable, ScenePlaces {
  readonly #launched: LaunchedApp;
  readonly files: string;
  readonly dataDir: string;
  readonly configurationFile: string;

  /** Resolves when the page is there; `watched()` waits for the folder. */
  static async launch(options: SceneOptions = {}): Promise<DesktopScene> {
    const { env = {}, prepare, configuration = quickConfiguration, ...others } = options;
    const launched = await launchApp({
      ...others,
      env,
      prepare(home) {
        const places = makeHome(home, configuration);
        return { PATH: pathOf(home), ...prepare?.(places) };
      },
    });
    const scene = new DesktopScene(launched);
    scene.page.setDefaultTimeout(actionLimitMs);
    try {
      await scene.page.waitForFunction(() => 'vedette' in window);
      return scene;
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(launched: LaunchedApp) {
    this.#launched = launched;
    const { files, dataDir, configurationFile } = placesIn(launched.home);
    this.files = files;
    this.dataDir = dataDir;
    this.configurationFile = configurationFile;
  }

  get app(): ElectronApplication {
    return this.#launched.app;
  }

  get page(): Page {
    return this.#launched.page;
  }

  get home(): string {
    return this.#launched.home;
  }

  get pid(): number {
    return this.app.process().pid ?? 0;
  }

  /** What the app has written to stdout and stderr. */
  get output(): string {
    return this.#launched.output();
  }

  get configuration(): string {
    return readFileSync(this.configurationFile, 'utf8');
  }

  /** As the page would ask. */
  async reply<Name extends PageCallName>(name: Name, input: PageInput<Name>): Promise<PageReply> {
    return await this.page.evaluate(([call, given]) => window.vedette.call(call, given), [
      name,
      input,
    ] as const);
  }

  /** @throws what the reply refuses with. */
  async call<Name extends CallName>(name: Name, input: PageInput<Name>): Promise<CallOutput<Name>> {
    const reply = await this.reply(name, input);
    if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`);
    return outputOf(name, reply.value);
  }

  async protection(): Promise<Protection> {
    return await this.call('protection', {});
  }

  /** Resolves when its folder is watched and nothing is left to look at; the guide is out of the way. */
  async watched(): Promise<void> {
    await this.call('guide.done', { done: true });
    await until('the folder to be watched', async () => {
      const { evidence } = await this.protection();
      const folders = evidence?.watcher.folders ?? [];
      const isWatched = folders.length > 0 && folders.every(({ state }) => state === 'watching');
      return isWatched && evidence?.sweep.state === 'idle' && evidence.sweep.started_at !== null;
    });
  }

  async show(route: string): Promise<void> {
    await this.page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${route}`);
  }

  writeFile(name: string, content: string | Uint8Array, folder = this.files): string {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** EICAR with so many blanks behind it: with other blanks it is another content. */
  writeThreat(name: string, blanks = 0, folder = this.files): string {
    return this.writeFile(name, `${eicar().toString()}${' '.repeat(blanks)}`, folder);
  }

  async findingOf(path: string, limitMs = 20_000): Promise<Finding> {
    return await until(
      `a finding for ${path}`,
      async () => {
        const { findings } = await this.call('findings.list', { states: [], job: null, before: null });
        return findings.find((finding) => finding.path === path) ?? null;
      },
      limitMs,
    );
  }

  async act(findingId: number, action: 'quarantine' | 'dismiss'): Promise<void> {
    await this.call('findings.act', { ids: [findingId], action, reason: '', confirmed: false });
  }

  /** The word at the top of every page. */
  stateShown(word: string): Locator {
    return this.page.getByRole('banner').getByText(word, { exact: true }).first();
  }

  async pressTray(...labels: readonly string[]): Promise<void> {
    await this.app.evaluate(({ __standIn }, wanted) => __standIn.pressTrayItem(...wanted), labels);
  }

  async trayLabels(): Promise<readonly unknown[]> {
    return await this.app.evaluate(({ __standIn }) => __standIn.trayLabels());
  }

  /** Whether the tray says that protection is on. */
  async isCheckedInTray(): Promise<boolean> {
    return await this.app.evaluate(
      ({ __standIn }) =>
        __standIn.trays[0]?.items.some(({ label, isChecked }) => label === 'Protection' && isChecked) ??
        false,
    );
  }

  /** Title and body of each, and the words on its buttons. */
  async notifications(): Promise<
    readonly { readonly title: string; readonly body: string; readonly buttons: readonly string[] }[]
  > {
    return await this.app.evaluate(({ __standIn }) =>
      __standIn.notifications.map(({ title, body, actions }) => ({
        title,
        body,
        buttons: actions.map(({ text }) => text ?? ''),
      })),
    );
  }

  async isWindowSeen(): Promise<boolean> {
    return await this.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().some((shown) => shown.isVisible() && !shown.isMinimized()),
    );
  }

  /** Everything that was started with this home. */
  processes(): readonly number[] {
    return processesNaming(this.home);
  }

  scanWorkers(): readonly number[] {
    return this.processes().filter((pid) => commandLineOf(pid).includes('scan-worker'));
  }

  /** As a service manager does; milliseconds until it was gone, and its exit code. */
  async end(how: () => unknown): Promise<{ readonly code: number | null; readonly tookMs: number }> {
    const child = this.app.process();
    const startMs = performance.now();
    await how();
    await until('the app to end', () => child.exitCode !== null || child.signalCode !== null, 20_000);
    return { code: child.exitCode, tookMs: performance.now() - startMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#launched[Symbol.asyncDispose]();
  }
}

/** Resolves with the first answer that is neither null nor false. @throws after `limitMs`, with the name of what was waited for. */
export async function until<Answer>(
  what: string,
  look: () => Answer | Promise<Answer>,
  limitMs = 20_000,
): Promise<Exclude<Answer, null | false | undefined>> {
  const endsAtMs = performance.now() + limitMs;
  for (;;) {
    const answer = await look();
    if (isAnswer(answer)) return answer;
    if (performance.now() > endsAtMs) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await delay(20);
  }
}

function isAnswer<Answer>(answer: Answer): answer is Exclude<Answer, null | false | undefined> {
  return answer !== null && answer !== false && answer !== undefined;
}

export function placesIn(home: string): ScenePlaces {
  return {
    home,
    files: join(home, 'files'),
    dataDir: join(home, '.local/share/vedette'),
    configurationFile: join(home, '.config/vedette/rt_protection_config.toml'),
  };
}

export function pathOf(home: string): string {
  return `${join(home, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
}

/** With a desktop whose panel shows tray icons, as far as `gdbus` says. */
export function makeHome(home: string, configuration: string): ScenePlaces {
  const places = placesIn(home);
  const programs = join(home, 'bin');
  for (const folder of [programs, places.files, join(places.configurationFile, '..')])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(programs, 'gdbus'), '#!/bin/sh\necho "(true,)"\n');
  chmodSync(join(programs, 'gdbus'), 0o755);
  const text = configuration.replaceAll('WATCHED', places.files).replaceAll('HOME', home);
  writeFileSync(places.configurationFile, text);
  return places;
}

/** Empty when it is gone. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

export function allGone(pids: readonly number[]): boolean {
  return pids.every((pid) => !isAlive(pid));
}
