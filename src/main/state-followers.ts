// Which page follows the state: each follower gets the snapshot first, and hears no more as soon as its page is gone.
import type { StateMessage } from '../shared/app-state.ts';
import { AppError } from '../shared/errors.ts';
import { channels } from './channels.ts';

/** What of `WebContents` counts here. */
export interface Page {
  readonly id: number;
  isDestroyed(): boolean;
  send(channel: string, ...args: unknown[]): void;
}

export interface StateFollowersOptions {
  readonly subscribe: (listener: (message: StateMessage) => void) => Promise<() => void>;
}

interface Following {
  readonly page: Page;
  readonly id: number;
  /** null until the subscription is there. */
  unsubscribe: (() => void) | null;
}

/** A page needs one; one that is replaced while it loads needs two. */
const maxFollowers = 16;

export class StateFollowers implements Disposable {
  readonly #subscribe: StateFollowersOptions['subscribe'];
  readonly #followings = new Map<string, Following>();

  constructor({ subscribe }: StateFollowersOptions) {
    this.#subscribe = subscribe;
  }

  get count(): number {
    return this.#followings.size;
  }

  /** @throws AppError CALL_REFUSED for too many, or the same twice; what the start of Vedette failed with. */
  async follow(page: Page, id: number): Promise<void> {
    const key = keyOf(page.id, id);
    if (this.#followings.size >= maxFollowers || this.#followings.has(key))
      throw new AppError('CALL_REFUSED', `a page can follow the state at most ${maxFollowers} times`);
    const following: Following = { page, id, unsubscribe: null };
    this.#followings.set(key, following);
    try {
      const unsubscribe = await this.#subscribe((message) => this.#send(following, message));
      // Its page may be gone by now.
      if (this.#followings.get(key) === following) following.unsubscribe = unsubscribe;
      else unsubscribe();
    } catch (error) {
      this.#followings.delete(key);
      throw error;
    }
  }

  unfollow(page: Page, id: number): void {
    this.#end(keyOf(page.id, id));
  }

  forget(contentsId: number): void {
    for (const [key, { page }] of this.#followings) if (page.id === contentsId) this.#end(key);
  }

  /** Vedette ends: who follows is told so. */
  [Symbol.dispose](): void {
    for (const [key, { page, id }] of this.#followings) {
      this.#end(key);
      if (!page.isDestroyed()) page.send(channels.lost, id);
    }
  }

  #send(following: Following, message: StateMessage): void {
    const { page, id } = following;
    const key = keyOf(page.id, id);
    if (this.#followings.get(key) !== following) return;
    if (page.isDestroyed()) this.#end(key);
    else page.send(channels.state, id, message);
  }

  #end(key: string): void {
    const following = this.#followings.get(key);
    this.#followings.delete(key);
    following?.unsubscribe?.();
  }
}

function keyOf(contentsId: number, id: number): string {
  return `${contentsId}:${id}`;
}
