// Content cut into the chunks of a vault object: exactly as many bytes as were announced, or an error, whatever the source does.
import { AppError } from '../../shared/errors.ts';
import { readAt } from './descriptor-io.ts';
import { chunkBytes } from './object-layout.ts';

/** A descriptor is read from its beginning, wherever it stands. */
export type ContentSource =
  | AsyncIterable<Buffer>
  | { readonly descriptor: number; readonly sizeBytes: number };

/**
 * Every chunk but the last is full; an empty content is one empty chunk. A chunk is good until the next one is asked for.
 * @throws AppError VAULT_REFUSED when the source has fewer or more bytes; the error of `node:fs`, or of the source.
 */
export async function* plainChunks(source: ContentSource, sizeBytes: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, sizeBytes));
  let filled = 0;
  let total = 0;
  for await (const piece of piecesOf(source, sizeBytes)) {
    total += piece.length;
    if (total > sizeBytes) throw changedWhileRead();
    for (let at = 0; at < piece.length;) {
      const count = piece.copy(chunk, filled, at);
      at += count;
      filled += count;
      if (filled === chunk.length) {
        yield chunk;
        filled = 0;
      }
    }
  }
  if (total !== sizeBytes) throw changedWhileRead();
  if (filled > 0 || sizeBytes === 0) yield chunk.subarray(0, filled);
}

export function changedWhileRead(): AppError {
  return new AppError('VAULT_REFUSED', 'the file changed while it was read', { details: { changed: true } });
}

async function* piecesOf(source: ContentSource, sizeBytes: number): AsyncGenerator<Buffer> {
  if (!('descriptor' in source)) {
    yield* source;
    return;
  }
  const buffer = Buffer.allocUnsafe(chunkBytes);
  // One byte more than announced is enough to know that it has grown.
  for (let position = 0; position <= sizeBytes;) {
    const count = await readAt(source.descriptor, buffer, position);
    if (count === 0) return;
    yield buffer.subarray(0, count);
    position += count;
  }
}
