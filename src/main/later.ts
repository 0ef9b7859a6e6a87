// A thing that is on its way: who asks for it early waits, but never longer than a deadline, and all hear why it does not come.
import { orLate } from '../core/or-late.ts';
import { AppError } from '../shared/errors.ts';

export class Later<Value> {
  readonly #arrival = Promise.withResolvers<Value>();
  readonly #longestWaitMs: number;
  readonly #tooLate: string;

  /** @param tooLate what is said to who has waited in vain, a sentence. */
  constructor(longestWaitMs: number, tooLate: string) {
    this.#longestWaitMs = longestWaitMs;
    this.#tooLate = tooLate;
    // Whoever asks hears of a failure; that nobody has asked yet is none.
    this.#arrival.promise.catch(() => {});
  }

  arrived(value: Value): void {
    this.#arrival.resolve(value);
  }

  failed(error: unknown): void {
    this.#arrival.reject(error);
  }

  /** @throws what it failed with; AppError CALL_FAILED when it takes too long. */
  async get(): Promise<Value> {
    return await orLate(this.#arrival.promise, this.#longestWaitMs, () => {
      throw new AppError('CALL_FAILED', this.#tooLate);
    });
  }
}
