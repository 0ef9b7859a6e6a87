// Events between the connection that brings them and the one loop that takes them; says when it has enough.
import type { FeedEvent } from '../../shared/contract.ts';

const fullAt = 1000;

export class EventQueue implements AsyncIterable<FeedEvent> {
  readonly #signal: AbortSignal;
  readonly #onTaken: () => void;
  #events: FeedEvent[] = [];
  #failure: { readonly error: unknown } | null = null;
  #wake: (() => void) | null = null;
  /** The loop was left: nobody takes any more. */
  #isOver = false;

  /** @param onTaken there may be room again */
  constructor(signal: AbortSignal, onTaken: () => void) {
    this.#signal = signal;
    this.#onTaken = onTaken;
  }

  get isFull(): boolean {
    return this.#events.length >= fullAt;
  }

  push(event: FeedEvent): void {
    if (this.#signal.aborted || this.#isOver) return;
    this.#events.push(event);
    this.#wake?.();
  }

  /** What is there already is still given out first. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FeedEvent> {
    const stop = (): void => this.#wake?.();
    this.#signal.addEventListener('abort', stop);
    try {
      while (!this.#signal.aborted) {
        const events = this.#events;
        this.#events = [];
        this.#onTaken();
        for (const event of events) {
          if (this.#signal.aborted) return;
          yield event;
        }
        if (this.#events.length > 0 || this.#signal.aborted) continue;
        if (this.#failure !== null) throw this.#failure.error;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = null;
      }
    } finally {
      this.#signal.removeEventListener('abort', stop);
      this.#isOver = true;
      this.#events = [];
      this.#onTaken();
    }
  }
}
