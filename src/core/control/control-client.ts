// Asks a running Vedette: every call has a deadline, and every answer is what the contract says or an AppError.
import { lstatSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { CallInput, CallName, CallOutput, FeedEvent } from '../../shared/contract.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { outputOf } from './answer-call.ts';
import {
  lineOf,
  maxReplyBytes,
  maxRequestBytes,
  readMessage,
  subscribeCall,
  type Reply,
} from './control-message.ts';
import { EventQueue } from './event-queue.ts';
import { MessageLines } from './message-lines.ts';

export interface ConnectOptions {
  readonly timeoutMs?: number;
}

export interface CallOptions {
  /** An answer that comes later is dropped; what was asked for may be done all the same. */
  readonly timeoutMs?: number;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
}

const defaultConnectMs = 5000;
const defaultCallMs = 30_000;

/**
 * @throws AppError CALL_FAILED when nobody listens there, it takes too long, or the socket is another user's: what is
 * asked, and what is answered, is no business of theirs.
 */
export async function connectControl(
  address: string,
  { timeoutMs = defaultConnectMs }: ConnectOptions = {},
): Promise<ControlClient> {
  checkOwner(address);
  const connected = Promise.withResolvers<void>();
  const socket = connect(address);
  const timer = setTimeout(() => {
    connected.reject(new AppError('CALL_FAILED', `nobody answered on ${address} within ${timeoutMs} ms`));
  }, timeoutMs);
  socket.once('connect', connected.resolve);
  socket.once('error', (error) => connected.reject(unreachable(address, error)));
  try {
    await connected.promise;
    return new ControlClient(socket);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

export class ControlClient implements Disposable {
  readonly #socket: Socket;
  readonly #lines = new MessageLines(maxReplyBytes);
  readonly #waiting = new Map<number, Waiting>();
  #events: EventQueue | null = null;
  #nextId = 1;
  #ended: AppError | null = null;

  /** @param socket connected */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    socket.on('error', (error) => this.#end(failed(`the connection to Vedette broke: ${messageOf(error)}`)));
    socket.on('close', () => this.#end(failed('Vedette ended the connection')));
  }

  /**
   * @throws AppError with the code of the answer; CALL_FAILED when there is none, or it is not what the contract says;
   * CALL_INVALID when there is more to send than a message holds.
   */
  async call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    { timeoutMs = defaultCallMs }: CallOptions = {},
  ): Promise<CallOutput<Name>> {
    return outputOf(name, await this.#ask(name, input, timeoutMs));
  }

  /**
   * What Vedette tells from now on, also of what is asked with the next call on this connection; one at a time. Ends
   * with `signal`. Events of a kind that this version does not know are passed over.
   * @throws AppError CALL_FAILED as soon as the connection ends; what came before it is still told.
   */
  events(all: boolean, signal: AbortSignal): AsyncIterable<FeedEvent> {
    if (this.#events !== null) throw new TypeError('the events are listened to already');
    const events = new EventQueue(signal, () => this.#setFlow());
    this.#events = events;
    if (this.#ended !== null) events.fail(this.#ended);
    this.#ask(subscribeCall, { all }, defaultCallMs).catch((error: unknown) => events.fail(error));
    return events;
  }

  [Symbol.dispose](): void {
    this.#end(failed('the connection to Vedette was closed'));
  }

  async #ask(call: string, input: unknown, timeoutMs: number): Promise<unknown> {
    if (this.#ended !== null) throw this.#ended;
    const id = this.#nextId++;
    const text = lineOf({ id, call, input });
    if (Buffer.byteLength(text) > maxRequestBytes) {
      throw new AppError(
        'CALL_INVALID',
        `${call} asks for more than fits into a message; ask for less at once`,
      );
    }
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    const timer = setTimeout(() => {
      const message = `Vedette did not answer ${call} within ${timeoutMs / 1000} s; it may be done all the same`;
      answer.reject(failed(message));
    }, timeoutMs);
    this.#setFlow();
    this.#socket.write(text);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
      this.#setFlow();
    }
  }

  #hear(chunk: Buffer): void {
    const lines = this.#lines.push(chunk);
    if (lines === null) {
      this.#end(failed(`Vedette answered with more than ${maxReplyBytes} bytes`));
      return;
    }
    for (const line of lines) {
      const message = readMessage(line);
      if (message === undefined) continue;
      if ('event' in message) this.#events?.push(message.event);
      else this.#settle(message);
    }
    this.#setFlow();
  }

  #settle(reply: Reply): void {
    if (reply.ok) {
      this.#waiting.get(reply.id)?.resolve(reply.value);
      return;
    }
    const { code, message, details } = reply.error;
    const error = new AppError(code, message, { details });
    // Without a number it is about the connection as a whole: no place for it, say.
    if (reply.id === null) this.#end(error);
    else this.#waiting.get(reply.id)?.reject(error);
  }

  /** Events that nobody takes are left with Vedette, which may cut us off; answers come the same way, so not for long. */
  #setFlow(): void {
    if (this.#events !== null && this.#events.isFull && this.#waiting.size === 0) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #end(error: AppError): void {
    if (this.#ended !== null) return;
    this.#ended = error;
    this.#socket.destroy();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#events?.fail(error);
  }
}

function failed(message: string): AppError {
  return new AppError('CALL_FAILED', message);
}

function unreachable(address: string, error: unknown): AppError {
  return new AppError('CALL_FAILED', `nobody answers on ${address}: ${messageOf(error)}`, { cause: error });
}

/** @throws AppError CALL_FAILED */
function checkOwner(address: string): void {
  if (process.platform === 'win32') return;
  let uid: number;
  try {
    ({ uid } = lstatSync(address));
  } catch (error) {
    throw unreachable(address, error);
  }
  if (uid !== process.getuid?.() && uid !== 0) throw failed(`${address} belongs to another user`);
}
