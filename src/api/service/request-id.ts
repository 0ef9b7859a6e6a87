// The name of each request in answers and in the log: the client's own where it is harmless, otherwise one that no other request of this machine had.
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';

export const requestIdHeader = 'x-request-id';

/** It stands in headers, in JSON and in the log. */
const harmless = /^[\w.-]{1,64}$/;

/** For `genReqId` of fastify. A prefix of its own a process, then a count: random bytes for each would cost more than the rest of a look-up. */
export function requestIds(
  prefix: string = randomBytes(6).toString('hex'),
): (request: { readonly headers: IncomingHttpHeaders }) => string {
  let count = 0;
  return ({ headers }) => {
    const given = headers[requestIdHeader];
    if (typeof given === 'string' && harmless.test(given)) return given;
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}

/** First of the hooks, so that a refusal has it too. */
export function registerRequestIds(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(requestIdHeader, request.id);
    done();
  });
}
