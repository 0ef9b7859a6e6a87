// Cuts what comes over a connection into lines; never holds more of one than the bound.
import { Buffer } from 'node:buffer';

const newline = 0x0a;

export class MessageLines {
  readonly #maxBytes: number;
  /** Pieces of the line that has not ended: joined once, so that a line in many pieces costs no more than one in few. */
  #pieces: Buffer[] = [];
  #pendingBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that `chunk` completes, without their newline and without empty ones; null when one is over the bound. */
  push(chunk: Buffer): readonly Buffer[] | null {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = this.#complete(chunk.subarray(start, end));
      if (line === null) return null;
      if (line.length > 0) lines.push(line);
      start = end + 1;
    }
    return this.#keep(chunk.subarray(start)) ? lines : null;
  }

  #complete(end: Buffer): Buffer | null {
    if (this.#pieces.length === 0) return end.length > this.#maxBytes ? null : end;
    if (!this.#keep(end)) return null;
    const line = Buffer.concat(this.#pieces, this.#pendingBytes);
    this.#pieces = [];
    this.#pendingBytes = 0;
    return line;
  }

  #keep(piece: Buffer): boolean {
    this.#pendingBytes += piece.length;
    if (this.#pendingBytes > this.#maxBytes) {
      this.#pieces = [];
      return false;
    }
    // A copy, because a slice would keep the whole network buffer alive.
    if (piece.length > 0) this.#pieces.push(Buffer.from(piece));
    return true;
  }
}
