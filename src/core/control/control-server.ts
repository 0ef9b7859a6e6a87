// The calls of a running Vedette on a local socket: only the same user can connect, and no message can end it.
import { lstatSync, unlinkSync, chmodSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { FeedEvent, Handlers } from '../../shared/contract.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';
import { openControlFolder } from './control-address.ts';
import { ControlConnection, isForEverybody } from './control-connection.ts';
import { maxConnections } from './control-message.ts';
import { codeOf } from '../files/open-file.ts';

export interface ControlServerOptions {
  /** Of `controlAddress`. */
  readonly address: string;
  readonly handlers: Handlers;
  /** Gives a function that ends it. The listener never throws. */
  readonly subscribe: (listener: (event: FeedEvent) => void) => () => void;
  readonly logger: Logger;
}

export interface ControlCounts {
  readonly connections: number;
  /** Messages that were not what the contract says, and connections for which there was no place. */
  readonly refused: number;
  /** Subscribers that did not read. */
  readonly cutOff: number;
}

/** Whoever listens there answers a connection at once. */
const probeTimeoutMs = 2000;
const isWindows = process.platform === 'win32';

/**
 * A socket of mode 0600 in a folder that only the user can write to: another user, but for root, cannot connect, so
 * whoever is connected may do what the user may.
 */
export class ControlServer implements AsyncDisposable {
  readonly address: string;
  readonly #options: ControlServerOptions;
  readonly #server: Server;
  readonly #connections = new Set<ControlConnection>();
  #unsubscribe: (() => void) | null = null;
  #refused = 0;
  #cutOff = 0;
  #disposed: Promise<void> | null = null;

  private constructor(options: ControlServerOptions) {
    this.address = options.address;
    this.#options = options;
    // Who has said all may still wait for the answers.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#welcome(socket));
  }

  /**
   * A socket that nobody listens on any more is replaced.
   * @throws AppError ALREADY_RUNNING when somebody does; FILE_UNWRITABLE when there is something else, or no socket
   * can be made.
   */
  static async listen(options: ControlServerOptions): Promise<ControlServer> {
    if (!isWindows) {
      openControlFolder(options.address);
      await clearAddress(options.address);
    }
    const server = new ControlServer(options);
    await server.#listen();
    return server;
  }

  get counts(): ControlCounts {
    return { connections: this.#connections.size, refused: this.#refused, cutOff: this.#cutOff };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#close();
    return this.#disposed;
  }

  async #listen(): Promise<void> {
    const listening = Promise.withResolvers<void>();
    this.#server.once('listening', listening.resolve);
    this.#server.once('error', listening.reject);
    // Created with its mode: between the making and a chmod others could connect. The call makes it before it returns.
    const umask = isWindows ? null : process.umask(0o177);
    try {
      this.#server.listen(this.address);
    } finally {
      if (umask !== null) process.umask(umask);
    }
    try {
      await listening.promise;
      // A folder with a default access list does not heed the umask.
      if (!isWindows) chmodSync(this.address, 0o600);
    } catch (error) {
      this.#server.close();
      const taken = codeOf(error) === 'EADDRINUSE';
      throw new AppError(
        taken ? 'ALREADY_RUNNING' : 'FILE_UNWRITABLE',
        `the control socket ${this.address} cannot be made: ${messageOf(error)}`,
        { cause: error },
      );
    }
    this.#server.on('error', (error) => {
      this.#options.logger.error({ cause: messageOf(error) }, 'the control socket failed');
    });
  }

  #welcome(socket: Socket): void {
    const { handlers, logger } = this.#options;
    const connection = new ControlConnection({
      socket,
      handlers,
      logger,
      onRefused: () => (this.#refused += 1),
      onSubscription: () => this.#followFeed(),
      onClose: () => this.#connections.delete(connection),
    });
    if (this.#connections.size >= maxConnections) {
      const message = `${maxConnections} programs are connected already`;
      connection.turnAway(new AppError('CALL_REFUSED', message));
      return;
    }
    this.#connections.add(connection);
  }

  /** Without anybody who listens nothing is made ready to be told. */
  #followFeed(): void {
    const isWanted = [...this.#connections].some(({ wants }) => wants !== 'nothing');
    if (isWanted) this.#unsubscribe ??= this.#options.subscribe((event) => this.#broadcast(event));
    else {
      this.#unsubscribe?.();
      this.#unsubscribe = null;
    }
  }

  #broadcast(event: FeedEvent): void {
    const forEverybody = isForEverybody(event);
    const listeners = [...this.#connections].filter(({ wants }) =>
      forEverybody ? wants !== 'nothing' : wants === 'all',
    );
    if (listeners.length === 0) return;
    const text = this.#eventLine(event);
    if (text === null) return;
    for (const connection of listeners) {
      if (connection.tell(text)) continue;
      this.#cutOff += 1;
      this.#options.logger.warn({ cutOff: this.#cutOff }, 'a subscriber that did not read was cut off');
    }
  }

  /** The feed goes on for the others, whatever is in one event. */
  #eventLine(event: FeedEvent): string | null {
    try {
      return `${JSON.stringify({ event })}\n`;
    } catch (error) {
      this.#options.logger.error({ kind: event.kind, cause: messageOf(error) }, 'an event could not be told');
      return null;
    }
  }

  async #close(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    // Node removes the file of the socket with it, and calls back once the last connection has ended.
    this.#server.close(() => closed.resolve());
    for (const connection of this.#connections) connection.end(stopping());
    await closed.promise;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }
}

function stopping(): AppError {
  return new AppError('SHUTTING_DOWN', 'Vedette is stopping');
}

/** @throws AppError ALREADY_RUNNING, FILE_UNWRITABLE */
async function clearAddress(address: string): Promise<void> {
  const stats = lstatSync(address, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isSocket()) {
    throw new AppError('FILE_UNWRITABLE', `${address} is in the way of the control socket: move it away`);
  }
  if (await isListening(address)) {
    throw new AppError('ALREADY_RUNNING', `another Vedette listens on ${address}`);
  }
  unlinkSync(address);
}

/** Anything but a refusal, such as a queue of callers that is full, means that somebody is there. */
async function isListening(address: string): Promise<boolean> {
  const answered = Promise.withResolvers<boolean>();
  const socket = connect(address);
  socket.setTimeout(probeTimeoutMs, () => answered.resolve(true));
  socket.once('connect', () => answered.resolve(true));
  socket.once('error', (error: NodeJS.ErrnoException) => {
    answered.resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
  });
  try {
    return await answered.promise;
  } finally {
    socket.destroy();
  }
}
