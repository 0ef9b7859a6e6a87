// The pages in a browser of this machine: files, calls and the state over HTTP on loopback; nothing is done before the request is checked.
import cookie from '@fastify/cookie';
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { z } from 'zod';
import type { Logger } from '../core/logger.ts';
import type { StateMessage } from '../shared/app-state.ts';
import { AppError, messageOf, type ErrorCode } from '../shared/errors.ts';
import { problemOfRequest } from './check-request.ts';
import { EventStreams } from './event-streams.ts';
import { notListening, type ListenAddress } from './listen-address.ts';
import type { PageDoor } from './page-door.ts';
import type { PageFiles } from './page-files.ts';
import { commonHeaders, pageHeaders } from './page-headers.ts';
import { maxBodyBytes, notJson, notRead, problemOfError, refusal, send } from './page-replies.ts';
import { isOfThisUser, type Connection } from './peer-user.ts';
import { PageSessions } from './page-sessions.ts';

export interface PageServerOptions {
  readonly address: ListenAddress;
  readonly door: Pick<PageDoor, 'answer' | 'learn'>;
  readonly files: Pick<PageFiles, 'read'>;
  /** `StateFeed.subscribe`. */
  readonly subscribe: (listener: (message: StateMessage) => void) => () => void;
  readonly logger: Logger;
  /** A browser opened a session with a link. */
  readonly onSignIn?: () => void;
  readonly sessions?: PageSessions;
  /** False for who must be another user of this machine. */
  readonly isOurUser?: (connection: Connection) => boolean;
  readonly limits?: Partial<typeof defaultLimits>;
}

export interface PageServerCounts {
  readonly sessions: number;
  readonly streams: number;
  /** Pages that did not read what they were sent. */
  readonly cutOff: number;
  /** Requests that were not let in, or not what the server takes. */
  readonly refused: number;
}

const defaultLimits = {
  headersTimeoutMs: 10_000,
  /** From the first byte of a request to its last. */
  requestTimeoutMs: 20_000,
  checkConnectionsEveryMs: 2000,
  maxConnections: 256,
  heartbeatMs: 15_000,
  maxUnreadBytes: 4 * 1024 * 1024,
  /** Answers that are under way when the server ends. */
  endWithinMs: 2000,
};

const maxHeaderBytes = 16 * 1024;
const keepAliveMs = 10_000;
const sessionInput = z.strictObject({ token: z.string().min(1).max(200) });
const keyInQuery = z.object({ key: z.string().max(200) });
const keyHeader = 'x-vedette-key';
const sessionPath = '/api/session';
const filesRoute = '/*';

export class PageServer implements AsyncDisposable {
  readonly #options: PageServerOptions;
  readonly #limits: typeof defaultLimits;
  readonly #sessions: PageSessions;
  readonly #streams: EventStreams;
  readonly #app: FastifyInstance;
  #port = 0;
  #refused = 0;
  #disposed: Promise<void> | null = null;

  private constructor(options: PageServerOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    const sessions = options.sessions ?? new PageSessions();
    this.#sessions = sessions;
    this.#streams = new EventStreams({
      subscribe: options.subscribe,
      onMessage: (message) => options.door.learn(message),
      isOpen: (session) => sessions.use(session),
      heartbeatMs: this.#limits.heartbeatMs,
      maxUnreadBytes: this.#limits.maxUnreadBytes,
    });
    this.#app = this.#build();
  }

  /** @throws AppError CALL_REFUSED when it cannot listen there. */
  static async listen(options: PageServerOptions): Promise<PageServer> {
    const server = new PageServer(options);
    await server.#listen();
    return server;
  }

  get origin(): string {
    const { host } = this.#options.address;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  get counts(): PageServerCounts {
    const { open, cutOff } = this.#streams.counts;
    return { sessions: this.#sessions.count, streams: open, cutOff, refused: this.#refused };
  }

  /** Opens one session, within five minutes; what stands behind `#` is never sent over the network by a browser. */
  newLink(): string {
    return `${this.origin}/#token=${this.#sessions.newToken()}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#close();
    return this.#disposed;
  }

  #build(): FastifyInstance {
    const limits = this.#limits;
    const app = fastify({
      bodyLimit: maxBodyBytes,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: keepAliveMs,
      exposeHeadRoutes: false,
      logger: false,
      routerOptions: { maxParamLength: 100 },
      http: {
        headersTimeout: limits.headersTimeoutMs,
        connectionsCheckingInterval: limits.checkConnectionsEveryMs,
        maxHeaderSize: maxHeaderBytes,
      },
      // An address that cannot be decoded comes past the hooks.
      frameworkErrors: (_error, _request, reply) => void this.#fail(reply, 400, 'CALL_INVALID', notRead),
    });
    app.server.maxConnections = limits.maxConnections;
    app.removeAllContentTypeParsers();
    // What a key may be called is for the door to say.
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, JSON.parse(String(body)));
      } catch {
        done(new AppError('CALL_INVALID', notJson));
      }
    });
    void app.register(cookie, { hook: false });
    app.addHook('onRequest', async (request, reply) => this.#admit(request, reply));
    app.setErrorHandler((error: FastifyError, _request, reply) => this.#onError(error, reply));
    app.setNotFoundHandler((_request, reply) =>
      this.#fail(reply, 404, 'NOT_FOUND', 'There is nothing here.'),
    );
    app.post(sessionPath, (request, reply) => this.#signIn(request, reply));
    app.post<{ Params: { name: string } }>('/api/call/:name', async ({ params, body }, reply) =>
      send(reply, await this.#options.door.answer(params.name, body)),
    );
    app.get('/api/events', (request, reply) => this.#follow(request, reply));
    app.get(filesRoute, (request, reply) => this.#file(request, reply));
    return app;
  }

  /** Before anything is read or done: who asks, and from where. */
  #admit(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
    void reply.headers(commonHeaders);
    const { method = '', url: target = '', headers } = request.raw;
    const problem = problemOfRequest({ method, target, headers }, this.#port);
    if (problem !== null) return this.#fail(reply, problem.status, 'NOT_ADMITTED', problem.message);
    // By the route that answers, not by the address: `/%61pi` leads to the same one as `/api`.
    const { url: route } = request.routeOptions;
    const isOpenToAll =
      (route === filesRoute && !target.startsWith('/api/')) || (route === sessionPath && method === 'POST');
    if (isOpenToAll || this.#sessionOf(request) !== null) return undefined;
    return this.#fail(
      reply,
      401,
      'NOT_ADMITTED',
      'There is no session; open a new link that Vedette prints.',
    );
  }

  #sessionOf({ headers, query }: FastifyRequest): string | null {
    const secret = this.#app.parseCookie(headers.cookie ?? '')[this.#cookieName];
    if (secret === undefined) return null;
    // An EventSource sends no headers of its own.
    const given = headers[keyHeader] ?? keyInQuery.safeParse(query).data?.key;
    return typeof given === 'string' ? this.#sessions.sessionOf(secret, given) : null;
  }

  /** A browser sends cookies to all ports of a machine. */
  get #cookieName(): string {
    return `vedette_${this.#port}`;
  }

  #signIn({ body, socket }: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { isOurUser = isOfThisUser } = this.#options;
    // Before the link is spent: whoever sees it in the list of processes, as an argument of the browser, is no faster.
    if (!isOurUser(socket))
      return this.#fail(reply, 403, 'NOT_ADMITTED', 'Only the user whom Vedette protects can open it.');
    const given = sessionInput.safeParse(body);
    const secret = given.success ? this.#sessions.redeem(given.data.token) : null;
    if (secret === null) {
      const message = 'This link was used already, or is too old; Vedette prints a new one.';
      return this.#fail(reply, 401, 'NOT_ADMITTED', message);
    }
    this.#options.onSignIn?.();
    void reply.setCookie(this.#cookieName, secret, { httpOnly: true, sameSite: 'strict', path: '/' });
    return send(reply, { ok: true, value: { key: this.#sessions.keyOf(secret) } });
  }

  #follow(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const session = this.#sessionOf(request);
    if (session === null || !this.#streams.hasPlaceFor(session))
      return this.#fail(reply, 409, 'CALL_REFUSED', 'Too many pages of Vedette are open.');
    void reply.hijack();
    for (const [name, value] of Object.entries(commonHeaders)) reply.raw.setHeader(name, value);
    this.#streams.open(reply.raw, session);
    return reply;
  }

  #file({ raw }: FastifyRequest, reply: FastifyReply): FastifyReply {
    const [path = ''] = (raw.url ?? '').split('?');
    const file = path.startsWith('/api/') ? null : this.#options.files.read(path);
    if (file === null) return this.#fail(reply, 404, 'NOT_FOUND', 'There is nothing here.');
    return reply
      .headers({ ...pageHeaders('service'), ...file.headers, 'content-type': file.type })
      .send(file.bytes);
  }

  #onError(error: unknown, reply: FastifyReply): FastifyReply {
    const problem = problemOfError(error);
    if (problem !== null) return this.#fail(reply, problem.status, 'CALL_INVALID', problem.message);
    this.#options.logger.error({ cause: messageOf(error) }, 'a request of a page failed');
    return send(reply, refusal('CALL_FAILED', 'The request failed; the log of Vedette says why.'));
  }

  #fail(reply: FastifyReply, status: number, code: ErrorCode, message: string): FastifyReply {
    this.#refused += 1;
    // The 1st, the 10th, the 100th of a flood; never the address, which might hold a secret.
    if (/^10*$/.test(String(this.#refused)))
      this.#options.logger.warn(
        { status, problem: message, refused: this.#refused },
        'a request was refused',
      );
    return send(reply, refusal(code, message), status);
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#options.address;
    try {
      await this.#app.listen({ host, port });
    } catch (error) {
      await this.#app.close();
      throw notListening(error, this.#options.address);
    }
    const address = this.#app.server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : port;
    this.#app.server.on('error', (error) => {
      this.#options.logger.error({ cause: messageOf(error) }, 'the server of the pages failed');
    });
  }

  async #close(): Promise<void> {
    this.#streams[Symbol.dispose]();
    const limit = setTimeout(() => this.#app.server.closeAllConnections(), this.#limits.endWithinMs);
    try {
      await this.#app.close();
    } finally {
      clearTimeout(limit);
    }
  }
}
