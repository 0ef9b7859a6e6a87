// Reads files where something was found: only what was scanned is given away, and a disk that hangs costs an answer, not the program.
import { hash, type BinaryLike } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { Finding } from '../../shared/finding.ts';
import { identityOf } from '../files/file-identity.ts';
import { describeFsError, isFsError, scanOpenFlags } from '../files/open-file.ts';
import { encodePath } from '../files/raw-path.ts';
import type { ReadBytes, Span } from './match-context.ts';
import { orLate } from '../or-late.ts';

export type FoundFile = Pick<Finding, 'path' | 'identity' | 'sha256' | 'size_bytes'>;

const deadlineMs = 5000;
/** Each may hold a thread of the four that all calls on files share. */
const maxUnderWay = 2;
/** Of a file that was touched, moved away and back, all is read to see whether its content is the same. */
const maxWholeBytes = 16 * 1024 * 1024;
const isOther = 'The file was changed since it was scanned.';
const noAnswer = `The bytes cannot be shown: the disk did not answer within ${deadlineMs / 1000} s.`;

export class FoundFiles {
  readonly #deadlineMs: number;
  readonly #open: typeof open;
  #underWay = 0;

  constructor(options: { readonly deadlineMs?: number; readonly open?: typeof open } = {}) {
    this.#deadlineMs = options.deadlineMs ?? deadlineMs;
    this.#open = options.open ?? open;
  }

  /** The bytes of these spans, of the very file or at least the very content that was scanned; or why not, in one sentence. */
  async bytes(file: FoundFile, spans: readonly Span[]): Promise<ReadBytes | string> {
    return await this.#reading(noAnswer, async () => {
      try {
        await using handle = await this.#found(file.path);
        return await bytesOf(handle, file, spans);
      } catch (error) {
        if (!isFsError(error)) throw error;
        return `The bytes cannot be shown: ${describeFsError(error).detail}.`;
      }
    });
  }

  /** MD5 in hex, as packages have it, of a file whose content is what was scanned; null for any other. */
  async md5(file: FoundFile): Promise<string | null> {
    return await this.#reading(null, async () => {
      try {
        await using handle = await this.#found(file.path);
        const content = await sameContent(handle, file);
        return content === null ? null : md5Of(content);
      } catch (error) {
        if (!isFsError(error)) throw error;
        return null;
      }
    });
  }

  /** Never through a link, never waiting for a writer, as the scan did. */
  async #found(path: string): Promise<FileHandle> {
    return await this.#open(encodePath(path), scanOpenFlags);
  }

  async #reading<Answer>(late: Answer, read: () => Promise<Answer>): Promise<Answer> {
    if (this.#underWay >= maxUnderWay) return late;
    this.#underWay += 1;
    const reading = read().finally(() => {
      this.#underWay -= 1;
    });
    return await orLate(reading, this.#deadlineMs, () => late);
  }
}

async function bytesOf(
  handle: FileHandle,
  file: FoundFile,
  spans: readonly Span[],
): Promise<ReadBytes | string> {
  if ((await identityIn(handle)) === file.identity) {
    const pieces = new Map<number, Buffer>();
    for (const { start, length } of spans) {
      const known = pieces.get(start)?.length ?? 0;
      if (known < length) pieces.set(start, await readAt(handle, start, length));
    }
    // Written to while it was read: these may be bytes that nobody has scanned.
    if ((await identityIn(handle)) !== file.identity) return isOther;
    return ({ start, length }) => (pieces.get(start) ?? Buffer.alloc(0)).subarray(0, length);
  }
  const content = await sameContent(handle, file);
  return content === null ? isOther : ({ start, length }) => content.subarray(start, start + length);
}

/** null for what is no regular file. */
async function identityIn(handle: FileHandle): Promise<string | null> {
  const stats = await handle.stat({ bigint: true });
  return stats.isFile() ? identityOf(stats) : null;
}

/** All of the file where it is, by its hash, what was scanned; else null. */
async function sameContent(
  handle: FileHandle,
  { sha256, size_bytes: sizeBytes }: FoundFile,
): Promise<Buffer | null> {
  const stats = await handle.stat();
  if (sha256 === null || !stats.isFile() || stats.size !== sizeBytes || sizeBytes > maxWholeBytes)
    return null;
  const content = await readAt(handle, 0, sizeBytes);
  return hash('sha256', content) === sha256 ? content : null;
}

async function readAt(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let have = 0;
  while (have < length) {
    const { bytesRead } = await handle.read(bytes, have, length - have, start + have);
    if (bytesRead === 0) break;
    have += bytesRead;
  }
  return bytes.subarray(0, have);
}

/** null where the cryptography of the system refuses MD5. */
function md5Of(content: BinaryLike): string | null {
  try {
    return hash('md5', content);
  } catch {
    return null;
  }
}
