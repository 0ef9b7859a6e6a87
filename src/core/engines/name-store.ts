// Names as UTF-8 in one growing block, told apart by a number: a million names cost their bytes, not a million strings.
import { Buffer } from 'node:buffer';

const maxNameBytes = 0xffff;
/** Names that were stored lately and are not stored twice; lists often repeat a family name. */
const maxRemembered = 65_536;

export class NameStore {
  #block: Buffer = Buffer.allocUnsafe(4096);
  /** 0 means the empty name. */
  #used = 1;
  #remembered = new Map<string, number>();

  /** A number from 0 to 2³² − 1 that `nameOf` turns into the name again. @throws RangeError beyond 4 GiB. */
  add(name: string): number {
    if (name === '') return 0;
    const known = this.#remembered.get(name);
    if (known !== undefined) return known;
    const bytes = Buffer.from(name).subarray(0, maxNameBytes);
    const at = this.#used;
    if (at > 0xffff_ffff) throw new RangeError('more than 4 GiB of names');
    this.#reserve(bytes.length + 2);
    this.#block.writeUInt16LE(bytes.length, at);
    this.#block.set(bytes, at + 2);
    this.#used += bytes.length + 2;
    if (this.#remembered.size < maxRemembered) this.#remembered.set(name, at);
    return at;
  }

  nameOf(number: number): string {
    if (number === 0) return '';
    const length = this.#block.readUInt16LE(number);
    return this.#block.toString('utf8', number + 2, number + 2 + length);
  }

  /** Gives back what only adding needs. */
  seal(): void {
    this.#remembered = new Map();
    this.#block = Buffer.from(this.#block.subarray(0, this.#used));
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#block.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#block.length * 2, this.#used + bytes));
    larger.set(this.#block.subarray(0, this.#used));
    this.#block = larger;
  }
}
