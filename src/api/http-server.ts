// The HTTP server: one fastify instance with its limits, its certificate and its end; the parts say what is served.
import {
  createServer as createPlainServer,
  type RequestListener,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { fastify, type FastifyInstance } from 'fastify';
import type { Logger } from '../core/logger.ts';
import { messageOf } from '../shared/errors.ts';
import type { ErrorReply } from '../shared/service-documents.ts';
import { isLoopback, notListening, type ListenAddress } from './listen-address.ts';
import { commonHeaders } from './page-headers.ts';
import { maxBodyBytes, notRead, refusal, send } from './page-replies.ts';

/** Where the server is; the port is known once it listens. */
export interface Site {
  readonly scheme: 'http' | 'https';
  readonly port: number;
}

/** One surface of the server, in a scope of its own. */
export interface HttpPart {
  register(app: FastifyInstance, site: Site): void | Promise<void>;
  /** The server is ending: what would not end by itself, such as a stream, ends now. */
  end(): void;
}

export interface Certificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface HttpServerOptions {
  readonly address: ListenAddress;
  readonly parts: readonly HttpPart[];
  readonly logger: Logger;
  /** null: no TLS. */
  readonly certificate?: Certificate | null;
  readonly limits?: Partial<typeof defaultLimits>;
}

const defaultLimits = {
  headersTimeoutMs: 10_000,
  /** From the first byte of a request to its last. */
  requestTimeoutMs: 20_000,
  checkConnectionsEveryMs: 2000,
  /** A body that stops coming, an answer that nobody takes. Who waits for an answer may wait. */
  stalledMs: 30_000,
  /** Each answers a flood of its own with 429; more than these are closed unheard. */
  maxConnections: 1024,
  /** Answers that are under way when the server ends. */
  endWithinMs: 3000,
};

const maxHeaderBytes = 16 * 1024;
/** Who connects at the same moment as all others waits, and is not turned away by the system. */
const backlog = 1024;
const keepAliveMs = 10_000;
const unreadable: ReadonlyMap<string, readonly [status: number, phrase: string]> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'Request Timeout']],
  ['HPE_HEADER_OVERFLOW', [431, 'Request Header Fields Too Large']],
]);

export class HttpServer implements AsyncDisposable {
  readonly #options: HttpServerOptions;
  readonly #limits: typeof defaultLimits;
  readonly #app: FastifyInstance;
  readonly #site: { readonly scheme: Site['scheme']; port: number };
  #tlsServer: TlsServer | null = null;
  #disposed: Promise<void> | null = null;

  private constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#site = { scheme: options.certificate == null ? 'http' : 'https', port: 0 };
    this.#app = this.#build();
  }

  /** @throws AppError CALL_REFUSED when it cannot listen there. */
  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const server = new HttpServer(options);
    await server.#listen();
    return server;
  }

  get site(): Site {
    return this.#site;
  }

  get origin(): string {
    const { host } = this.#options.address;
    return `${this.#site.scheme}://${host.includes(':') ? `[${host}]` : host}:${this.#site.port}`;
  }

  /** As a browser of this machine reaches it on loopback; null where it does not listen there. */
  get pageOrigin(): string | null {
    const { host } = this.#options.address;
    if (isLoopback(host)) return this.origin;
    const isEverywhere = host === '0.0.0.0' || /^[0:]+$/.test(host);
    return isEverywhere ? `${this.#site.scheme}://127.0.0.1:${this.#site.port}` : null;
  }

  /** Counts from the next connection on. @throws Error for a certificate and a key that do not fit. */
  renew({ cert, key }: Certificate): void {
    this.#tlsServer?.setSecureContext({ cert, key });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#close();
    return this.#disposed;
  }

  #build(): FastifyInstance {
    const app = fastify({
      bodyLimit: maxBodyBytes,
      exposeHeadRoutes: false,
      // Who asks on an open connection while the server ends is answered like everybody.
      return503OnClosing: false,
      clientErrorHandler: answerUnreadable,
      logger: false,
      routerOptions: { maxParamLength: 100 },
      serverFactory: (handler) => this.#createServer(handler),
      // An address that cannot be decoded comes past the hooks.
      frameworkErrors: (_error, _request, reply) =>
        void send(reply.headers(commonHeaders), refusal('CALL_INVALID', notRead), 400),
    });
    app.server.maxConnections = this.#limits.maxConnections;
    app.server.timeout = this.#limits.stalledMs;
    app.server.on('request', (_request, response) => void response.on('timeout', endStalled));
    app.setNotFoundHandler((_request, reply) =>
      send(reply.headers(commonHeaders), refusal('NOT_FOUND', 'There is nothing here.')),
    );
    for (const part of this.#options.parts) {
      void app.register(async (scope) => part.register(scope, this.#site));
    }
    return app;
  }

  #createServer(handler: RequestListener): ReturnType<typeof createPlainServer> {
    const { headersTimeoutMs, requestTimeoutMs, checkConnectionsEveryMs } = this.#limits;
    const options: ServerOptions = {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: checkConnectionsEveryMs,
      keepAliveTimeout: keepAliveMs,
      maxHeaderSize: maxHeaderBytes,
    };
    const { certificate } = this.#options;
    if (certificate == null) return createPlainServer(options, handler);
    const { cert, key } = certificate;
    const tls = { cert, key, minVersion: 'TLSv1.2', handshakeTimeout: headersTimeoutMs } as const;
    this.#tlsServer = createTlsServer({ ...options, ...tls }, handler);
    return this.#tlsServer;
  }

  async #listen(): Promise<void> {
    const { address, logger } = this.#options;
    const { host, port } = address;
    try {
      await this.#app.listen({ host, port, backlog });
    } catch (error) {
      await this.#app.close();
      throw notListening(error, address);
    }
    const bound = this.#app.server.address();
    this.#site.port = typeof bound === 'object' && bound !== null ? bound.port : port;
    this.#app.server.on('error', (error) => {
      logger.error({ cause: messageOf(error) }, 'the HTTP server failed');
    });
  }

  async #close(): Promise<void> {
    for (const part of this.#options.parts) part.end();
    const limit = setTimeout(() => this.#app.server.closeAllConnections(), this.#limits.endWithinMs);
    try {
      await this.#app.close();
    } finally {
      clearTimeout(limit);
    }
  }
}

/** What is no HTTP, or too much of it, comes to no part. */
function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (socket.writable && error.code !== 'ECONNRESET') {
    const [status, phrase] = unreadable.get(error.code ?? '') ?? [400, 'Bad Request'];
    const body: ErrorReply = {
      error: { code: 'CALL_INVALID', message: notRead, details: {}, request_id: '' },
    };
    const text = JSON.stringify(body);
    socket.write(
      `HTTP/1.1 ${status} ${phrase}\r\ncontent-type: application/json; charset=utf-8\r\n` +
        `content-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`,
    );
  }
  socket.destroy(error);
}

/** Without it node ends the connection of everybody who waits for long. */
function endStalled(this: ServerResponse, socket: Socket): void {
  if (!this.req.complete || socket.writableLength > 0) socket.destroy();
}
