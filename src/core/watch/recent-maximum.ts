// The largest value of the last minute, second by second: 60 numbers, however many values come.

const seconds = 60;

export class RecentMaximum {
  readonly #now: () => number;
  readonly #values = new Float64Array(seconds);
  /** Which second each slot holds. */
  readonly #stamps = new Float64Array(seconds).fill(Number.NEGATIVE_INFINITY);

  /** @param now milliseconds that only go forward. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(value: number): void {
    const second = Math.floor(this.#now() / 1000);
    const slot = second % seconds;
    const before = this.#stamps[slot] === second ? (this.#values[slot] ?? 0) : 0;
    this.#stamps[slot] = second;
    this.#values[slot] = Math.max(before, value);
  }

  /** 0 when nothing was added for a minute. */
  get value(): number {
    const oldest = Math.floor(this.#now() / 1000) - seconds;
    return this.#values.reduce(
      (largest, value, slot) =>
        (this.#stamps[slot] ?? Number.NEGATIVE_INFINITY) > oldest ? Math.max(largest, value) : largest,
      0,
    );
  }
}
