// Reading from an open descriptor: all of it once for the hash, its beginning kept, and any part again where needed.
import { createHash, hash } from 'node:crypto';
import { readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReadAt } from '../core/engines/scan-engine.ts';

/** `changed`: the file is not as long as it was when it was identified. */
export type Reading =
  | {
      readonly kind: 'read';
      readonly sha256: string;
      /** The beginning, as much as the buffer takes: all of the file unless it is larger. */
      readonly head: Buffer;
    }
  | { readonly kind: 'changed' };

export const chunkBytes = 1024 * 1024;

/** Hashes all of the file, with a turn for others after every chunk, and leaves its beginning in `buffer`. */
export async function readAll(descriptor: number, sizeBytes: number, buffer: Buffer): Promise<Reading> {
  // Some file systems say 0 and still have content.
  if (sizeBytes === 0 && readFully(descriptor, buffer.subarray(0, 1), 0) > 0) return { kind: 'changed' };
  const head = buffer.subarray(0, Math.min(sizeBytes, buffer.length));
  if (readFully(descriptor, head, 0) < head.length) return { kind: 'changed' };
  if (head.length === sizeBytes) return { kind: 'read', sha256: hash('sha256', head), head };

  const digest = createHash('sha256').update(head);
  const chunk = Buffer.allocUnsafe(chunkBytes);
  for (let offset = head.length; offset < sizeBytes; offset += chunkBytes) {
    const part = chunk.subarray(0, Math.min(chunkBytes, sizeBytes - offset));
    if (readFully(descriptor, part, offset) < part.length) return { kind: 'changed' };
    digest.update(part);
    await nextTurn();
  }
  return { kind: 'read', sha256: digest.digest('hex'), head };
}

/** The whole file in chunks: from memory where all of it is there, read again otherwise. Chunks may share their memory. */
export async function* chunksOf(descriptor: number, sizeBytes: number, head: Buffer): AsyncGenerator<Buffer> {
  if (head.length === sizeBytes) {
    for (let offset = 0; offset < sizeBytes; offset += chunkBytes) {
      yield head.subarray(offset, offset + chunkBytes);
    }
    return;
  }
  const chunk = Buffer.allocUnsafe(chunkBytes);
  for (let offset = 0; offset < sizeBytes; offset += chunkBytes) {
    const read = readFully(descriptor, chunk, offset);
    yield chunk.subarray(0, read);
    if (read < chunk.length) return;
  }
}

/** Random access: from memory where it is there, from the descriptor otherwise. */
export function readerAt(descriptor: number, sizeBytes: number, head: Buffer): ReadAt {
  return (offset, length) => {
    if (offset + length <= head.length) return head.subarray(offset, offset + length);
    const bytes = Buffer.allocUnsafe(Math.min(length, Math.max(0, sizeBytes - offset)));
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, offset));
  };
}

/** Bytes read: fewer than asked for only at the end of the file. */
export function readFully(descriptor: number, target: Buffer, position: number): number {
  let done = 0;
  while (done < target.length) {
    const read = readSync(descriptor, target, done, target.length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
