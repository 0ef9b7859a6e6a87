// The entries used last, at most so many and so many bytes; every operation takes the same time however many there are.

const none = -1;

/**
 * A list through slots beside a Map from key to slot. The usual way, to take an entry out of the Map and put it in
 * again with each use, makes V8 rebuild the whole table over and over: ten times slower with 100,000 entries.
 */
export class Lru<V extends object> {
  readonly #maxEntries: number;
  readonly #sizeOf: (value: V) => number;
  readonly #maxBytes: number;
  readonly #slots = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #values: (V | undefined)[] = [];
  /** For each slot the one used just after it, and the one used just before it. */
  readonly #newer: Int32Array;
  readonly #older: Int32Array;
  readonly #free: number[] = [];
  #newest = none;
  #oldest = none;
  #sizeBytes = 0;
  #evictions = 0;

  /**
   * @param maxEntries 0 keeps nothing.
   * @param sizeOf about how many bytes an entry takes, its key included; always the same for the same value.
   * @param maxBytes of all together; an entry that is larger alone is not kept.
   */
  constructor(maxEntries: number, sizeOf: (value: V) => number, maxBytes = Number.POSITIVE_INFINITY) {
    this.#maxEntries = maxEntries;
    this.#sizeOf = sizeOf;
    this.#maxBytes = maxBytes;
    this.#newer = new Int32Array(maxEntries).fill(none);
    this.#older = new Int32Array(maxEntries).fill(none);
  }

  get size(): number {
    return this.#slots.size;
  }

  get room(): number {
    return this.#maxEntries - this.#slots.size;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Entries that had to go for others since the start. */
  get evictions(): number {
    return this.#evictions;
  }

  has(key: string): boolean {
    return this.#slots.has(key);
  }

  get(key: string): V | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    this.#use(slot);
    return this.#values[slot];
  }

  set(key: string, value: V): void {
    if (this.#maxEntries <= 0) return;
    this.delete(key);
    const sizeBytes = this.#sizeOf(value);
    if (sizeBytes > this.#maxBytes) return;
    while (this.#slots.size >= this.#maxEntries || this.#sizeBytes + sizeBytes > this.#maxBytes) {
      this.delete(this.#keys[this.#oldest] ?? '');
      this.#evictions += 1;
    }
    const slot = this.#free.pop() ?? this.#keys.length;
    this.#slots.set(key, slot);
    this.#keys[slot] = key;
    this.#values[slot] = value;
    this.#append(slot);
    this.#sizeBytes += sizeBytes;
  }

  delete(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    const value = this.#values[slot];
    if (value !== undefined) this.#sizeBytes -= this.#sizeOf(value);
    this.#unlink(slot);
    this.#slots.delete(key);
    this.#keys[slot] = '';
    this.#values[slot] = undefined;
    this.#free.push(slot);
  }

  clear(): void {
    this.#slots.clear();
    this.#keys.length = 0;
    this.#values.length = 0;
    this.#free.length = 0;
    this.#newest = none;
    this.#oldest = none;
    this.#sizeBytes = 0;
  }

  #use(slot: number): void {
    if (slot === this.#newest) return;
    this.#unlink(slot);
    this.#append(slot);
  }

  #append(slot: number): void {
    this.#older[slot] = this.#newest;
    this.#newer[slot] = none;
    if (this.#newest === none) this.#oldest = slot;
    else this.#newer[this.#newest] = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const newer = this.#newer[slot] ?? none;
    const older = this.#older[slot] ?? none;
    if (newer === none) this.#newest = older;
    else this.#older[newer] = older;
    if (older === none) this.#oldest = newer;
    else this.#newer[older] = newer;
  }
}
