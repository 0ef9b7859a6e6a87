// The state that the pages draw: one snapshot and the slices after it; who is not looked at does not listen.
import type { AppState, SliceName, StateMessage } from '../../shared/app-state.ts';
import type { PageTransport } from '../../shared/page-transport.ts';

/**
 * `connecting`: nothing is known yet. `lost`: what is shown is old; it is tried again. `refused`: this page has no
 * session; nothing is tried any more.
 */
export type Connection = 'connecting' | 'live' | 'lost' | 'refused';

export interface Visibility {
  readonly isHidden: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
}

const firstRetryMs = 500;
const longestRetryMs = 10_000;

export class StateStore implements Disposable {
  readonly #transport: PageTransport;
  readonly #visibility: Visibility;
  readonly #listeners = new Set<() => void>();
  readonly #stopVisibility: () => void;
  #state: AppState | null = null;
  #connection: Connection = 'connecting';
  #unsubscribe: (() => void) | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #retryMs = firstRetryMs;

  constructor(transport: PageTransport, visibility: Visibility) {
    this.#transport = transport;
    this.#visibility = visibility;
    this.#stopVisibility = visibility.subscribe(() => this.#follow());
    this.#follow();
  }

  get state(): AppState | null {
    return this.#state;
  }

  get connection(): Connection {
    return this.#connection;
  }

  slice<Name extends SliceName>(name: Name): AppState[Name] | null {
    return this.#state === null ? null : this.#state[name];
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  refuse(): void {
    if (this.#connection === 'refused') return;
    this.#stopVisibility();
    this.#stop();
    this.#connection = 'refused';
    this.#tell();
  }

  [Symbol.dispose](): void {
    this.#stopVisibility();
    this.#stop();
    this.#listeners.clear();
  }

  #follow(): void {
    if (this.#connection === 'refused') return;
    if (this.#visibility.isHidden()) this.#stop();
    else if (this.#unsubscribe === null && this.#retry === null) this.#start();
  }

  #start(): void {
    let isOver = false;
    let unsubscribe: (() => void) | null = null;
    // What a carrier says after its end, or of its end twice, counts no more.
    function end(): void {
      isOver = true;
      unsubscribe?.();
    }
    this.#unsubscribe = end;
    unsubscribe = this.#transport.on(
      (message) => {
        if (!isOver) this.#take(message);
      },
      () => {
        if (!isOver) this.#lose();
      },
    );
    // It was lost before it was there.
    if (isOver) unsubscribe();
  }

  #stop(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #take(message: StateMessage): void {
    if (message.kind === 'snapshot') this.#state = message.state;
    else if (this.#state !== null) this.#state = { ...this.#state, [message.slice]: message.value };
    this.#connection = 'live';
    this.#retryMs = firstRetryMs;
    this.#tell();
  }

  #lose(): void {
    this.#stop();
    this.#connection = 'lost';
    this.#tell();
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#follow();
    }, this.#retryMs);
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const documentVisibility: Visibility = {
  isHidden: () => document.visibilityState === 'hidden',
  subscribe(listener) {
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  },
};
