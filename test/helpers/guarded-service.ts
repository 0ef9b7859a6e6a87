// The API and the pages as `vedette serve` has them, in the process of the test: real door, tokens, limits, scans and history.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PageDoor } from '../../src/api/page-door.ts';
import { Pages } from '../../src/api/pages.ts';
import type { HttpServerOptions } from '../../src/api/http-server.ts';
import { planServer, startServer } from '../../src/api/start-server.ts';
import type { TokenBook } from '../../src/api/service/tokens/token-book.ts';
import { newToken } from '../../src/api/service/tokens/token-secret.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { RunningService } from '../../src/core/service/running-service.ts';
import type { Scope } from '../../src/shared/api-routes.ts';
import type { Handlers } from '../../src/shared/contract.ts';
import type { Settings } from '../../src/shared/settings.ts';
import type { RunningScene } from './running-scene.ts';

export interface GuardedServiceOptions {
  readonly scene: RunningScene;
  readonly api?: Partial<Settings['api']>;
  readonly limits?: HttpServerOptions['limits'];
  /** Instead of those of the scene. */
  readonly handlers?: Handlers;
  /** Instead of 127.0.0.1, on any port. */
  readonly listen?: string;
}

const page = { type: 'text/html', headers: {}, bytes: Buffer.from('<h1>the pages</h1>') };

export class GuardedService implements AsyncDisposable {
  readonly scene: RunningScene;
  readonly port: number;
  readonly origin: string;
  readonly tokens: TokenBook;
  readonly pages: Pages;
  /** What was logged, of every level. */
  readonly log: readonly string[];
  readonly #running: AsyncDisposable;

  private constructor(
    { scene }: GuardedServiceOptions,
    parts: Pick<GuardedService, 'port' | 'origin' | 'tokens' | 'pages' | 'log'>,
    running: AsyncDisposable,
  ) {
    this.scene = scene;
    this.port = parts.port;
    this.origin = parts.origin;
    this.tokens = parts.tokens;
    this.pages = parts.pages;
    this.log = parts.log;
    this.#running = running;
  }

  /** Settings of the API count for the scene until it is disposed of. */
  static async start(options: GuardedServiceOptions): Promise<GuardedService> {
    const { scene, api = {}, limits, listen = '127.0.0.1:0' } = options;
    const { vedette, dataDir } = scene;
    const { handlers = vedette.handlers } = options;
    const { feed, guard, desk, antivirus } = vedette;
    const service = goingOn(vedette.service);
    await using running = new AsyncDisposableStack();
    const before = vedette.guard.settings;
    vedette.apply({ ...before, api: { ...before.api, ...api } });
    running.defer(() => vedette.apply(before));
    const log: string[] = [];
    const logger = loggerInto(log);
    const pages = new Pages({
      door: new PageDoor({
        handlers,
        actor: 'user test',
        exportFolder: join(dataDir, 'exports'),
        logger,
      }),
      files: { read: (path) => (path === '/' ? page : null) },
      subscribe: (listener) => vedette.stateFeed.subscribe(listener),
      logger,
    });
    const plan = running.use(
      planServer(vedette.guard.settings.api, { listen, allowRemote: api.allow_remote ?? false }, logger),
    );
    const started = running.use(
      await startServer({
        plan,
        vedette: { handlers, service, feed, guard, desk, antivirus },
        dataDir,
        parts: [pages],
        logger,
        ...(limits === undefined ? {} : { limits }),
      }),
    );
    const { server, tokens } = started;
    const { origin, site } = server;
    return new GuardedService(options, { port: site.port, origin, tokens, pages, log }, running.move());
  }

  /** Counts at once. */
  setApi(changes: Partial<Settings['api']>): void {
    const { vedette } = this.scene;
    const { settings } = vedette.guard;
    vedette.apply({ ...settings, api: { ...settings.api, ...changes } });
  }

  async token(name: string, scopes: readonly Scope[]): Promise<string> {
    const token = newToken();
    await this.tokens.create(name, scopes, token);
    return token;
  }

  ownerToken(): string {
    return readFileSync(this.tokens.ownerFile, 'utf8').trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running[Symbol.asyncDispose]();
  }
}

/** One server of several: its end is not the end of the scene. */
function goingOn(service: RunningService): RunningService {
  return new Proxy(service, {
    get(target, name) {
      if (name === 'end') return () => {};
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function loggerInto(lines: string[]): Logger {
  function write(fields: Readonly<Record<string, unknown>>, message: string): void {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  }
  return { debug: write, info: write, warn: write, error: write };
}
