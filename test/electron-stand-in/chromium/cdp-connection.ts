// The Chrome DevTools Protocol over two pipes: messages end with a zero byte; every command is answered or refused.
import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Protocol } from '../../../node_modules/playwright-core/types/protocol.d.ts';

type Commands = Protocol.CommandParameters;
type Results = Protocol.CommandReturnValues;
type Events = Protocol.Events;

export interface CdpSession {
  send<Name extends keyof Commands>(name: Name, parameters?: Commands[Name]): Promise<Results[Name]>;
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): void;
}

interface Envelope {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Waiting {
  readonly name: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class CdpConnection implements CdpSession {
  readonly #toChromium: Writable;
  readonly #waiting = new Map<number, Waiting>();
  readonly #events = new EventEmitter().setMaxListeners(0);
  #lastId = 0;
  #isClosed = false;

  constructor(toChromium: Writable, fromChromium: Readable) {
    this.#toChromium = toChromium;
    // A pipe that breaks is Chromium's end, which its process reports.
    toChromium.on('error', () => {});
    fromChromium.on('error', () => {});
    fromChromium.on('close', () => this.#close());
    this.#read(fromChromium);
  }

  send<Name extends keyof Commands>(name: Name, parameters?: Commands[Name]): Promise<Results[Name]> {
    return this.#send(name, parameters, undefined);
  }

  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): void {
    this.#events.on(name, listener);
  }

  /** The same, for one target that was attached to. */
  session(sessionId: string): CdpSession {
    return {
      send: (name, parameters) => this.#send(name, parameters, sessionId),
      on: (name, listener) => {
        this.#events.on(`${sessionId}:${name}`, listener);
      },
    };
  }

  #send<Name extends keyof Commands>(
    name: Name,
    params: Commands[Name] | undefined,
    sessionId: string | undefined,
  ): Promise<Results[Name]> {
    if (this.#isClosed) return Promise.reject(new Error(`${name}: Chromium is gone`));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      function settle(result: unknown): void {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Chromium answers as its protocol says
        resolve(result as Results[Name]);
      }
      this.#waiting.set(id, { name, resolve: settle, reject });
      this.#toChromium.write(`${JSON.stringify({ id, method: name, params: params ?? {}, sessionId })}\0`);
    });
  }

  #read(fromChromium: Readable): void {
    let parts: Buffer[] = [];
    fromChromium.on('data', (chunk: Buffer) => {
      let start = 0;
      for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
        parts.push(chunk.subarray(start, end));
        this.#take(JSON.parse(Buffer.concat(parts).toString('utf8')));
        parts = [];
        start = end + 1;
      }
      if (start < chunk.length) parts.push(chunk.subarray(start));
    });
  }

  #take(message: Envelope): void {
    if (message.id === undefined) {
      const prefix = message.sessionId === undefined ? '' : `${message.sessionId}:`;
      this.#events.emit(`${prefix}${message.method ?? ''}`, message.params);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new Error(`${waiting.name}: ${message.error.message}`));
  }

  #close(): void {
    this.#isClosed = true;
    for (const { name, reject } of this.#waiting.values()) reject(new Error(`${name}: Chromium is gone`));
    this.#waiting.clear();
  }
}
