// SHA-256 keys in one block of memory, open addressing: 37 bytes a slot, no object an entry; never full by construction.
import { Buffer } from 'node:buffer';

const keyBytes = 32;
/** Four slots in five may be taken: linear probing stays short. */
const maxLoad = 0.8;

export const slotEmpty = 0;

/** A table for at most `capacity` keys. SHA-256 is evenly spread, so its first four bytes choose the slot. */
export class HashTable {
  readonly #slots: number;
  readonly #keys: Buffer;
  readonly #marks: Uint8Array;
  readonly #values: Uint32Array;
  #size = 0;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#slots = Math.ceil((capacity + 1) / maxLoad);
    this.#keys = Buffer.alloc(this.#slots * keyBytes);
    this.#marks = new Uint8Array(this.#slots);
    this.#values = new Uint32Array(this.#slots);
  }

  get size(): number {
    return this.#size;
  }

  /** The mark of the key, `slotEmpty` when it is not there. */
  markOf(key: Uint8Array): number {
    return this.#marks[this.#slotOf(key)] ?? slotEmpty;
  }

  valueOf(key: Uint8Array): number {
    return this.#values[this.#slotOf(key)] ?? 0;
  }

  /**
   * Puts the key in unless it is there; the mark (1 to 255) and value of an earlier one stay.
   * @returns the mark of the earlier one, or `slotEmpty` when the key is new.
   */
  add(key: Uint8Array, mark: number, value: number): number {
    const slot = this.#slotOf(key);
    const earlier = this.#marks[slot] ?? slotEmpty;
    if (earlier !== slotEmpty) return earlier;
    if (this.#size >= this.#capacity) throw new RangeError('more keys than the table was made for');
    this.#keys.set(key, slot * keyBytes);
    this.#marks[slot] = mark;
    this.#values[slot] = value;
    this.#size += 1;
    return slotEmpty;
  }

  /** The slot that holds the key, or the empty one where it belongs. */
  #slotOf(key: Uint8Array): number {
    if (key.length !== keyBytes) throw new RangeError(`a key has ${keyBytes} bytes, not ${key.length}`);
    let slot = Math.floor((firstUint32(key) * this.#slots) / 0x1_0000_0000);
    while (this.#marks[slot] !== slotEmpty && !this.#holds(slot, key)) {
      slot += 1;
      if (slot === this.#slots) slot = 0;
    }
    return slot;
  }

  #holds(slot: number, key: Uint8Array): boolean {
    const start = slot * keyBytes;
    for (let index = 0; index < keyBytes; index += 1) {
      if (this.#keys[start + index] !== key[index]) return false;
    }
    return true;
  }
}

/** Big endian, unsigned. */
function firstUint32(key: Uint8Array): number {
  return (key[0] ?? 0) * 0x100_0000 + (((key[1] ?? 0) << 16) | ((key[2] ?? 0) << 8) | (key[3] ?? 0));
}
