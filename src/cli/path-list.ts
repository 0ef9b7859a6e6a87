// `--files-from`: names from a file or standard input, byte for byte, a line each or NUL separated.
import { createReadStream } from 'node:fs';
import { decodePath } from '../core/files/raw-path.ts';
import { AppError, messageOf } from '../shared/errors.ts';

const newline = 0x0a;
/** No system takes a longer path: a longer record is not a list of names. */
const maxNameBytes = 64 * 1024;

/**
 * Yields each name; empty records are passed over.
 * @param source path of a file, or `-` for standard input
 * @throws AppError FILE_UNREADABLE
 */
export async function* readPathList(source: string, nulSeparated: boolean): AsyncGenerator<string> {
  const separator = nulSeparated ? 0 : newline;
  const stream: AsyncIterable<Buffer> = source === '-' ? process.stdin : createReadStream(source);
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  try {
    for await (const chunk of stream) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(separator); end !== -1; end = bytes.indexOf(separator, start)) {
        if (end > start) yield decodePath(bytes.subarray(start, end));
        start = end + 1;
      }
      rest = bytes.subarray(start);
      if (rest.length > maxNameBytes) throw new RangeError(`a name of more than ${maxNameBytes} bytes`);
    }
  } catch (error) {
    const name = source === '-' ? 'standard input' : source;
    throw new AppError(
      'FILE_UNREADABLE',
      `the list of files in ${name} cannot be read: ${messageOf(error)}`,
      { cause: error },
    );
  }
  if (rest.length > 0) yield decodePath(rest);
}
