// POST /api/v1/scan: one file by its path, as JSON, or the bytes themselves, which go on as they come and are never held here.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { serviceRoutes } from '../../shared/api-routes.ts';
import { AppError } from '../../shared/errors.ts';
import type { ScanAnswer } from '../../shared/service-documents.ts';
import { addRoute, clientOf, sendJson, untilGone } from './add-route.ts';
import { actorOf } from './api-client.ts';
import { HttpRefusal } from './error-reply.ts';
import { bodyFields, checkOutput, parseInput } from './parse-input.ts';
import { addressReader } from './query-input.ts';
import type { ServiceSources } from './service-sources.ts';

type ScanSources = Pick<ServiceSources, 'service' | 'settings'>;

/** What the address says of bytes that are sent. */
export const uploadInput = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    .default('unnamed')
    .describe('what the file is called, for the answer and the history'),
  fresh: serviceRoutes['scan.file'].input.shape.fresh,
});

const route = serviceRoutes['scan.file'];
const multipart = /^multipart\//i;
const howToSend =
  'multipart is not taken: send the bytes of one file as the body, with content-type application/octet-stream ' +
  '(curl --data-binary @FILE -H "content-type: application/octet-stream")';

/** In a scope of its own: only here a body may be anything. */
export function registerScanRoute(app: FastifyInstance, sources: ScanSources): void {
  void app.register((scope, _options, done) => {
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    scope.addHook('preParsing', async (request) => refuseBody(request, sources.settings().max_request_size));
    const byPath = addressReader(route.input, [], 'body');
    const byBytes = addressReader(uploadInput, []);
    addRoute(scope, route, async (request, reply) => {
      const { body, url } = request;
      if (body instanceof Readable) {
        const facts = parseInput(uploadInput, byBytes.query(url));
        return sendJson(reply, checkOutput(route.output, await upload(sources, body, facts, request, reply)));
      }
      byPath.query(url);
      const input = parseInput(route.input, bodyFields(body, []));
      const answer = await sources.service.scans.one(
        { ...input, actor: actorOf(clientOf(request.apiClient)) },
        untilGone(reply),
      );
      return sendJson(reply, checkOutput(route.output, answer));
    });
    done();
  });
}

/** Before a byte of it is read. @throws AppError TOO_LARGE; HttpRefusal 415 */
function refuseBody({ headers }: FastifyRequest, maxBytes: number): void {
  if (multipart.test(headers['content-type'] ?? '')) throw new HttpRefusal(415, 'CALL_INVALID', howToSend);
  if (Number(headers['content-length'] ?? 0) > maxBytes) {
    throw new AppError('TOO_LARGE', `The body of a request may have ${maxBytes} bytes.`, {
      details: { max_bytes: maxBytes },
    });
  }
}

function upload(
  { service, settings }: ScanSources,
  body: Readable,
  { name, fresh }: z.output<typeof uploadInput>,
  { apiClient }: FastifyRequest,
  reply: FastifyReply,
): Promise<ScanAnswer> {
  const facts = {
    name,
    fresh,
    maxBytes: settings().max_request_size,
    actor: actorOf(clientOf(apiClient)),
  };
  return service.scans.upload(body, facts, untilGone(reply));
}
