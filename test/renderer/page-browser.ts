// The built pages in a real browser, with the headers they are really sent with and a carrier that the test answers for.
import { createServer, type Server } from 'node:http';
import { chromium, type Browser, type Page } from 'playwright-core';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { PageFiles } from '../../src/api/page-files.ts';
import { pageFolder } from '../../src/api/page-folder.ts';
import { pageHeaders } from '../../src/api/page-headers.ts';
import type { AppState } from '../../src/shared/app-state.ts';
import type { PageReply } from '../../src/shared/page-transport.ts';

export interface OpenOptions {
  readonly state: AppState;
  /** `#/scan` */
  readonly hash?: string;
  /** What calls are answered with, by name; others are refused. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** What a drop of files gives. */
  readonly dropped?: readonly string[];
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Calls in their order, each with its input. */
  readonly calls: () => Promise<readonly (readonly [string, unknown])[]>;
  readonly tell: (slice: keyof AppState, value: unknown) => Promise<void>;
  readonly lose: () => Promise<void>;
  /** After `lose`: it answers again. */
  readonly findAgain: () => Promise<void>;
  /** What the console and the policy of the page had to complain about. */
  readonly complaints: readonly string[];
}

export class PageBrowser implements AsyncDisposable {
  readonly #server: Server;
  readonly #browser: Browser;

  private constructor(server: Server, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
  }

  static async start(): Promise<PageBrowser> {
    buildIfStale();
    const [server, browser] = await Promise.all([
      servePages(),
      chromium.launch({
        executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu'],
      }),
    ]);
    return new PageBrowser(server, browser);
  }

  async open({ state, hash = '', answers = {}, dropped = [], ...look }: OpenOptions): Promise<OpenPage> {
    const context = await this.#context(look);
    await context.addInitScript(installCarrier, { state, answers, dropped });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${this.#address}/${hash}`);
    return {
      page,
      complaints,
      calls: () => page.evaluate(() => Reflect.get(window, 'testCarrier').calls),
      tell: (slice, value) =>
        page.evaluate((message) => Reflect.get(window, 'testCarrier').tell(message), {
          kind: 'slice',
          slice,
          value,
        }),
      lose: () => page.evaluate(() => Reflect.get(window, 'testCarrier').lose()),
      findAgain: () => page.evaluate(() => Reflect.get(window, 'testCarrier').findAgain()),
      [Symbol.asyncDispose]: () => context.close(),
    };
  }

  /** As a browser opens it, without a session: the server refuses every call. */
  async openUnknown(hash = ''): Promise<Page> {
    const context = await this.#context({});
    const page = await context.newPage();
    await page.goto(`${this.#address}/${hash}`);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get #address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  async #context({ theme = 'light', width = 1280, height = 800 }: Partial<OpenOptions>) {
    return await this.#browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
  }
}

async function servePages(): Promise<Server> {
  const files = new PageFiles(pageFolder());
  const refused: PageReply = {
    ok: false,
    error: { code: 'NOT_ADMITTED', message: 'There is no session.', details: {} },
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = files.read(pathname);
    if (file === null) {
      response.writeHead(pathname.startsWith('/api/') ? 401 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refused));
      return;
    }
    response.writeHead(200, { ...pageHeaders('service'), 'content-type': file.type });
    response.end(file.bytes);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** Runs in the page, before its own code. */
function installCarrier({
  state,
  answers,
  dropped,
}: Required<Pick<OpenOptions, 'state' | 'answers' | 'dropped'>>) {
  type Listener = (message: unknown) => void;
  const followers = new Set<{ readonly listener: Listener; readonly onLost: () => void }>();
  const calls: [string, unknown][] = [];
  let isGone = false;
  Reflect.set(window, 'testCarrier', {
    calls,
    tell(message: unknown) {
      for (const { listener } of followers) listener(message);
    },
    lose() {
      isGone = true;
      for (const { onLost } of followers) onLost();
    },
    findAgain() {
      isGone = false;
    },
  });
  Reflect.set(window, 'vedette', {
    kind: 'desktop',
    call(name: string, input: unknown) {
      calls.push([name, input]);
      const isKnown = Object.hasOwn(answers, name);
      return Promise.resolve(
        isKnown
          ? { ok: true, value: answers[name] }
          : { ok: false, error: { code: 'CALL_REFUSED', message: `${name} is not answered.`, details: {} } },
      );
    },
    on(listener: Listener, onLost: () => void) {
      const follower = { listener, onLost };
      followers.add(follower);
      queueMicrotask(() => (isGone ? onLost() : listener({ kind: 'snapshot', state })));
      return () => followers.delete(follower);
    },
    drop: () => Promise.resolve(dropped),
  });
}
