// A `vedette serve` of one's own, and a browser with a session in it: for pictures, and for tests of the pages.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { calls, type CallName, type CallOutput } from '../src/shared/contract.ts';
import type { PageInput } from '../src/shared/page-transport.ts';

const entry = join(import.meta.dirname, '..', 'src', 'cli', 'index.ts');
const linkSchema = z.object({ address: z.string(), link: z.string() });
const replySchema = z.object({ ok: z.literal(true), value: z.unknown() });
const startLimitMs = 30_000;

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
}

export class ServedVedette implements AsyncDisposable {
  readonly address: string;
  readonly link: string;
  readonly process: ChildProcess;

  /** @throws Error with what it said when there is no link within half a minute. */
  static async start(
    options: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<ServedVedette> {
    const child = spawn(process.execPath, [entry, 'serve', '--json', '--listen', '127.0.0.1:0', ...options], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const deadline = setTimeout(() => child.kill(), startLimitMs);
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        return new ServedVedette(child, linkSchema.parse(JSON.parse(line)));
      }
      throw new Error('vedette serve ended without a link');
    } finally {
      clearTimeout(deadline);
      child.stdout.resume();
    }
  }

  private constructor(child: ChildProcess, { address, link }: z.infer<typeof linkSchema>) {
    this.process = child;
    this.address = address;
    this.link = link;
  }

  /** The link opens one session: once. */
  async open(browser: Browser, { width, height, theme }: Look): Promise<OpenedPage> {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(this.link);
    await page.waitForSelector('h1');
    return new OpenedPage(context, page, this.address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill();
    await ended;
  }
}

export class OpenedPage implements AsyncDisposable {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #address: string;

  constructor(context: BrowserContext, page: Page, address: string) {
    this.#context = context;
    this.page = page;
    this.#address = address;
  }

  /** With the session of the page. @throws when it is refused. */
  async call<Name extends CallName>(name: Name, input: PageInput<Name>): Promise<CallOutput<Name>> {
    const response = await this.#context.request.post(`${this.#address}/api/call/${name}`, {
      data: input,
      headers: { Origin: this.#address, 'X-Vedette-Key': await this.#key() },
    });
    const { value } = replySchema.parse(await response.json());
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the schema of this very call lets through
    return calls[name].output.parse(value) as CallOutput<Name>;
  }

  /** What the page of a session keeps for itself: `client/http-transport.ts`. */
  async #key(): Promise<string> {
    const { origins } = await this.#context.storageState();
    const stored = origins.find(({ origin }) => origin === this.#address)?.localStorage ?? [];
    return stored.find(({ name }) => name === 'vedette-key')?.value ?? '';
  }

  /** Number of the open finding in a file of this name. */
  async findingIn(name: string): Promise<number> {
    const { findings } = await this.call('findings.list', { states: ['open'], job: null, before: null });
    const finding = findings.find(({ path }) => basename(path) === name);
    if (finding === undefined) throw new Error(`nothing was found in ${name}`);
    return finding.id;
  }

  async quarantineAll(): Promise<void> {
    const { findings } = await this.call('findings.list', { states: ['open'], job: null, before: null });
    const ids = findings.map(({ id }) => id);
    if (ids.length === 0) return;
    await this.call('findings.act', { ids, action: 'quarantine', reason: '', confirmed: false });
  }

  /** @param path of a folder beside a watched one. @returns the number of the job. */
  async scanFolder(path: string): Promise<number> {
    // A page may only name what it was shown.
    const { places } = await this.call('folders.list', { path: null });
    const neighbour = places.find((place) => dirname(place.path) === dirname(path));
    if (neighbour === undefined) throw new Error(`${path} stands beside no folder that is watched`);
    await this.call('folders.list', { path: neighbour.path });
    await this.call('folders.list', { path: dirname(path) });
    const { id } = await this.call('jobs.start', { kind: 'custom', roots: [path] });
    return id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}
