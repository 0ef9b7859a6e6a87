// What a running Vedette tells whoever listens: terminal, local socket, the pages. A listener never holds up the line.
import type { FeedEvent } from '../../shared/contract.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Logger } from '../logger.ts';

export interface FeedInterest {
  /** false: all but verdicts, of which a burst brings a hundred thousand. */
  readonly verdicts?: boolean;
}

export class Feed {
  /** Each with whether it wants verdicts. */
  readonly #listeners = new Map<(event: FeedEvent) => void, boolean>();
  readonly #logger: Logger;
  #verdictListeners = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Whether anybody listens: what costs something to put together need not be. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** The same for verdicts. */
  get hearsVerdicts(): boolean {
    return this.#verdictListeners > 0;
  }

  emit(event: FeedEvent): void {
    for (const [listener, wantsVerdicts] of this.#listeners) {
      if (event.kind === 'verdict' && !wantsVerdicts) continue;
      try {
        listener(event);
      } catch (error) {
        this.#logger.error({ cause: messageOf(error) }, 'a listener failed');
      }
    }
  }

  /** @returns the end of it. */
  subscribe(listener: (event: FeedEvent) => void, { verdicts = true }: FeedInterest = {}): () => void {
    // One that is handed in twice is two: each ends for itself.
    function own(event: FeedEvent): void {
      listener(event);
    }
    this.#listeners.set(own, verdicts);
    if (verdicts) this.#verdictListeners += 1;
    return () => {
      if (this.#listeners.delete(own) && verdicts) this.#verdictListeners -= 1;
    };
  }
}
