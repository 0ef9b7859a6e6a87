// A carrier whose other side is the test.
import type { StateMessage } from '../../../../src/shared/app-state.ts';
import type { PageReply, PageTransport } from '../../../../src/shared/page-transport.ts';
import type { Visibility } from '../../../../src/renderer/client/state-store.ts';

interface Follower {
  readonly tell: (message: StateMessage) => void;
  readonly lose: () => void;
  isStopped: boolean;
}

export class FakeTransport implements PageTransport {
  readonly kind: PageTransport['kind'];
  readonly followers: Follower[] = [];
  readonly calls: string[] = [];
  reply: PageReply = { ok: true, value: {} };

  constructor(kind: PageTransport['kind'] = 'desktop') {
    this.kind = kind;
  }

  /** The one that follows now. */
  get follower(): Follower | undefined {
    return this.followers.find(({ isStopped }) => !isStopped);
  }

  call(name: string): Promise<PageReply> {
    this.calls.push(name);
    return Promise.resolve(this.reply);
  }

  on(tell: (message: StateMessage) => void, lose: () => void): () => void {
    const follower: Follower = { tell, lose, isStopped: false };
    this.followers.push(follower);
    return () => {
      follower.isStopped = true;
    };
  }

  drop(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
}

export class FakeVisibility implements Visibility {
  #isHidden = false;
  #listeners = new Set<() => void>();

  readonly isHidden = (): boolean => this.#isHidden;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(isHidden: boolean): void {
    this.#isHidden = isHidden;
    for (const listener of this.#listeners) listener();
  }
}
