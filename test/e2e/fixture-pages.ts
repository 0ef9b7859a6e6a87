// The pages on made-up figures in one browser, for looking at every form they have; no Vedette runs behind them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { build, preview, type PreviewServer } from 'vite';
import type { fixtureNames } from '../renderer/fixtures.ts';

/** `gallery`: no page, but every component in every form. */
export type FixtureName = (typeof fixtureNames)[number] | 'gallery';
export type Theme = 'light' | 'dark';

export interface FixtureLook {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: Theme;
  readonly forcedColors?: boolean;
  readonly motion?: 'reduce' | 'no-preference';
}

const actionLimitMs = 30_000;
const root = resolve(import.meta.dirname, '../renderer');

export class FixturePages implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #address: string;
  readonly #browser: Browser;
  #shown = 0;

  static async start(): Promise<FixturePages> {
    await using stack = new AsyncDisposableStack();
    const outDir = await mkdtemp(join(tmpdir(), 'vedette-fixture-pages-'));
    stack.defer(() => rm(outDir, { recursive: true, force: true }));
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      build: { outDir, target: 'chrome140' },
    });
    const server = await preview({
      root,
      configFile: false,
      logLevel: 'error',
      build: { outDir },
      preview: { port: 0, host: '127.0.0.1' },
    });
    stack.defer(() => server.close());
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    stack.defer(() => browser.close());
    return new FixturePages(addressOf(server), browser, stack.move());
  }

  private constructor(address: string, browser: Browser, stack: AsyncDisposableStack) {
    this.#address = address;
    this.#browser = browser;
    this.#stack = stack;
  }

  async context(look: FixtureLook = {}): Promise<BrowserContext> {
    const { width = 1280, height = 800, theme = 'light', forcedColors = false, motion = 'reduce' } = look;
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: motion,
      forcedColors: forcedColors ? 'active' : 'none',
    });
    context.setDefaultTimeout(actionLimitMs);
    return context;
  }

  /** In a window of its own. */
  async open(state: FixtureName, hash: string, look?: FixtureLook): Promise<Page> {
    const page = await (await this.context(look)).newPage();
    await this.show(page, state, hash);
    return page;
  }

  /** Resolves when the page has its heading. */
  async show(page: Page, state: FixtureName, hash: string): Promise<void> {
    // An address that differs behind its # only would not be loaded again.
    this.#shown += 1;
    await page.goto(`${this.#address}?state=${state}&time=${this.#shown}#/${hash}`);
    await page.locator('h1').first().waitFor();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

function addressOf(server: PreviewServer): string {
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error('the pages are not served');
  return address;
}
