// 64 bits for a key as two 32-bit halves; the same key always gives the same halves on one kind of machine.
import { Buffer } from 'node:buffer';

/** Longer keys are told apart by this much of their beginning and by their length. An identity has about 60. */
const maxKeyBytes = 256;

/**
 * Own code after two free designs: words and the first half are mixed as in MurmurHash3_x86_32 (Austin Appleby, public
 * domain, https://github.com/aappleby/smhasher/wiki/MurmurHash3), the second half as a round of XXH32
 * (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). Made for ASCII such as identities: of other
 * characters only the lower eight bits count. Not for secrets.
 */
export class KeyHasher {
  /** `charCodeAt` is asked what kind of string it has at every character: copying the text first is three times faster. */
  readonly #bytes = Buffer.alloc(maxKeyBytes + 8);
  readonly #words = new Int32Array(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length / 4);
  #first = 0;
  #second = 0;

  /** Of the key hashed last; signed. */
  get first(): number {
    return this.#first;
  }

  get second(): number {
    return this.#second;
  }

  hash(key: string): void {
    const bytes = this.#bytes;
    const length = bytes.write(key, 0, maxKeyBytes, 'latin1');
    // What an earlier key left in the last word must not count.
    bytes[length] = 0;
    bytes[length + 1] = 0;
    bytes[length + 2] = 0;
    const words = this.#words;
    const wordCount = (length + 3) >>> 2;
    words[wordCount] = 0;
    let first = 0x2f0b_4c47;
    let second = 0x6a09_e667;
    // Two independent chains of half the length each: the processor works on both at once.
    for (let index = 0; index < wordCount; index += 2) {
      first = (Math.imul(rotate(first ^ mixWord(words[index] ?? 0), 13), 5) + 0xe654_6b64) | 0;
      second = Math.imul(
        rotate((second + Math.imul(words[index + 1] ?? 0, 0x85eb_ca77)) | 0, 13),
        0x9e37_79b1,
      );
    }
    first = finish(first ^ key.length);
    second = finish((second + key.length) | 0);
    // Each half depends on both lanes: two keys share all their positions only when they collide in both.
    this.#first = (first + second) | 0;
    this.#second = (second + this.#first) | 0;
  }
}

function mixWord(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0xcc9e_2d51), 15), 0x1b87_3593);
}

function rotate(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}

/** The finalizer of MurmurHash3: every bit of the input reaches every bit of the output. */
function finish(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
