// The server of a running Vedette: the API, and the pages where there are some; what would keep it from starting is looked at first.
import { join } from 'node:path';
import type { RunningVedette } from '../core/guard/running-vedette.ts';
import type { Logger } from '../core/logger.ts';
import type { Settings } from '../shared/settings.ts';
import { HttpServer, type HttpPart, type HttpServerOptions } from './http-server.ts';
import { parseListenAddress, type ListenAddress } from './listen-address.ts';
import { ServicePart } from './service/service-part.ts';
import { TlsFiles, tlsPathsOf } from './service/tls-files.ts';
import { TokenBook } from './service/tokens/token-book.ts';

export interface ServerPlan extends Disposable {
  readonly address: ListenAddress;
  /** null: no TLS. */
  readonly tls: TlsFiles | null;
}

export interface ServerOptions {
  readonly plan: ServerPlan;
  readonly vedette: Pick<RunningVedette, 'handlers' | 'service' | 'feed' | 'guard' | 'antivirus'> & {
    readonly desk: Pick<RunningVedette['desk'], 'note'>;
  };
  readonly dataDir: string;
  /** Beside the API. */
  readonly parts: readonly HttpPart[];
  readonly logger: Logger;
  readonly limits?: HttpServerOptions['limits'];
}

/** Bodies come at this pace at least, on the whole. */
const slowestBytesPerSecond = 256 * 1024;
const shortestRequestMs = 20_000;

/**
 * @param given goes before the settings
 * @throws AppError BAD_USAGE, CONFIG_INVALID, FILE_UNREADABLE
 */
export function planServer(
  api: Settings['api'],
  given: { readonly listen?: string | undefined; readonly allowRemote?: boolean },
  logger: Logger,
): ServerPlan {
  const paths = tlsPathsOf(api);
  const mayBeRemote = paths !== null || api.allow_remote || given.allowRemote === true;
  const address = parseListenAddress(given.listen ?? api.listen, { mayBeRemote });
  const tls = paths === null ? null : new TlsFiles(paths, { logger });
  return { address, tls, [Symbol.dispose]: () => tls?.[Symbol.dispose]() };
}

/** @throws AppError CALL_REFUSED when it cannot listen there. */
export async function startServer({
  plan,
  vedette,
  dataDir,
  parts,
  logger,
  limits,
}: ServerOptions): Promise<{ readonly server: HttpServer; readonly tokens: TokenBook } & AsyncDisposable> {
  const { handlers, service, feed, guard, desk, antivirus } = vedette;
  const { address, tls } = plan;
  const { prometheus } = antivirus;
  if (prometheus === null) throw new TypeError('what serves stays on, and has figures');
  const tokens = await TokenBook.open({
    dataDir,
    onChange(news) {
      for (const text of news) desk.note({ kind: 'settings_changed', actor: 'system', text });
    },
    logger,
  });
  const part = new ServicePart({
    tokens,
    sources: {
      handlers,
      service,
      subscribe: (listener, interest) => feed.subscribe(listener, interest),
      settings: () => guard.settings.api,
      exportFolder: join(dataDir, 'exports'),
      folders: service.folders,
      prometheus: {
        contentType: prometheus.contentType,
        render: async () => prometheus.render(await guard.protection()),
      },
      readiness: () => service.readiness(),
      logger,
    },
  });
  const server = await HttpServer.listen({
    address,
    parts: [part, ...parts],
    certificate: tls?.certificate ?? null,
    limits: {
      requestTimeoutMs: Math.max(
        shortestRequestMs,
        (guard.settings.api.max_request_size / slowestBytesPerSecond) * 1000,
      ),
      ...limits,
    },
    logger,
  });
  tls?.follow((certificate) => server.renew(certificate));
  return {
    server,
    tokens,
    async [Symbol.asyncDispose]() {
      service.end();
      await server[Symbol.asyncDispose]();
    },
  };
}
