// One timer for any number of waiting things: they stand in slots of time, and a slot is taken as a whole when it is due.

/** Pure: time is passed in. A thing is never given out before its time, and at most one tick late. */
export class TimerWheel<Item> {
  readonly #tickMs: number;
  readonly #slots = new Map<number, Item[]>();
  #lastTick: number | null = null;
  #size = 0;

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  get size(): number {
    return this.#size;
  }

  /** What is added while its slot is being given out, or later, comes with the next `takeDue`. */
  add(item: Item, dueMs: number): void {
    const tick = Math.max(Math.ceil(dueMs / this.#tickMs), (this.#lastTick ?? -Infinity) + 1);
    const slot = this.#slots.get(tick);
    if (slot === undefined) this.#slots.set(tick, [item]);
    else slot.push(item);
    this.#size += 1;
  }

  /** All that is due, the earliest first. */
  takeDue(nowMs: number): Item[] {
    const tick = Math.floor(nowMs / this.#tickMs);
    const due: Item[] = [];
    for (const slot of this.#slotsUntil(tick)) {
      for (const item of this.#slots.get(slot) ?? []) due.push(item);
      this.#slots.delete(slot);
    }
    this.#lastTick = Math.max(this.#lastTick ?? tick, tick);
    this.#size -= due.length;
    return due;
  }

  /** After a long rest there are more ticks than slots: then the slots are asked instead. */
  #slotsUntil(tick: number): number[] {
    const first = this.#lastTick === null ? -Infinity : this.#lastTick + 1;
    if (tick - first > this.#slots.size)
      return [...this.#slots.keys()].filter((slot) => slot <= tick).toSorted((one, other) => one - other);
    const slots: number[] = [];
    for (let slot = first; slot <= tick; slot += 1) if (this.#slots.has(slot)) slots.push(slot);
    return slots;
  }
}
