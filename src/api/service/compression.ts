// Answers are compressed where the client asks for it and it pays; bodies of requests never are, so none can grow.
import { constants } from 'node:zlib';
import compressPlugin from '@fastify/compress';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../../shared/settings.ts';
import { HttpRefusal } from './error-reply.ts';

/** In this order where a client likes them equally: every client reads gzip, and its level is a setting. */
const encodings: ('gzip' | 'br' | 'zstd' | 'identity')[] = ['gzip', 'br', 'zstd', 'identity'];
const brotliQuality = 4;
const syncBytes = 64 * 1024;

const gzipRefused = /gzip\s*;\s*q=0(?![.\d]*[1-9])/i;
const compressedBody = 'The body of a request must not be compressed.';

/** To be awaited before the routes of the scope are added. */
export async function registerCompression(
  app: FastifyInstance,
  { settings }: { readonly settings: () => Settings['api'] },
): Promise<void> {
  const { gzip_min_size: threshold, gzip_compression_level: level } = settings();
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') done();
    else done(new HttpRefusal(415, 'CALL_INVALID', compressedBody));
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (hasVariants(reply, payload, threshold)) reply.header('vary', 'accept-encoding');
    // The plugin takes `*` for gzip, also beside a gzip that is refused; this is its own switch.
    if (isStarBesideNoGzip(request)) request.headers['x-no-compression'] = 'gzip';
    done();
  });
  await app.register(compressPlugin, {
    threshold,
    // Streams cost more than the compression itself; above this it would hold up the others for milliseconds.
    syncThreshold: syncBytes,
    encodings,
    // zstd is left at its own level, which is 3.
    zlibOptions: { level },
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } },
    globalDecompression: false,
  });
}

/** A cache between must not give one client what another can read: said also where nothing was compressed. */
function hasVariants(reply: FastifyReply, payload: unknown, threshold: number): boolean {
  if (payload === null || payload === undefined || reply.hasHeader('content-encoding')) return false;
  // A character has at most three bytes.
  if (typeof payload === 'string') return payload.length * 3 >= threshold;
  return !Buffer.isBuffer(payload) || payload.length >= threshold;
}

function isStarBesideNoGzip({ headers }: FastifyRequest): boolean {
  const accepted = headers['accept-encoding'];
  return accepted !== undefined && accepted.includes('*') && gzipRefused.test(accepted);
}
