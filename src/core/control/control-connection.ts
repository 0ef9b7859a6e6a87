// One caller on the socket: each of its calls is answered once, and nothing it sends or does not read costs others more.
import type { Socket } from 'node:net';
import type { FeedEvent, Handlers } from '../../shared/contract.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';
import { answerCall } from './answer-call.ts';
import {
  firstIssue,
  isCallName,
  lineOf,
  maxCallsInFlight,
  maxRequestBytes,
  maxUnreadBytes,
  readRequest,
  refusal,
  subscribeCall,
  subscribeInput,
  type Reply,
  type Request,
} from './control-message.ts';
import { MessageLines } from './message-lines.ts';

export interface ControlConnectionOptions {
  readonly socket: Socket;
  readonly handlers: Handlers;
  readonly logger: Logger;
  /** A message was refused, for the count of all connections. */
  readonly onRefused: () => void;
  /** It wants events from now on, or hears of them no more. */
  readonly onSubscription: () => void;
  readonly onClose: () => void;
}

/** What is said last must be read within this time. */
const closeWithinMs = 1000;

export class ControlConnection {
  readonly #options: ControlConnectionOptions;
  readonly #socket: Socket;
  readonly #inFlight = new Set<number>();
  #lines: MessageLines | null = new MessageLines(maxRequestBytes);
  #wants: 'nothing' | 'events' | 'all' = 'nothing';
  /** Characters of events that the system has not taken. */
  #unreadEvents = 0;
  #refused = 0;
  #isEnding = false;

  constructor(options: ControlConnectionOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#socket.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.#socket.on('end', () => this.#hungUp());
    this.#socket.on('drain', () => this.#socket.resume());
    // A caller that is gone needs no answer.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => this.#closed());
  }

  get wants(): 'nothing' | 'events' | 'all' {
    return this.#wants;
  }

  /** @param text one line, made once for all that hear of it. @returns false when it was cut off for not reading. */
  tell(text: string): boolean {
    if (this.#isEnding) return true;
    // Only events count: behind a long answer they wait without anybody's fault.
    if (this.#unreadEvents + text.length > maxUnreadBytes) {
      this.#isEnding = true;
      this.#socket.destroy();
      return false;
    }
    this.#unreadEvents += text.length;
    this.#socket.write(text, () => (this.#unreadEvents -= text.length));
    return true;
  }

  /** Answers that are under way are given up; what has been said can still be read for a moment. */
  end(error: AppError): void {
    for (const id of this.#inFlight) this.#write(refusal(id, error));
    this.#inFlight.clear();
    this.#finish();
  }

  /** Says why there is no place for it. */
  turnAway(error: AppError): void {
    this.#refuse(null, error);
    this.#finish();
  }

  #hear(chunk: Buffer): void {
    // After the last word the rest is read and forgotten: a caller in the middle of writing would not see it otherwise.
    if (this.#lines === null) return;
    const lines = this.#lines.push(chunk);
    if (lines === null) {
      this.#refuse(null, invalid(`a message is longer than ${maxRequestBytes} bytes`));
      this.#finish();
      return;
    }
    for (const line of lines) this.#take(line);
    // Who does not read the answers is not listened to.
    if (this.#socket.writableNeedDrain) this.#socket.pause();
  }

  #take(line: Buffer): void {
    const read = readRequest(line);
    if (read.kind === 'invalid') {
      this.#refuse(null, invalid(read.problem));
      return;
    }
    const { request } = read;
    const { id } = request;
    if (this.#inFlight.has(id)) {
      // Another answer with this number would be taken for the first one's.
      this.#refuse(null, invalid(`the call ${id} is not answered yet`));
    } else if (this.#inFlight.size >= maxCallsInFlight) {
      const message = `${maxCallsInFlight} calls of this connection wait for their answers already`;
      this.#refuse(id, new AppError('CALL_REFUSED', message));
    } else if (request.call === subscribeCall) {
      this.#subscribe(request);
    } else {
      this.#inFlight.add(id);
      void this.#answer(request);
    }
  }

  #subscribe({ id, input }: Request): void {
    const given = subscribeInput.safeParse(input);
    if (!given.success) {
      this.#refuse(id, invalid(`the input of ${subscribeCall} does not fit: ${firstIssue(given.error)}`));
      return;
    }
    this.#wants = given.data.all ? 'all' : 'events';
    this.#write({ id, ok: true, value: {} });
    this.#options.onSubscription();
  }

  async #answer({ id, call, input }: Request): Promise<void> {
    const { handlers } = this.#options;
    try {
      if (!isCallName(call)) throw invalid('there is no such call');
      const value = await answerCall(handlers, call, input);
      this.#conclude(id, { id, ok: true, value });
    } catch (error) {
      if (error instanceof AppError && error.code === 'CALL_INVALID') this.#countRefused(error);
      this.#conclude(id, refusal(id, this.#expected(call, error)));
    }
  }

  /** A bug is for the log; the caller only hears that there was one. */
  #expected(call: string, error: unknown): AppError {
    if (error instanceof AppError && error.code !== 'CALL_FAILED') return error;
    const cause = error instanceof AppError ? (error.cause ?? error) : error;
    this.#options.logger.error({ call, cause: messageOf(cause) }, 'a call failed');
    return error instanceof AppError
      ? error
      : new AppError('CALL_FAILED', `${call} failed; the log of the running Vedette says why`);
  }

  #conclude(id: number, reply: Reply): void {
    // Not there any more: it was given up.
    if (!this.#inFlight.delete(id)) return;
    this.#write(reply);
    if (this.#socket.readableEnded && this.#inFlight.size === 0) this.#finish();
  }

  #refuse(id: number | null, error: AppError): void {
    this.#countRefused(error);
    this.#write(refusal(id, error));
  }

  #countRefused(error: AppError): void {
    this.#refused += 1;
    this.#options.onRefused();
    // The first of a flood; how many there were is said at the end.
    if (this.#refused > 1) return;
    this.#options.logger.warn(
      { code: error.code, problem: error.message },
      'a message on the control socket was refused',
    );
  }

  #write(reply: Reply): void {
    if (!this.#isEnding && !this.#socket.destroyed) this.#socket.write(this.#lineOf(reply));
  }

  /** An answer that cannot be written down, such as one with a bigint in it, is a bug like any other. */
  #lineOf(reply: Reply): string {
    try {
      return lineOf(reply);
    } catch (error) {
      return lineOf(refusal(reply.id, this.#expected('an answer', error)));
    }
  }

  /** It will ask no more: it has its answers, and hears no events, because nobody could tell whether it still listens. */
  #hungUp(): void {
    if (this.#inFlight.size === 0) this.#finish();
    else this.#unsubscribe();
  }

  #finish(): void {
    this.#lines = null;
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#unsubscribe();
    this.#socket.end();
    this.#socket.resume();
    setTimeout(() => this.#socket.destroy(), closeWithinMs).unref();
  }

  #unsubscribe(): void {
    if (this.#wants === 'nothing') return;
    this.#wants = 'nothing';
    this.#options.onSubscription();
  }

  #closed(): void {
    this.#isEnding = true;
    this.#lines = null;
    this.#inFlight.clear();
    if (this.#refused > 1)
      this.#options.logger.warn({ refused: this.#refused }, 'messages of one connection were refused');
    this.#unsubscribe();
    this.#options.onClose();
  }
}

/** `clean` is only for who asks for all. */
export function isForEverybody(event: FeedEvent): boolean {
  if (event.kind !== 'verdict') return true;
  const { result } = event;
  return !(
    typeof result === 'object' &&
    result !== null &&
    'verdict' in result &&
    result.verdict === 'clean'
  );
}

function invalid(message: string): AppError {
  return new AppError('CALL_INVALID', message);
}
