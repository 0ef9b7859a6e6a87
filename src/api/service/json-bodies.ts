// Bodies of JSON are held in memory whole: each route says how much it takes, and only a few large ones come in at a time.
import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../shared/errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly maxJsonBytes?: number;
  }
  interface FastifyRequest {
    bodyTaken: (() => void) | null;
  }
}

const kib = 1024;
const mib = 1024 * kib;

/** A thousand hashes are half of it. */
export const smallBodyBytes = 128 * kib;
/** A thousand paths of the greatest length, ten thousand of an ordinary one. */
export const largeBodyBytes = 4 * mib;
/** As over the local socket, and from a page. */
const usualBodyBytes = mib;
const maxLargeAtOnce = 16;
/** Ten thousand paths with a few commas in each. */
const maxMarks = 200_000;
const blockBytes = 64 * kib;
const aJson = /^application\/json\s*(?:;|$)/i;

/** For the routes that are added afterwards: every body but an upload is JSON; an empty one counts as no body. */
export function takeJsonBodies(app: FastifyInstance, maxBytes: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: Math.min(maxBytes, largeBodyBytes) },
    (_request, body, done) => {
      const text = String(body);
      if (holdsTooMuch(text)) {
        done(new AppError('CALL_INVALID', 'the body of the request holds too many values'));
        return;
      }
      try {
        done(null, text === '' ? undefined : JSON.parse(text));
      } catch {
        done(new AppError('CALL_INVALID', 'the body of the request is not JSON'));
      }
    },
  );
  boundBodies(app, maxBytes);
}

/** Looked at before it is parsed: four megabytes of empty lists would keep everybody waiting for a second. */
export function holdsTooMuch(text: string): boolean {
  if (text.length <= smallBodyBytes) return false;
  let marks = 0;
  // Numbers: a tenth of the time that letters take.
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === comma || code === bracket || code === brace) marks += 1;
  }
  return marks > maxMarks;
}

const [comma, bracket, brace] = [0x2c, 0x5b, 0x7b];

/** A body beyond its bound is refused before, or while, it is read. */
function boundBodies(app: FastifyInstance, maxBytes: number): void {
  let large = 0;
  app.decorateRequest('bodyTaken', null);
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { headers, routeOptions } = request;
    const type = headers['content-type'];
    if (type === undefined || !aJson.test(type)) {
      done(null, payload);
      return;
    }
    const limit = Math.min(maxBytes, routeOptions.config.maxJsonBytes ?? usualBodyBytes);
    const isChunked = headers['transfer-encoding'] !== undefined;
    const length = Number(headers['content-length'] ?? 0);
    if (length > limit) done(tooLarge(limit));
    else if (!isChunked && length <= smallBodyBytes) done(null, payload);
    else if (large >= maxLargeAtOnce) done(tooMany());
    else {
      large += 1;
      onceTaken(request, reply, () => {
        large -= 1;
      });
      done(null, isChunked ? inBlocks(payload, limit) : payload);
    }
  });
  app.addHook('preValidation', (request, _reply, done) => {
    request.bodyTaken?.();
    done();
  });
}

function onceTaken(request: FastifyRequest, reply: FastifyReply, release: () => void): void {
  let isTaken = false;
  request.bodyTaken = () => {
    if (!isTaken) release();
    isTaken = true;
  };
  reply.raw.once('close', request.bodyTaken);
}

/** A chunk of one byte costs a hundred times that in memory. */
function inBlocks(payload: Readable, limit: number): Readable {
  // What ends one of them ends the other; whoever reads hears of it.
  return pipeline(payload, new Blocks(limit), () => {});
}

class Blocks extends Transform {
  readonly #limit: number;
  #sizeBytes = 0;
  #block = Buffer.allocUnsafe(blockBytes);
  #used = 0;

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > this.#limit) {
      done(tooLarge(this.#limit));
      return;
    }
    for (let start = 0; start < chunk.length;) {
      const copied = chunk.copy(this.#block, this.#used, start);
      start += copied;
      this.#used += copied;
      if (this.#used === blockBytes) this.#pushBlock();
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#pushBlock();
    done();
  }

  #pushBlock(): void {
    if (this.#used > 0) this.push(this.#block.subarray(0, this.#used));
    this.#block = Buffer.allocUnsafe(blockBytes);
    this.#used = 0;
  }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('TOO_LARGE', `The body of this request may have ${maxBytes} bytes.`, {
    details: { max_bytes: maxBytes },
  });
}

function tooMany(): AppError {
  return new AppError('RATE_LIMITED', 'Too many large requests come in at once.', {
    details: { retry_after_seconds: 1 },
  });
}
