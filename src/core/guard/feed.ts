// What a running Vedette tells whoever listens: terminal, local socket, later the window. A listener never holds up the line.
import type { FeedEvent } from '../../shared/contract.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';

export class Feed {
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Whether anybody listens: what costs something to put together need not be. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  emit(event: FeedEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error({ cause: messageOf(error) }, 'a listener failed');
      }
    }
  }

  /** @returns the end of it. */
  subscribe(listener: (event: FeedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
