// The window's carrier: one wrapper looks at who sent a message, then at its size, and only then hands it to the door of the pages.
import { isAbsolute } from 'node:path';
import { problemOfInput } from '../api/plain-input.ts';
import type { Logger } from '../core/logger.ts';
import type { StateMessage } from '../shared/app-state.ts';
import { AppError, messageOf, type ErrorCode } from '../shared/errors.ts';
import type { PageReply } from '../shared/page-transport.ts';
import { channels } from './channels.ts';
import { isOwnPage } from './own-page.ts';
import { StateFollowers, type Page } from './state-followers.ts';

/** Knows the calls, says who acts, checks what goes in and out. */
export interface Door {
  answer(name: unknown, input: unknown): Promise<PageReply>;
  /** From now on the page may name these paths. */
  issue(paths: readonly string[]): void;
  /** And those in what it is told. */
  learn(message: StateMessage): void;
}

/** What of an `IpcMainInvokeEvent` counts here. */
export interface IpcEvent {
  readonly sender: Page;
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

export interface IpcPort {
  handle(channel: string, listener: (event: IpcEvent, ...args: unknown[]) => Promise<unknown>): void;
  removeHandler(channel: string): void;
}

export interface IpcServerOptions {
  readonly ipc: IpcPort;
  /** Of our window; null while there is none. */
  readonly ownContentsId: () => number | null;
  /** Both wait until Vedette has started. */
  readonly door: () => Promise<Door>;
  readonly subscribe: (listener: (message: StateMessage) => void) => Promise<() => void>;
  readonly logger: Logger;
}

const maxDropped = 1000;
const done: PageReply = { ok: true, value: {} };

export class IpcServer implements Disposable {
  readonly #options: IpcServerOptions;
  readonly #followers: StateFollowers;
  #refused = 0;

  constructor(options: IpcServerOptions) {
    this.#options = options;
    this.#followers = new StateFollowers({
      async subscribe(listener) {
        const door = await options.door();
        return await options.subscribe((message) => {
          door.learn(message);
          listener(message);
        });
      },
    });
    this.#handle(channels.call, async (_page, name, input) => (await options.door()).answer(name, input));
    this.#handle(channels.drop, async (_page, paths) => ({ ok: true, value: await this.#dropped(paths) }));
    this.#handle(channels.follow, async (page, id) => {
      if (!isFollower(id)) return refusal('CALL_INVALID', 'a follower has a number');
      await this.#followers.follow(page, id);
      return done;
    });
    this.#handle(channels.unfollow, async (page, id) => {
      if (isFollower(id)) this.#followers.unfollow(page, id);
      return done;
    });
  }

  /** Messages that never came to the door: of strangers, or too large. */
  get refused(): number {
    return this.#refused;
  }

  /** The page is gone or has been loaded anew: whatever it followed, it follows no more. */
  forget(contentsId: number): void {
    this.#followers.forget(contentsId);
  }

  [Symbol.dispose](): void {
    for (const channel of Object.values(channels)) this.#options.ipc.removeHandler(channel);
    this.#followers[Symbol.dispose]();
  }

  #handle(channel: string, answer: (page: Page, ...args: unknown[]) => Promise<PageReply>): void {
    this.#options.ipc.handle(channel, async (event, ...args) => {
      const { sender, senderFrame } = event;
      const frame =
        senderFrame === null ? null : { url: senderFrame.url, isMain: senderFrame.parent === null };
      if (!isOwnPage({ contentsId: sender.id, frame }, this.#options.ownContentsId()))
        return this.#refuse(channel, 'CALL_REFUSED', 'only the window of Vedette is answered here');
      const problem = problemOfInput(args);
      if (problem !== null)
        return this.#refuse(channel, 'CALL_INVALID', `the message cannot be taken: ${problem}`);
      try {
        return await answer(sender, ...args);
      } catch (error) {
        return this.#failed(channel, error);
      }
    });
  }

  #refuse(channel: string, code: ErrorCode, message: string): PageReply {
    this.#refused += 1;
    // A counter and one line, not a flood.
    if (this.#refused === 1)
      this.#options.logger.warn({ channel, cause: message }, 'a message to the app was refused');
    return refusal(code, message);
  }

  #failed(channel: string, error: unknown): PageReply {
    if (error instanceof AppError) return refusal(error.code, error.message);
    this.#options.logger.error({ channel, cause: messageOf(error) }, 'a message could not be answered');
    return refusal('CALL_FAILED', 'Vedette could not answer; its log says why.');
  }

  async #dropped(paths: unknown): Promise<readonly string[]> {
    if (!Array.isArray(paths) || paths.length > maxDropped)
      throw new AppError('CALL_INVALID', `at most ${maxDropped} files can be dropped at once`);
    const given = paths.filter((path) => typeof path === 'string' && isAbsolute(path));
    (await this.#options.door()).issue(given);
    return given;
  }
}

function isFollower(id: unknown): id is number {
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0;
}

function refusal(code: ErrorCode, message: string): PageReply {
  return { ok: false, error: { code, message, details: {} } };
}
