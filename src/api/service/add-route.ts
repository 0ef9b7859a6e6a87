// One row of the table of routes as a route of fastify, and how its answers are sent; its facts stand in the route's `config`.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteFacts } from '../../shared/api-routes.ts';
import { AppError } from '../../shared/errors.ts';
import type { ApiClient } from './api-client.ts';
import { jsonType } from './error-reply.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Missing where no route answers. */
    readonly facts?: RouteFacts;
  }
}

/** Sends the answer before it returns, or gives what will have sent it; a throw becomes an error reply. */
export type RouteHandler = (
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply> | undefined | void;

/** @param maxJsonBytes where it is another size than usual: `json-bodies.ts`. */
export function addRoute(
  app: FastifyInstance,
  facts: RouteFacts,
  handler: RouteHandler,
  maxJsonBytes?: number,
): void {
  const { path, scope } = facts;
  // Whoever only asks whether it lives often asks for the head alone.
  const method = scope === null ? [facts.method, 'HEAD'] : facts.method;
  const config = maxJsonBytes === undefined ? { facts } : { facts, maxJsonBytes };
  app.route({ method, url: fastifyPath(path), config, handler });
}

const field = /\{(?<name>\w+)\}/g;

/** `{id}` as fastify has it. */
export function fastifyPath(path: string): string {
  return path.replaceAll(field, ':$<name>');
}

export function pathFieldsOf(path: string): readonly string[] {
  return [...path.matchAll(field)].map(({ groups }) => groups?.['name'] ?? '');
}

export function sendText(reply: FastifyReply, text: string, type = jsonType): FastifyReply {
  return reply.header('content-type', type).header('cache-control', 'no-store').send(text);
}

export function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return sendText(reply, JSON.stringify(value));
}

/** A text that may be ready: then nothing waits. */
export function sendReady(
  reply: FastifyReply,
  text: string | Promise<string>,
): Promise<FastifyReply> | undefined {
  if (typeof text !== 'string') return text.then((later) => sendText(reply, later));
  void sendText(reply, text);
  return undefined;
}

/** Of a route that has a scope. @throws AppError NOT_ADMITTED where nobody looked who it is. */
export function clientOf(client: ApiClient | null): ApiClient {
  if (client === null) throw new AppError('NOT_ADMITTED', 'a token is needed');
  return client;
}

/** Ends when the client is gone before its answer. */
export function untilGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
