// The pages in a browser of this machine: files, calls and the state over HTTP on loopback; nothing is done before the request is checked.
import cookie from '@fastify/cookie';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Logger } from '../core/logger.ts';
import type { StateMessage } from '../shared/app-state.ts';
import { AppError, messageOf, type ErrorCode } from '../shared/errors.ts';
import { problemOfRequest } from './check-request.ts';
import { EventStreams } from './event-streams.ts';
import type { HttpPart, Site } from './http-server.ts';
import { isLoopback } from './listen-address.ts';
import type { PageDoor } from './page-door.ts';
import type { PageFiles } from './page-files.ts';
import { commonHeaders, pageHeaders } from './page-headers.ts';
import { notJson, problemOfError, refusal, send } from './page-replies.ts';
import { isOfThisUser, type Connection } from './peer-user.ts';
import { PageSessions } from './page-sessions.ts';

export interface PagesOptions {
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
  readonly heartbeatMs?: number;
  readonly maxUnreadBytes?: number;
}

export interface PageCounts {
  readonly sessions: number;
  readonly streams: number;
  /** Pages that did not read what they were sent. */
  readonly cutOff: number;
  /** Requests that were not let in, or not what the server takes. */
  readonly refused: number;
}

const sessionInput = z.strictObject({ token: z.string().min(1).max(200) });
const maxSessionBytes = 1024;
const keyInQuery = z.object({ key: z.string().max(200) });
const keyHeader = 'x-vedette-key';
const sessionPath = '/api/session';
const filesRoute = '/*';

export class Pages implements HttpPart {
  readonly #options: PagesOptions;
  readonly #sessions: PageSessions;
  readonly #streams: EventStreams;
  #app: FastifyInstance | null = null;
  #site: Site = { scheme: 'http', port: 0 };
  #refused = 0;

  constructor(options: PagesOptions) {
    this.#options = options;
    const { sessions = new PageSessions(), heartbeatMs, maxUnreadBytes } = options;
    this.#sessions = sessions;
    this.#streams = new EventStreams({
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
      ...(maxUnreadBytes === undefined ? {} : { maxUnreadBytes }),
    });
  }

  get counts(): PageCounts {
    const { open, cutOff } = this.#streams.counts;
    return { sessions: this.#sessions.count, streams: open, cutOff, refused: this.#refused };
  }

  /** Opens one session, within five minutes; what stands behind `#` is never sent over the network by a browser. */
  newLink(origin: string): string {
    return `${origin}/#token=${this.#sessions.newToken()}`;
  }

  register(app: FastifyInstance, site: Site): void {
    this.#app = app;
    this.#site = site;
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
    // Anybody may send it: no more of it is held than it takes.
    app.post(sessionPath, { bodyLimit: maxSessionBytes }, (request, reply) => this.#signIn(request, reply));
    app.post<{ Params: { name: string } }>('/api/call/:name', async ({ params, body }, reply) =>
      send(reply, await this.#options.door.answer(params.name, body)),
    );
    app.get('/api/events', (request, reply) => this.#follow(request, reply));
    app.get(filesRoute, (request, reply) => this.#file(request, reply));
    // Whatever else there is, who asks is looked at first.
    app.route({
      method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'],
      url: filesRoute,
      handler: (_request, reply) => this.#fail(reply, 404, 'NOT_FOUND', 'There is nothing here.'),
    });
  }

  end(): void {
    this.#streams[Symbol.dispose]();
  }

  /** Before anything is read or done: who asks, and from where. */
  #admit(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
    void reply.headers(commonHeaders);
    const { method = '', url: target = '', headers } = request.raw;
    const problem = problemOfRequest({ method, target, headers }, this.#site);
    if (problem !== null) return this.#fail(reply, problem.status, 'NOT_ADMITTED', problem.message);
    if (!isLoopback(request.socket.remoteAddress ?? ''))
      return this.#fail(reply, 403, 'NOT_ADMITTED', 'The pages of Vedette are for its own machine only.');
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
    const secret = this.#app?.parseCookie(headers.cookie ?? '')[this.#cookieName];
    if (secret === undefined) return null;
    // An EventSource sends no headers of its own.
    const given = headers[keyHeader] ?? keyInQuery.safeParse(query).data?.key;
    return typeof given === 'string' ? this.#sessions.sessionOf(secret, given) : null;
  }

  /** A browser sends cookies to all ports of a machine. */
  get #cookieName(): string {
    return `vedette_${this.#site.port}`;
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
    void reply.setCookie(this.#cookieName, secret, {
      httpOnly: true,
      sameSite: 'strict',
      path: '/',
      secure: this.#site.scheme === 'https',
    });
    return send(reply, { ok: true, value: { key: this.#sessions.keyOf(secret) } });
  }

  #follow(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const session = this.#sessionOf(request);
    if (session === null || !this.#streams.hasPlaceFor(session))
      return this.#fail(reply, 409, 'CALL_REFUSED', 'Too many pages of Vedette are open.');
    void reply.hijack();
    for (const [name, value] of Object.entries(commonHeaders)) reply.raw.setHeader(name, value);
    const { subscribe, door } = this.#options;
    this.#streams.open<StateMessage>(reply.raw, {
      owner: session,
      isOpen: () => this.#sessions.use(session),
      subscribe: (listener) =>
        subscribe((message) => {
          door.learn(message);
          listener(message);
        }),
    });
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
}
