// One HTTP request and its answer: every wait has a deadline, an answer has a bound, and one that comes early ends the sending.
import { request as requestHttp, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { describeFailure, never, silentFailure, type ConnectionFailure } from './connection-failure.ts';
import type { ServiceUrl } from './service-url.ts';

export interface Connection {
  readonly url: ServiceUrl;
  readonly token: string;
  /** false: a connection of its own for each request. */
  readonly agent: Agent | false;
}

export interface OutgoingBody {
  readonly contentType: string;
  readonly sizeBytes: number;
  /** From the beginning each time it is called; what it throws, the exchange throws. */
  readonly parts: () => Iterable<Buffer>;
}

export interface Outgoing {
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly path: string;
  readonly body: OutgoingBody | null;
  /** From the last byte sent to the first of the answer. */
  readonly answerMs: number;
  readonly signal: AbortSignal | null;
  /** Nothing of the body is sent before the service had a moment to refuse it. */
  readonly isCautious: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export type Exchanged =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | {
      readonly kind: 'failed';
      readonly failure: ConnectionFailure;
      /** Not all of the body was sent: the service may have refused it in an answer that was lost with the connection. */
      readonly whileSending: boolean;
    };

/** Nothing goes on in either direction. */
const stallMs = 30_000;
const cautionMs = 1000;
/** As the local socket has it. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** @throws what `signal` was aborted with, and what the parts of the body throw. */
export async function exchange(connection: Connection, outgoing: Outgoing): Promise<Exchanged> {
  const { url } = connection;
  const { body, signal, answerMs, isCautious } = outgoing;
  signal?.throwIfAborted();
  const request = startRequest(connection, outgoing);
  const answered = Promise.withResolvers<Answer>();
  // Whoever awaits it first hears of it.
  answered.promise.catch(() => {});
  let failure: ConnectionFailure | null = null;
  let isSent = body === null;
  using deadline = new Deadline((what, afterMs) => {
    failure ??= silentFailure(url, what, afterMs);
    request.destroy();
  });
  request.on('error', answered.reject);
  request.on('close', () => answered.reject(new Error('it was closed without an answer')));
  request.on('response', (response) => {
    deadline.set('did not finish its answer', stallMs);
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    response.on('data', (part: Buffer) => {
      deadline.set('did not finish its answer', stallMs);
      sizeBytes += part.length;
      parts.push(part);
      if (sizeBytes <= maxAnswerBytes) return;
      failure ??= never(undefined, `${url.shown} answered with more than ${maxAnswerBytes} bytes`);
      request.destroy();
    });
    response.on('error', answered.reject);
    response.on('end', () => {
      if (!response.complete) return;
      const { statusCode: status = 0, headers } = response;
      answered.resolve({ status, headers, body: Buffer.concat(parts) });
    });
  });
  deadline.set('took no connection', stallMs);
  try {
    if (body === null) request.end();
    else {
      if (isCautious) await Promise.race([answered.promise, delay(cautionMs)]);
      isSent = await sendBody(request, body, answered.promise, deadline);
    }
    if (isSent) deadline.set('did not answer', answerMs);
    return { kind: 'answered', answer: await answered.promise };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof BodyProblem) throw error.cause;
    return { kind: 'failed', failure: failure ?? describeFailure(url, error), whileSending: !isSent };
  } finally {
    // An answer that came before the body was sent leaves a connection that is good for nothing.
    if (!isSent) request.destroy();
  }
}

export function startRequest(
  { url, token, agent }: Connection,
  { method, path, body, signal, isCautious }: Omit<Outgoing, 'answerMs'>,
): ClientRequest {
  const start = url.scheme === 'https' ? requestHttps : requestHttp;
  return start({
    hostname: url.hostname,
    port: url.port,
    path: url.prefix + path,
    method,
    agent,
    ...(signal === null ? {} : { signal }),
    headers: {
      host: url.host,
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body === null ? {} : { 'content-type': body.contentType, 'content-length': body.sizeBytes }),
      ...(isCautious ? { expect: '100-continue' } : {}),
    },
  });
}

/** Returns whether all of it was sent. */
async function sendBody(
  request: ClientRequest,
  body: OutgoingBody,
  answered: Promise<Answer>,
  deadline: Deadline,
): Promise<boolean> {
  let isAnswered = false;
  const settled = answered.then(
    () => (isAnswered = true),
    () => (isAnswered = true),
  );
  for (const part of bodyParts(body)) {
    await Promise.race([settled, writePart(request, part)]);
    if (isAnswered) return false;
    deadline.set('took nothing of what was sent', stallMs);
  }
  request.end();
  return true;
}

/** With a turn for others: an answer may be there already. */
function writePart(request: ClientRequest, part: Buffer): Promise<void> {
  return new Promise((resolve) => {
    request.write(part, () => resolve());
  });
}

function* bodyParts(body: OutgoingBody): Generator<Buffer> {
  try {
    yield* body.parts();
  } catch (error) {
    throw new BodyProblem(error);
  }
}

class BodyProblem {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

class Deadline implements Disposable {
  readonly #onPassed: (what: string, afterMs: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(onPassed: (what: string, afterMs: number) => void) {
    this.#onPassed = onPassed;
  }

  set(what: string, afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onPassed(what, afterMs), afterMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
