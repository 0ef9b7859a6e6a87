// One request that is over, however it ended; each is told exactly once, also those that were refused before their route.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { textRoutes } from '../../shared/api-routes.ts';

export interface EndedRequest {
  readonly method: string;
  /** As it was declared, `unmatched` where there is none: an address would be a series for every hash. */
  readonly route: string;
  /** `aborted`: the client went away before the end of the answer. */
  readonly status: number | 'aborted';
  readonly seconds: number;
  /** Of the body, where there was one that was read to its end, with its length announced. */
  readonly requestBytes: number | null;
  readonly responseBytes: number | null;
  readonly requestId: string;
  readonly client: string | null;
  /** A stream of events lasts as long as somebody listens: that is no time to measure. */
  readonly isEndless: boolean;
}

export interface RequestListener {
  onStart(method: string): void;
  onEnd(ended: EndedRequest): void;
}

/** What anybody may send must not make a series for each word. */
const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** First of the hooks, so that it sees what others refuse. */
export function registerEndedRequests(app: FastifyInstance, listener: RequestListener): void {
  app.addHook('onRequest', (request, reply, done) => {
    const startedAtMs = performance.now();
    const sentBefore = request.raw.socket.bytesWritten;
    const method = methods.has(request.method) ? request.method : 'other';
    listener.onStart(method);
    // The only event that comes after every end: answered, hijacked, cut off.
    reply.raw.on('close', () => {
      const seconds = (performance.now() - startedAtMs) / 1000;
      listener.onEnd(endOf(request, reply, { method, seconds, sentBefore }));
    });
    done();
  });
}

interface Start {
  readonly method: string;
  readonly seconds: number;
  readonly sentBefore: number;
}

function endOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { method, seconds, sentBefore }: Start,
): EndedRequest {
  const { url: route = 'unmatched' } = request.routeOptions;
  const isEndless = route === textRoutes.events.path && reply.raw.headersSent && reply.raw.statusCode === 200;
  const status = reply.raw.writableFinished || isEndless ? reply.raw.statusCode : 'aborted';
  return {
    method,
    route,
    status,
    seconds,
    requestBytes: request.raw.complete ? lengthOf(request.headers['content-length']) : null,
    responseBytes: status === 'aborted' ? null : sentBytes(request, reply, sentBefore),
    requestId: request.id,
    client: request.apiClient?.name ?? null,
    isEndless,
  };
}

/** Of the body; of an answer in chunks what went over the connection, its headers too. */
function sentBytes(request: FastifyRequest, reply: FastifyReply, sentBefore: number): number | null {
  const { statusCode } = reply.raw;
  if (request.method === 'HEAD' || statusCode === 204 || statusCode === 304) return 0;
  const announced = reply.getHeader('content-length');
  if (announced !== undefined) return lengthOf(announced);
  const sent = request.raw.socket.bytesWritten - sentBefore;
  return Number.isFinite(sent) ? Math.max(0, sent) : null;
}

function lengthOf(header: number | string | string[] | undefined): number | null {
  const length = header === undefined ? Number.NaN : Number(header);
  return Number.isFinite(length) ? length : null;
}
