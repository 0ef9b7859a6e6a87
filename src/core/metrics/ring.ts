// The newest of what was pushed, oldest first; the bound can change while it is in use, and the newest stay.

export class Ring<T> {
  #capacity = 0;
  #items: T[] = [];
  /** Where the oldest stands; 0 until the ring is full. */
  #oldest = 0;

  constructor(capacity: number) {
    this.setCapacity(capacity);
  }

  get size(): number {
    return this.#items.length;
  }

  /** At 0 nothing is kept. */
  push(item: T): void {
    if (this.#items.length < this.#capacity) {
      this.#items.push(item);
    } else if (this.#capacity > 0) {
      this.#items[this.#oldest] = item;
      this.#oldest += 1;
      if (this.#oldest === this.#capacity) this.#oldest = 0;
    }
  }

  /** @throws RangeError when it is not a whole number from 0. */
  setCapacity(capacity: number): void {
    if (!Number.isSafeInteger(capacity) || capacity < 0) throw new RangeError(`no capacity: ${capacity}`);
    this.#items = this.latest(capacity);
    this.#oldest = 0;
    this.#capacity = capacity;
  }

  /** Up to `limit` of the newest, oldest first. */
  latest(limit: number = this.size): T[] {
    const inOrder = [...this.#items.slice(this.#oldest), ...this.#items.slice(0, this.#oldest)];
    return inOrder.slice(Math.max(0, inOrder.length - Math.max(0, limit)));
  }

  [Symbol.iterator](): Iterator<T> {
    return this.latest()[Symbol.iterator]();
  }
}
