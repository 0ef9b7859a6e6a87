// `--files-from`: names from a file or standard input, byte for byte, a line each or NUL separated.
import { createReadStream, fstatSync, openSync } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import { decodePath } from '../core/files/raw-path.ts';
import { AppError, messageOf } from '../shared/errors.ts';

const newline = 0x0a;
/** No system takes a longer path: a longer record is not a list of names. */
const maxNameBytes = 64 * 1024;

export interface PathList {
  /** As the user gave it. */
  readonly source: string;
  readonly stream: Readable;
}

/**
 * @param source path of a file, or `-` for standard input
 * @throws AppError FILE_UNREADABLE
 */
export function openPathList(source: string): PathList {
  if (source === '-') return { source: 'standard input', stream: process.stdin };
  try {
    const descriptor = openSync(source, 'r');
    if (fstatSync(descriptor).isDirectory()) throw new TypeError('it is a folder');
    return { source, stream: createReadStream(source, { fd: descriptor }) };
  } catch (error) {
    throw unreadable(source, error);
  }
}

/**
 * Yields the names as they come, many together; empty records are passed over. Ends early when `signal` aborts.
 * @throws AppError FILE_UNREADABLE
 */
export async function* readPathList(
  { source, stream }: PathList,
  nulSeparated: boolean,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const separator = nulSeparated ? 0 : newline;
  const chunks: AsyncIterable<Buffer> = addAbortSignal(signal, stream);
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of chunks) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const names: string[] = [];
      let start = 0;
      for (let end = bytes.indexOf(separator); end !== -1; end = bytes.indexOf(separator, start)) {
        if (end > start) names.push(decodePath(bytes.subarray(start, end)));
        start = end + 1;
      }
      if (names.length > 0) yield names;
      rest = bytes.subarray(start);
      if (rest.length > maxNameBytes) throw new RangeError(`a name of more than ${maxNameBytes} bytes`);
    }
  } catch (error) {
    if (signal.aborted) return;
    throw unreadable(source, error);
  }
  if (rest.length > 0) yield [decodePath(rest)];
}

function unreadable(source: string, error: unknown): AppError {
  return new AppError(
    'FILE_UNREADABLE',
    `the list of files in ${source} cannot be read: ${messageOf(error)}`,
    {
      cause: error,
    },
  );
}
