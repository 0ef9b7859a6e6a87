// The two hot routes: a text that is ready goes out as it is, and what comes in is looked at once, by hand.
import type { FastifyInstance } from 'fastify';
import type { LookupTexts } from '../../core/service/service.ts';
import { serviceRoutes } from '../../shared/api-routes.ts';
import { AppError } from '../../shared/errors.ts';
import { maxBatchItems } from '../../shared/service-documents.ts';
import { addRoute, sendReady } from './add-route.ts';
import { smallBodyBytes } from './json-bodies.ts';
import { bodyFields, parseInput, refuseQuery } from './parse-input.ts';

const one = serviceRoutes.lookup;
const many = serviceRoutes['batch.lookup'];
const aHash = /^[\da-fA-F]{64}$/;

export function registerLookupRoutes(app: FastifyInstance, lookups: LookupTexts): void {
  addRoute(app, one, ({ params, url }, reply) => {
    refuseQuery(url);
    return sendReady(reply, lookups.one(hashOf(params)));
  });
  addRoute(
    app,
    many,
    ({ body, url }, reply) => {
      refuseQuery(url);
      return sendReady(reply, lookups.many(hashesOf(body)));
    },
    smallBodyBytes,
  );
}

function hashOf(params: unknown): string {
  const sha256 = typeof params === 'object' && params !== null && 'sha256' in params ? params.sha256 : '';
  if (isHash(sha256)) return sha256;
  throw new AppError('CALL_INVALID', 'sha256: 64 hexadecimal digits');
}

/** What fits is taken at a tenth of what the schema costs; what does not goes to the schema, for its words. @throws AppError CALL_INVALID */
export function hashesOf(body: unknown): readonly string[] {
  return plainHashes(body) ?? parseInput(many.input, bodyFields(body, [])).sha256;
}

function plainHashes(body: unknown): readonly string[] | null {
  if (typeof body !== 'object' || body === null || !('sha256' in body)) return null;
  const { sha256: hashes } = body;
  if (Object.keys(body).length !== 1 || !Array.isArray(hashes)) return null;
  const isInBounds = hashes.length > 0 && hashes.length <= maxBatchItems;
  return isInBounds && hashes.every(isHash) ? hashes : null;
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && aHash.test(value);
}
