// Cuts what clamd sends into records that end in NUL, wherever the network cut it; holds 64 KB at most.
import { Buffer } from 'node:buffer';

/** No reply to a scan is a hundredth of this: more without a NUL is not clamd speaking. */
export const maxRecordBytes = 64 * 1024;

export class RecordReader {
  #rest = Buffer.alloc(0);

  /** Bytes of a record that has not ended. */
  get pendingBytes(): number {
    return this.#rest.length;
  }

  /** Whether those bytes are how a record begins that starts with this text. */
  mayBecome(start: string): boolean {
    const length = Math.min(start.length, this.#rest.length);
    return this.#rest.toString('latin1', 0, length) === start.slice(0, length);
  }

  /** The records that `chunk` completes, without their NUL; null when one is longer than the bound. */
  push(chunk: Buffer): readonly Buffer[] | null {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const records: Buffer[] = [];
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      if (end - start > maxRecordBytes) return null;
      records.push(bytes.subarray(start, end));
      start = end + 1;
    }
    if (bytes.length - start > maxRecordBytes) return null;
    // A copy, because a slice would keep the whole network buffer alive.
    this.#rest = Buffer.from(bytes.subarray(start));
    return records;
  }
}
