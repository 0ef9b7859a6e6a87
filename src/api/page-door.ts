// The one door between pages and the contract, whoever carries the calls: nothing unchecked goes in, nothing is thrown out.
import { answerCall } from '../core/control/answer-call.ts';
import { isCallName } from '../core/control/control-message.ts';
import type { Logger } from '../core/logger.ts';
import type { StateMessage } from '../shared/app-state.ts';
import { calls, type CallName, type Handlers } from '../shared/contract.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import type { DesktopHandlers } from '../shared/page-calls.ts';
import type { PageReply } from '../shared/page-transport.ts';
import { answerDesktopCall, isDesktopCallName } from './answer-desktop-call.ts';
import { issuedHandlers } from './issued-handlers.ts';
import { IssuedPaths } from './issued-paths.ts';
import { problemOfInput } from './plain-input.ts';

export interface PageDoorOptions {
  readonly handlers: Handlers;
  /** Who acts, for the history: the page does not say it. */
  readonly actor: string;
  readonly logger: Logger;
  /** Calls that need a window system. */
  readonly extraCalls?: DesktopHandlers;
  /** Where an export lands that is given by its name alone, in a browser. */
  readonly exportFolder?: string | null;
}

export interface PageCounts {
  readonly calls: number;
  /** Not what the contract says, or with a path that the page does not have from us. */
  readonly refused: number;
}

/** A page asks for a handful at once. */
const maxInFlight = 64;

export class PageDoor {
  readonly #handlers: Handlers;
  readonly #extraCalls: DesktopHandlers | null;
  readonly #actor: string;
  readonly #logger: Logger;
  readonly #issued = new IssuedPaths();
  #calls = 0;
  #refused = 0;
  #inFlight = 0;

  constructor({ handlers, actor, logger, extraCalls, exportFolder }: PageDoorOptions) {
    this.#handlers = issuedHandlers({
      handlers,
      issued: this.#issued,
      exportFolder: exportFolder ?? null,
      mayBrowse: extraCalls === undefined,
    });
    this.#extraCalls = extraCalls ?? null;
    this.#actor = actor;
    this.#logger = logger;
  }

  get counts(): PageCounts {
    return { calls: this.#calls, refused: this.#refused };
  }

  /** A person has pointed at these, such as by dropping them on the window: the page may name them. */
  issue(paths: readonly string[]): void {
    for (const path of paths) this.#issued.add(path);
  }

  /** For each message of the state that a page is sent: it may name the paths in it. */
  learn(message: StateMessage): void {
    this.#issued.learn(message);
  }

  /** Always resolves. */
  async answer(name: unknown, input: unknown): Promise<PageReply> {
    this.#calls += 1;
    if (this.#inFlight >= maxInFlight) {
      this.#countRefused(name, 'too many at once');
      return failure(new AppError('CALL_REFUSED', `${maxInFlight} calls wait for their answers already`));
    }
    this.#inFlight += 1;
    try {
      const value = await this.#value(name, input);
      this.#issued.learn(value);
      return { ok: true, value };
    } catch (error) {
      return failure(this.#expected(name, error));
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #value(name: unknown, input: unknown): Promise<unknown> {
    if (typeof name !== 'string') throw invalid('the name of a call is a text');
    if (isCallName(name)) {
      const given = plainObject(name, input);
      return await answerCall(
        this.#handlers,
        name,
        hasActor(name) ? { ...given, actor: this.#actor } : given,
      );
    }
    if (this.#extraCalls !== null && isDesktopCallName(name))
      return await answerDesktopCall(this.#extraCalls, name, plainObject(name, input));
    throw invalid('there is no such call');
  }

  /** A bug is for the log; the page only hears that there was one. */
  #expected(name: unknown, error: unknown): AppError {
    if (error instanceof AppError && error.code === 'CALL_INVALID') this.#countRefused(name, error.message);
    if (error instanceof AppError && error.code !== 'CALL_FAILED') return error;
    const call = shownName(name);
    const cause = error instanceof AppError ? (error.cause ?? error) : error;
    this.#logger.error({ call, cause: messageOf(cause) }, 'a call of a page failed');
    return error instanceof AppError
      ? error
      : new AppError('CALL_FAILED', `${call} failed; the log of Vedette says why`);
  }

  #countRefused(name: unknown, problem: string): void {
    this.#refused += 1;
    // The 1st, the 10th, the 100th of a flood.
    if (!/^10*$/.test(String(this.#refused))) return;
    this.#logger.warn(
      { call: shownName(name), problem, refused: this.#refused },
      'a call of a page was refused',
    );
  }
}

/** @throws AppError CALL_INVALID */
function plainObject(name: string, input: unknown): object {
  const problem = problemOfInput(input) ?? problemOfObject(input);
  if (problem !== null) throw invalid(`the input of ${name} does not fit: ${problem}`);
  return typeof input === 'object' && input !== null ? input : {};
}

function problemOfObject(input: unknown): string | null {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return 'it is no object';
  return Object.hasOwn(input, 'actor') ? 'actor: who acts is not for a page to say' : null;
}

function hasActor(name: CallName): boolean {
  return 'actor' in calls[name].input.shape;
}

/** Whatever was sent as a name, for a log. */
function shownName(name: unknown): string {
  return typeof name === 'string' ? name.slice(0, 64) : typeof name;
}

function invalid(message: string): AppError {
  return new AppError('CALL_INVALID', message);
}

function failure({ code, message, details }: AppError): PageReply {
  // Every carrier can take what is plain.
  return { ok: false, error: { code, message, details: problemOfInput(details) === null ? details : {} } };
}
