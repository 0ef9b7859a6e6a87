// Questions to file systems that may never answer: each has a deadline, a place is asked one thing at a time, and few places at once.

interface Look {
  readonly place: string;
  /** Resolves when the file system has answered, well or badly. */
  readonly begin: () => Promise<void>;
}

export interface LookLimits {
  /** From the question to the answer, waiting included: a network that is slow, or a disk that has to start, needs seconds. */
  readonly deadlineMs: number;
  /** A file system that hangs keeps a thread, and node has four of them for all files. */
  readonly maxOut: number;
}

const usualLimits: LookLimits = { deadlineMs: 10_000, maxOut: 2 };

export class BoundedLooks {
  readonly #limits: LookLimits;
  readonly #waiting = new Set<Look>();
  /** Places that have not answered yet. */
  readonly #out = new Set<string>();
  /** Those of them that have let somebody wait for too long: until they answer nobody else waits for them. */
  readonly #late = new Set<string>();

  constructor(limits: Partial<LookLimits> = {}) {
    this.#limits = { ...usualLimits, ...limits };
  }

  /** null: no answer in time. Rejects with what `look` throws. */
  async ask<T extends object>(place: string, look: () => Promise<T>): Promise<T | null> {
    if (this.#late.has(place) || this.#late.size >= this.#limits.maxOut) return null;
    const answer = Promise.withResolvers<T | null>();
    const question: Look = { place, begin: () => look().then(answer.resolve, answer.reject) };
    const timer = setTimeout(() => {
      this.#waiting.delete(question);
      if (this.#out.has(place)) this.#late.add(place);
      answer.resolve(null);
    }, this.#limits.deadlineMs);
    this.#waiting.add(question);
    this.#beginNext();
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #beginNext(): void {
    for (const question of this.#waiting) {
      if (this.#out.size >= this.#limits.maxOut) break;
      if (!this.#out.has(question.place)) void this.#begin(question);
    }
  }

  async #begin(question: Look): Promise<void> {
    const { place, begin } = question;
    this.#waiting.delete(question);
    this.#out.add(place);
    await begin();
    this.#out.delete(place);
    this.#late.delete(place);
    this.#beginNext();
  }
}
