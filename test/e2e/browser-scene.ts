// A home with a watched folder, a real `vedette serve` over it and one browser: what specs of the pages start from.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { OpenedPage, ServedVedette } from '../../scripts/served-vedette.ts';

export interface BrowserSceneOptions {
  /** Lines of the configuration below the usual ones; `HOME` in them is the home folder. */
  readonly configuration?: string;
  /** Before Vedette starts. */
  readonly prepare?: (scene: BrowserPlaces) => void;
  /** Shows the first-run guide, as on the first day. */
  readonly isFirstDay?: boolean;
}

export interface BrowserPlaces {
  readonly home: string;
  /** The watched folder. */
  readonly watched: string;
  readonly dataDir: string;
  readonly configurationFile: string;
  /** A file below home; its folders are made. @returns its path. */
  write(name: string, content: string | Uint8Array): string;
}

const actionLimitMs = 30_000;
/** The browser writes a line for every call that was refused; the page has said so itself. */
const refusedCall = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** YARA-X alone and nothing that happens by itself, so that what a spec sees is what it has done. */
const usual = `# My settings.
config_version = 2

[watch]
folders = ["HOME/Downloads"] # only this one
watch_removable = false
settle_ms = 50
canary_interval_minutes = 0
start_at_login = false

[scanning]
clamd = "none"
`;
/** Unless the spec is about more of them. */
const oneWorker = '\n[scaling]\nmin_workers = 1\nmax_workers = 1\n';

export class BrowserScene implements AsyncDisposable, BrowserPlaces {
  readonly home: string;
  readonly watched: string;
  readonly dataDir: string;
  readonly configurationFile: string;
  /** What the console, the policy of the page and dialogs of the browser had to complain about, in any of its pages. */
  readonly complaints: string[] = [];
  readonly #stack = new AsyncDisposableStack();
  #vedette: ServedVedette | null = null;
  #browser: Browser | null = null;
  #opened: OpenedPage | null = null;

  static async start(options: BrowserSceneOptions = {}): Promise<BrowserScene> {
    const scene = new BrowserScene();
    try {
      await scene.#start(options);
      return scene;
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor() {
    this.home = mkdtempSync(join(realpathSync(tmpdir()), 'vedette-browser-'));
    this.#stack.defer(() => rmSync(this.home, { recursive: true, force: true }));
    this.watched = join(this.home, 'Downloads');
    this.dataDir = join(this.home, '.vedette');
    this.configurationFile = join(this.home, '.config', 'rt_protection_config.toml');
  }

  get opened(): OpenedPage {
    if (this.#opened === null) throw new Error('no page was opened');
    return this.#opened;
  }

  get page(): Page {
    return this.opened.page;
  }

  get vedette(): ServedVedette {
    if (this.#vedette === null) throw new Error('no Vedette was started');
    return this.#vedette;
  }

  write(name: string, content: string | Uint8Array): string {
    const file = join(this.home, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** A page of the session that is open; resolves when its heading is there. */
  async show(hash: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
    await this.page.locator('main h1').first().waitFor();
  }

  /** As another browser: without a session. */
  async newContext(): Promise<BrowserContext> {
    if (this.#browser === null) throw new Error('no browser was started');
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
      acceptDownloads: false,
    });
    context.setDefaultTimeout(actionLimitMs);
    return context;
  }

  /** Another Vedette in the place of the one before, at the same address. */
  async startAgain(): Promise<void> {
    const { port } = new URL(this.vedette.address);
    await this.stop();
    await this.#serve(Number(port));
  }

  async stop(): Promise<void> {
    await this.vedette[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #start({ configuration = '', prepare, isFirstDay = false }: BrowserSceneOptions): Promise<void> {
    buildIfStale();
    mkdirSync(this.watched, { recursive: true });
    const lines = `${usual}${configuration}${configuration.includes('[scaling]') ? '' : oneWorker}`;
    this.write('.config/rt_protection_config.toml', lines.replaceAll('HOME', this.home));
    prepare?.(this);
    const [, browser] = await Promise.all([
      this.#serve(0),
      chromium.launch({
        executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu'],
      }),
    ]);
    this.#browser = browser;
    this.#stack.defer(() => browser.close());
    const context = await this.newContext();
    const page = await context.newPage();
    this.#listen(page);
    await page.goto(this.vedette.link);
    await page.locator('h1').first().waitFor();
    this.#opened = new OpenedPage(context, page, this.vedette.address);
    if (!isFirstDay) await this.opened.call('guide.done', { done: true });
  }

  async #serve(port: number): Promise<void> {
    const options = ['--data-dir', this.dataDir, '--config', this.configurationFile];
    const inherited = Object.entries(process.env).filter(([name]) => !/^(?:VEDETTE_|VITEST)/.test(name));
    this.#vedette = await ServedVedette.start([...options, '--listen', `127.0.0.1:${port}`], {
      ...Object.fromEntries(inherited),
      HOME: this.home,
      NO_COLOR: '1',
    });
    this.#stack.use(this.#vedette);
  }

  #listen(page: Page): void {
    page.on('console', (message) => {
      const text = message.text();
      if (['error', 'warning'].includes(message.type()) && !refusedCall.test(text))
        this.complaints.push(text);
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }
}
