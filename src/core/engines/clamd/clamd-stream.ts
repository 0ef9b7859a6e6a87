// One large file on a connection of its own: a chunk at a time, as fast as clamd takes them; one reply, then the end.
import type { Buffer } from 'node:buffer';
import type { ClamdAnswer } from './clamd-answer.ts';
import { beginInstream, endInstream, streamName, writeChunk } from './instream.ts';
import { RecordReader } from './record-reader.ts';
import { parseReply } from './reply.ts';
import type { Reply } from './reply.ts';
import type { ReplyFirstSocket } from './reply-first-socket.ts';

export type StreamAnswer =
  | ClamdAnswer
  /** The chunks were not `sizeBytes` long: the file changed, and clamd was not told that it ended. */
  | { readonly kind: 'size_changed' };

/** Disposed, it ends its connection and answers `lost`. */
export class ClamdStream implements Disposable {
  readonly #socket: ReplyFirstSocket;
  readonly #reader = new RecordReader();
  readonly #answer = Promise.withResolvers<StreamAnswer>();
  #reply: Reply | null = null;
  /** All of the stream, with its end, is with the kernel. */
  #isSent = false;
  #isDone = false;
  #wakeWriter: () => void = ignore;

  constructor(socket: ReplyFirstSocket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.once('end', () => this.#ended());
    socket.once('close', () => this.#ended());
  }

  /**
   * Sends the chunks; asks for the next one only when the memory of the last may be reused.
   * Rejects with what `chunks` threw.
   */
  send(chunks: AsyncIterable<Buffer>, sizeBytes: number): Promise<StreamAnswer> {
    this.#write(chunks, sizeBytes).catch((error: unknown) => {
      this.#answer.reject(error);
      this[Symbol.dispose]();
    });
    return this.#answer.promise;
  }

  [Symbol.dispose](): void {
    this.#settle({ kind: 'lost' });
  }

  async #write(chunks: AsyncIterable<Buffer>, sizeBytes: number): Promise<void> {
    let restBytes = sizeBytes;
    beginInstream(this.#socket);
    for await (const chunk of chunks) {
      restBytes -= chunk.length;
      if (this.#isDone || this.#reply !== null) return;
      if (restBytes < 0) break;
      if (chunk.length > 0) await this.#taken((onSent) => writeChunk(this.#socket, chunk, onSent));
      if (this.#isDone || this.#reply !== null) return;
    }
    if (restBytes !== 0) return this.#settle({ kind: 'size_changed' });
    endInstream(this.#socket, () => {
      this.#isSent = true;
    });
    return undefined;
  }

  /** Until the kernel has taken it, or nothing more is to be written. */
  #taken(write: (onSent: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
      write(resolve);
    });
  }

  #receive(chunk: Buffer): void {
    if (this.#isDone) return;
    const records = this.#reader.push(chunk);
    if (records === null) return this.#violation('more than 64 KB without an end');
    for (const record of records) {
      if (this.#reply !== null) return this.#violation('more than one reply');
      const reply = parseReply(record, streamName);
      if (reply.kind === 'malformed') return this.#violation(reply.detail);
      if (reply.kind === 'ok' && !this.#isSent) return this.#violation('OK before it had all the bytes');
      this.#reply = reply;
      this.#wakeWriter();
    }
    return undefined;
  }

  // clamd closes after its reply; only then is it known that it was the only one.
  #ended(): void {
    if (this.#reader.pendingBytes > 0) this.#violation('half a reply');
    else this.#settle(this.#reply === null ? { kind: 'lost' } : { kind: 'reply', reply: this.#reply });
  }

  #violation(detail: string): void {
    this.#settle({ kind: 'protocol_error', detail });
  }

  #settle(answer: StreamAnswer): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#answer.resolve(answer);
    this.#socket.destroy();
    this.#wakeWriter();
  }
}

function ignore(): void {
  // Nobody waits for a chunk.
}
