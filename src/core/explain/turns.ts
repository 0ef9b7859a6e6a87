// A few at a time, and what waits for the same is asked once: what is under way already is not joined, as it may know less.
import { AppError } from '../../shared/errors.ts';

export interface TurnsOptions {
  readonly atOnce: number;
  /** Different questions that wait. */
  readonly maxWaiting: number;
}

interface Waiting<Answer> {
  readonly answer: Promise<Answer>;
  readonly begin: () => void;
}

export class Turns<Key, Answer> {
  readonly #options: TurnsOptions;
  /** Oldest first. */
  readonly #waiting = new Map<Key, Waiting<Answer>>();
  #underWay = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** @throws AppError CALL_REFUSED when too many wait; what `work` throws. */
  async ask(key: Key, work: () => Promise<Answer>): Promise<Answer> {
    const joined = this.#waiting.get(key);
    if (joined !== undefined) return await joined.answer;
    if (this.#underWay >= this.#options.atOnce) {
      if (this.#waiting.size >= this.#options.maxWaiting) {
        throw new AppError('CALL_REFUSED', 'Too much is asked at once; ask again in a moment.');
      }
      const turn = Promise.withResolvers<void>();
      const answer = turn.promise.then(() => this.#run(work));
      this.#waiting.set(key, { answer, begin: () => turn.resolve() });
      return await answer;
    }
    this.#underWay += 1;
    return await this.#run(work);
  }

  async #run(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** Who waits takes the place over; it is never free in between. */
  #next(): void {
    for (const [key, { begin }] of this.#waiting) {
      this.#waiting.delete(key);
      begin();
      return;
    }
    this.#underWay -= 1;
  }
}
