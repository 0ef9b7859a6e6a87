// Server-sent events: each page hears the state from its snapshot on, each client of the API what happens; who does not read is cut off, and there is a bound on how many.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
import type { ServerResponse } from 'node:http';

export interface EventStreamsOptions {
  readonly heartbeatMs?: number;
  /** How often `isOpen` is asked; with each heartbeat unless it is said. */
  readonly lookEveryMs?: number;
  readonly maxUnreadBytes?: number;
}

export interface StreamCounts {
  readonly open: number;
  /** Did not read. */
  readonly cutOff: number;
}

/** Who listens, and to what. */
export interface Listening<Message> {
  /** A session, or a token. */
  readonly owner: string;
  /** Whether the owner is still there; an open page counts as one who uses it. */
  readonly isOpen: () => boolean;
  /** Gives a function that ends it. What comes before it returns, such as a snapshot, is sent too. */
  readonly subscribe: (listener: (message: Message) => void) => () => void;
}

interface Stream extends Disposable {
  readonly owner: string;
}

/** A browser keeps six connections to one server. */
export const maxStreamsOfOwner = 6;
export const maxStreams = 48;
const defaultHeartbeatMs = 15_000;
const defaultMaxUnreadBytes = 4 * 1024 * 1024;
const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' };

export class EventStreams implements Disposable {
  readonly #options: EventStreamsOptions;
  readonly #maxUnreadBytes: number;
  readonly #streams = new Set<Stream>();
  #cutOff = 0;

  constructor(options: EventStreamsOptions = {}) {
    this.#options = options;
    this.#maxUnreadBytes = options.maxUnreadBytes ?? defaultMaxUnreadBytes;
  }

  get counts(): StreamCounts {
    return { open: this.#streams.size, cutOff: this.#cutOff };
  }

  hasPlaceFor(owner: string): boolean {
    const own = [...this.#streams].filter((stream) => stream.owner === owner).length;
    return own < maxStreamsOfOwner && this.#streams.size < maxStreams;
  }

  /** @param response nothing of it sent yet, but for headers set on it. */
  open<Message>(response: ServerResponse, { owner, isOpen, subscribe }: Listening<Message>): void {
    const { heartbeatMs = defaultHeartbeatMs } = this.#options;
    const { lookEveryMs = heartbeatMs } = this.#options;
    response.writeHead(200, headers);
    response.flushHeaders();
    const look = setInterval(() => {
      if (!isOpen()) response.end();
    }, lookEveryMs);
    const heartbeat = setInterval(() => this.#write(response, ':\n\n'), heartbeatMs);
    const end: { unsubscribe: () => void } = { unsubscribe: () => {} };
    const stream: Stream = { owner, [Symbol.dispose]: () => response.end() };
    this.#streams.add(stream);
    response.on('error', () => {});
    response.on('close', () => {
      clearInterval(look);
      clearInterval(heartbeat);
      this.#streams.delete(stream);
      end.unsubscribe();
    });
    end.unsubscribe = subscribe((message) => this.#write(response, `data: ${JSON.stringify(message)}\n\n`));
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
