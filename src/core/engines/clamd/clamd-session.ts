// One IDSESSION connection with several requests in flight: every request ends exactly once, whatever the peer does.
import type { Buffer } from 'node:buffer';
import type { ClamdAnswer } from './clamd-answer.ts';
import { streamName, writeInstream } from './instream.ts';
import { RecordReader } from './record-reader.ts';
import { parseReply, takeNumber } from './reply.ts';
import type { ReplyFirstSocket } from './reply-first-socket.ts';
import type { ScanCommand } from './scan-command.ts';

interface Pending {
  readonly name: Buffer;
  readonly resolve: (answer: ClamdAnswer) => void;
  /** The kernel has taken all of the request. */
  sent: boolean;
}

export class ClamdSession implements Disposable {
  readonly #socket: ReplyFirstSocket;
  readonly #reader = new RecordReader();
  readonly #pending = new Map<number, Pending>();
  readonly #onClose: (wasInUse: boolean) => void;
  #lastId = 0;
  #isOpen = true;

  /** Takes over a connected socket; `onClose` is called once and told whether requests were in flight. */
  constructor(socket: ReplyFirstSocket, onClose: (wasInUse: boolean) => void) {
    this.#socket = socket;
    this.#onClose = onClose;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.once('end', () => this.#ended());
    socket.once('close', () => this.#ended());
    socket.write('zIDSESSION\0');
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** `bytes` must stay as they are until the answer. */
  scanBytes(bytes: Buffer): Promise<ClamdAnswer> {
    return this.#request(streamName, (onSent) => writeInstream(this.#socket, bytes, onSent));
  }

  scanPath(command: ScanCommand): Promise<ClamdAnswer> {
    return this.#request(command.name, (onSent) => this.#socket.write(command.bytes, onSent));
  }

  /** Takes leave of clamd; for a session with nothing in flight. */
  end(): void {
    if (!this.#isOpen) return;
    this.#socket.write('zEND\0');
    this.#socket.destroySoon();
    this.#close({ kind: 'lost' });
  }

  /** Whatever is in flight is `lost`. */
  [Symbol.dispose](): void {
    this.#destroy({ kind: 'lost' });
  }

  #request(name: Buffer, write: (onSent: () => void) => void): Promise<ClamdAnswer> {
    if (!this.#isOpen) return Promise.resolve({ kind: 'lost' });
    return new Promise((resolve) => {
      const pending: Pending = { name, resolve, sent: false };
      this.#lastId += 1;
      this.#pending.set(this.#lastId, pending);
      write(() => {
        pending.sent = true;
      });
    });
  }

  #receive(chunk: Buffer): void {
    if (!this.#isOpen) return;
    const violation = this.#settleRecords(chunk);
    if (violation !== null) this.#destroy({ kind: 'protocol_error', detail: violation });
  }

  /** Answers what `chunk` answers, all of it or (when it breaks the protocol anywhere) nothing; says what broke it. */
  #settleRecords(chunk: Buffer): string | null {
    const records = this.#reader.push(chunk);
    if (records === null) return 'more than 64 KB without an end';
    const settled = new Map<number, ClamdAnswer>();
    let isBroken = false;
    for (const record of records) {
      const numbered = takeNumber(record);
      if (numbered.kind === 'malformed') return numbered.detail;
      const { id, rest } = numbered;
      const pending = this.#pending.get(id);
      if (pending === undefined || settled.has(id)) return 'a reply that answers no request';
      const reply = parseReply(rest, pending.name);
      if (reply.kind === 'malformed') return reply.detail;
      if (!pending.sent) {
        if (reply.kind === 'ok') return 'OK before it had all the bytes';
        // The rest of this request must not follow: its memory is its caller's again.
        isBroken = true;
      }
      settled.set(id, { kind: 'reply', reply });
    }
    if (!this.#isRestOfReply(settled)) return 'more than the replies';
    for (const [id, answer] of settled) {
      this.#pending.get(id)?.resolve(answer);
      this.#pending.delete(id);
    }
    if (isBroken) this.#destroy({ kind: 'lost' });
    return null;
  }

  /** What has come of the next record is how a reply to a request begins that has none yet. */
  #isRestOfReply(settled: ReadonlyMap<number, ClamdAnswer>): boolean {
    if (this.#reader.pendingBytes === 0) return true;
    return [...this.#pending.keys()].some((id) => !settled.has(id) && this.#reader.mayBecome(`${id}: `));
  }

  #ended(): void {
    if (this.#reader.pendingBytes === 0) this.#destroy({ kind: 'lost' });
    else this.#destroy({ kind: 'protocol_error', detail: 'half a reply' });
  }

  #destroy(answer: ClamdAnswer): void {
    this.#socket.destroy();
    this.#close(answer);
  }

  #close(answer: ClamdAnswer): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const wasInUse = this.#pending.size > 0;
    for (const pending of this.#pending.values()) pending.resolve(answer);
    this.#pending.clear();
    this.#onClose(wasInUse);
  }
}
