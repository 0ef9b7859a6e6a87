// What a service tells, as server-sent events: read line by line, never more of one than the bound, and cut off when it falls silent.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
import type { IncomingMessage } from 'node:http';
import { EventQueue } from '../../core/control/event-queue.ts';
import { MessageLines } from '../../core/control/message-lines.ts';
import { textRoutes } from '../../shared/api-routes.ts';
import { feedEventSchema, type FeedEvent } from '../../shared/contract.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { answerError } from './answer-error.ts';
import { describeFailure } from './connection-failure.ts';
import { startRequest, type Connection } from './exchange.ts';

export interface Listening extends Disposable {
  readonly events: AsyncIterable<FeedEvent>;
  /** What is asked after this is told of. @throws AppError when it did not come to that */
  readonly open: Promise<void>;
}

const maxEventBytes = 8 * 1024 * 1024;
const openMs = 30_000;
/** A service says something each 15 s, if only that it is there. */
const silenceMs = 60_000;
const maxRefusalBytes = 64 * 1024;

/** Ends with `signal`; fails as soon as the connection ends, after what came before. */
export function listenToService(connection: Connection, all: boolean, signal: AbortSignal): Listening {
  const { url } = connection;
  const open = Promise.withResolvers<void>();
  // The events say it too.
  open.promise.catch(() => {});
  const { method, path } = textRoutes.events;
  const outgoing = { method, path: `${path}?all=${all}`, body: null, signal, isCautious: false };
  const request = startRequest(connection, outgoing);
  const heard: { response: IncomingMessage | null } = { response: null };
  const events = new EventQueue(signal, () => setFlow());
  function fail(error: unknown): void {
    clearTimeout(timer);
    open.reject(error);
    events.fail(error);
    request.destroy();
  }
  function lost(what: string): void {
    fail(new AppError('CALL_FAILED', `${url.shown} ${what}`));
  }
  let timer = setTimeout(() => lost(`did not answer within ${openMs / 1000} s`), openMs);
  /** Who takes no more is not told whether there is more: nobody waits for the service then. */
  function setFlow(): void {
    clearTimeout(timer);
    if (request.destroyed || heard.response === null) return;
    if (events.isFull) {
      heard.response.pause();
      return;
    }
    heard.response.resume();
    timer = setTimeout(() => lost(`has said nothing for ${silenceMs / 1000} s`), silenceMs);
  }
  function leave(): void {
    fail(new AppError('CALL_FAILED', 'nobody listens any more'));
  }
  signal.addEventListener('abort', leave);
  request.on('error', (error) => fail(new AppError('CALL_FAILED', describeFailure(url, error).sentence)));
  request.on('response', (response) => {
    const { statusCode: status = 0, headers } = response;
    response.on('error', (error) => lost(`ended the connection: ${messageOf(error)}`));
    if (status !== 200) {
      hearRefusal(response, (body) => fail(answerError(url, { status, headers, body })));
      return;
    }
    const lines = new MessageLines(maxEventBytes);
    response.on('data', (chunk: Buffer) => {
      const complete = lines.push(chunk);
      if (complete === null) {
        lost(`told of something in more than ${maxEventBytes} bytes`);
        return;
      }
      for (const line of complete) {
        const event = eventOf(line.toString('utf8'));
        if (event !== null) events.push(event);
      }
      setFlow();
    });
    response.on('end', () => lost('ended the connection'));
    heard.response = response;
    setFlow();
    open.resolve();
  });
  request.end();
  return { events, open: open.promise, [Symbol.dispose]: leave };
}

/** Its beginning, where it is long. The deadline of the opening goes on. */
function hearRefusal(response: IncomingMessage, tell: (body: Buffer) => void): void {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  response.on('data', (part: Buffer) => {
    if (sizeBytes > maxRefusalBytes) return;
    sizeBytes += part.length;
    parts.push(part);
  });
  response.on('end', () => tell(Buffer.concat(parts)));
}

/** One line; null for a heartbeat, another field, and an event of a kind that this version does not know. */
export function eventOf(line: string): FeedEvent | null {
  const text = /^data: ?(?<text>.*?)\r?$/s.exec(line)?.groups?.['text'];
  if (text === undefined) return null;
  try {
    return feedEventSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
