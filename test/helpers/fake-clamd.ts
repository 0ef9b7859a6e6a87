// A clamd that does what a test tells it to: it reads requests properly and answers with any bytes, in any pieces.
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClamdAddress, ClamdTarget } from '../../src/core/engines/clamd/target.ts';

export interface FakeRequest {
  /** Without `z` and NUL; `SCAN /path`. */
  readonly command: string;
  /** Of an INSTREAM. */
  readonly bytes: Buffer;
  /** `1: ` and so on inside an IDSESSION, else empty. */
  readonly prefix: string;
  readonly socket: Socket;
  /** Connections are counted from 1. */
  readonly connection: number;
}

export type FakeAnswer = (request: FakeRequest) => string | Buffer | null;

export interface FakeOptions {
  /** What to send for each request: text or bytes as they are (with their NUL), or null for nothing. */
  readonly answer?: FakeAnswer;
  /** Called for each connection before anything is read; true takes it over. */
  readonly onConnection?: (socket: Socket, connection: number) => boolean;
  /** Sends one byte a write. */
  readonly splitsBytes?: boolean;
  readonly tcp?: boolean;
}

/** As a healthy clamd answers; bytes that hold `virus` are found. */
export function properAnswer({ command, bytes, prefix }: FakeRequest): string {
  if (command === 'PING') return `${prefix}PONG\0`;
  if (command.startsWith('SCAN ')) return `${prefix}${command.slice(5)}: OK\0`;
  return `${prefix}stream: ${bytes.includes('virus') ? 'Test.Virus FOUND' : 'OK'}\0`;
}

export class FakeClamd implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fake-clamd-'));
  readonly #server: Server;
  readonly #options: FakeOptions;
  readonly #sockets = new Set<Socket>();
  /** Every request that was read to its end. */
  readonly requests: FakeRequest[] = [];
  /** Bytes of each write as they came in, on all connections. */
  readonly arrivals: number[] = [];
  connections = 0;
  /** One reply after the other on each connection. */
  readonly #sending = new WeakMap<Socket, Promise<void>>();
  #waiters: (() => void)[] = [];

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(options: FakeOptions = {}): Promise<FakeClamd> {
    const fake = new FakeClamd(options);
    await fake.listen();
    return fake;
  }

  async listen(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#options.tcp === true) this.#server.listen(0, '127.0.0.1', resolve);
    else this.#server.listen(this.socketPath, resolve);
    await promise;
  }

  get socketPath(): string {
    return join(this.#folder, 'clamd.sock');
  }

  get address(): ClamdAddress {
    const bound = this.#server.address();
    if (bound !== null && typeof bound === 'object')
      return { kind: 'tcp', host: bound.address, port: bound.port };
    return { kind: 'unix', path: this.socketPath };
  }

  get target(): ClamdTarget {
    return targetAt(this.address);
  }

  /** Resolves when `condition` holds; looked at after every request and connection. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiters.push(resolve);
      await promise;
    }
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.dropConnections();
    if (this.#server.listening) await promise;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tell(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    const connection = this.connections;
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    this.#tell();
    if (this.#options.onConnection?.(socket, connection) === true) return;
    let input: Buffer = Buffer.alloc(0);
    let id = 0;
    let isSession = false;
    socket.on('data', (chunk) => {
      this.arrivals.push(chunk.length);
      input = Buffer.concat([input, chunk]);
      for (let read = takeRequest(input); read !== null; read = takeRequest(input)) {
        input = read.rest;
        if (read.command === 'IDSESSION') isSession = true;
        else if (read.command === 'END') socket.end();
        else {
          id += 1;
          const prefix = isSession ? `${id}: ` : '';
          this.#handle({ command: read.command, bytes: read.bytes, prefix, socket, connection }, isSession);
        }
      }
    });
  }

  #handle(request: FakeRequest, isSession: boolean): void {
    this.requests.push(request);
    const answer = (this.#options.answer ?? properAnswer)(request);
    if (answer !== null) {
      const { socket } = request;
      const before = this.#sending.get(socket) ?? Promise.resolve();
      const pieces = Buffer.from(answer);
      this.#sending.set(
        socket,
        before.then(() => send(socket, pieces, this.#options.splitsBytes === true, !isSession)),
      );
    }
    this.#tell();
  }
}

/** Limits as Debian sets them, for a fake or a real clamd. */
export function targetAt(address: ClamdAddress, maxStreamBytes = 25 * 1024 * 1024): ClamdTarget {
  return {
    address,
    kind: 'found',
    limits: { maxStreamBytes, maxFileBytes: 1e8, maxScanBytes: 4e8, maxRecursion: 17, maxFiles: 10_000 },
    reportsLimits: false,
    reportsEncrypted: false,
    acceptsPaths: false,
  };
}

async function send(socket: Socket, bytes: Buffer, splits: boolean, ends: boolean): Promise<void> {
  const step = splits ? 1 : Math.max(1, bytes.length);
  socket.setNoDelay(true);
  for (let offset = 0; offset < bytes.length; offset += step) {
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.write(bytes.subarray(offset, offset + step), () => setImmediate(resolve));
    await promise;
  }
  if (ends) socket.end();
}

function takeRequest(input: Buffer): { command: string; bytes: Buffer; rest: Buffer } | null {
  const end = input.indexOf(0);
  if (end < 0) return null;
  const command = input.toString('latin1', 1, end);
  if (command !== 'INSTREAM') return { command, bytes: Buffer.alloc(0), rest: input.subarray(end + 1) };
  const parts: Buffer[] = [];
  let offset = end + 1;
  while (offset + 4 <= input.length) {
    const length = input.readUInt32BE(offset);
    offset += 4;
    if (length === 0) return { command, bytes: Buffer.concat(parts), rest: input.subarray(offset) };
    if (offset + length > input.length) return null;
    parts.push(input.subarray(offset, offset + length));
    offset += length;
  }
  return null;
}
