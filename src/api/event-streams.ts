// Server-sent events: each page hears the state from its snapshot on; who does not read is cut off, and there is a bound on how many.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
import type { ServerResponse } from 'node:http';
import type { StateMessage } from '../shared/app-state.ts';

export interface EventStreamsOptions {
  /** Gives a function that ends it. The snapshot comes first. */
  readonly subscribe: (listener: (message: StateMessage) => void) => () => void;
  /** Of each message that goes out. */
  readonly onMessage: (message: StateMessage) => void;
  /** Whether this session is still there; an open page counts as one who uses it. */
  readonly isOpen: (session: string) => boolean;
  readonly heartbeatMs?: number;
  readonly maxUnreadBytes?: number;
}

export interface StreamCounts {
  readonly open: number;
  /** Did not read. */
  readonly cutOff: number;
}

interface Stream extends Disposable {
  readonly session: string;
}

/** A browser keeps six connections to one server. */
export const maxStreamsOfSession = 6;
export const maxStreams = 48;
const defaultHeartbeatMs = 15_000;
const defaultMaxUnreadBytes = 4 * 1024 * 1024;
const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' };

export class EventStreams implements Disposable {
  readonly #options: EventStreamsOptions;
  readonly #maxUnreadBytes: number;
  readonly #streams = new Set<Stream>();
  #cutOff = 0;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
    this.#maxUnreadBytes = options.maxUnreadBytes ?? defaultMaxUnreadBytes;
  }

  get counts(): StreamCounts {
    return { open: this.#streams.size, cutOff: this.#cutOff };
  }

  hasPlaceFor(session: string): boolean {
    const own = [...this.#streams].filter((stream) => stream.session === session).length;
    return own < maxStreamsOfSession && this.#streams.size < maxStreams;
  }

  /** @param response nothing of it sent yet, but for headers set on it. */
  open(response: ServerResponse, session: string): void {
    const { subscribe, onMessage, isOpen, heartbeatMs = defaultHeartbeatMs } = this.#options;
    response.writeHead(200, headers);
    response.flushHeaders();
    const heartbeat = setInterval(() => {
      if (isOpen(session)) this.#write(response, ':\n\n');
      else response.end();
    }, heartbeatMs);
    const end: { unsubscribe: () => void } = { unsubscribe: () => {} };
    const stream: Stream = { session, [Symbol.dispose]: () => response.end() };
    this.#streams.add(stream);
    response.on('error', () => {});
    response.on('close', () => {
      clearInterval(heartbeat);
      this.#streams.delete(stream);
      end.unsubscribe();
    });
    end.unsubscribe = subscribe((message) => {
      onMessage(message);
      this.#write(response, `data: ${JSON.stringify(message)}\n\n`);
    });
    // The snapshot may be all it took to be cut off.
    if (response.destroyed) end.unsubscribe();
  }

  #write(response: ServerResponse, text: string): void {
    if (response.destroyed || response.writableEnded) return;
    const bytes = Buffer.from(text);
    if (response.writableLength + bytes.length > this.#maxUnreadBytes) {
      this.#cutOff += 1;
      response.destroy();
      return;
    }
    response.write(bytes);
  }

  [Symbol.dispose](): void {
    for (const stream of this.#streams) stream[Symbol.dispose]();
  }
}
