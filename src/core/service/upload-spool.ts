// Where the body of a request lies while it is scanned: a file of the service alone, that nothing can run, gone in any case afterwards.
import { randomBytes } from 'node:crypto';
import { chmodSync, constants, lstatSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError, messageOf } from '../../shared/errors.ts';
import { codeOf, isFsError } from '../files/open-file.ts';
import { encodePath, pathBytes } from '../files/raw-path.ts';
import { describeWriteError } from '../files/write-failure.ts';

export interface SpooledUpload extends AsyncDisposable {
  readonly path: string;
  readonly sizeBytes: number;
}

const platformConstants: Readonly<Record<string, number | undefined>> = constants;
const spoolFlags =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (platformConstants['O_NOFOLLOW'] ?? 0);

/** Databases and vault lie on the same disk: clients cannot fill it. */
const reserveBytes = 128 * 1024 * 1024;

/** In a folder that is there, such as the data folder. */
export class UploadSpool {
  readonly #folder: string;
  readonly #freeBytes: (folder: string) => number;
  /** Of the uploads under way, as large as they may become. */
  #promisedBytes = 0;
  #isReady = false;
  #isEmptied = false;

  /** Removes what an earlier process left in the folder. A folder that cannot be used is told with each upload. */
  constructor(folder: string, freeBytes: (folder: string) => number = freeBytesAt) {
    this.#folder = folder;
    this.#freeBytes = freeBytes;
    try {
      this.#prepare();
    } catch (error) {
      if (!isFsError(error) && !(error instanceof AppError)) throw error;
    }
  }

  /**
   * Takes the body to its end. Beyond `maxBytes` it is left where it is, neither read on nor closed: whoever gave it can
   * still answer.
   * @throws AppError TOO_LARGE; CALL_INVALID when the body breaks off; FILE_UNWRITABLE; SHUTTING_DOWN when the signal
   * comes. Nothing is left of it then.
   */
  async receive(body: Readable, maxBytes: number, signal: AbortSignal): Promise<SpooledUpload> {
    // It may break off before it is read, and after it was refused: no reason for this process to end.
    body.on('error', ignore);
    this.#checkRoom(maxBytes);
    this.#promisedBytes += maxBytes;
    try {
      return await this.#take(body, maxBytes, signal);
    } finally {
      this.#promisedBytes -= maxBytes;
    }
  }

  async #take(body: Readable, maxBytes: number, signal: AbortSignal): Promise<SpooledUpload> {
    const path = join(this.#folder, randomBytes(16).toString('hex'));
    const handle = await this.#open(path);
    function onAbort(): void {
      body.destroy(stopped());
    }
    signal.addEventListener('abort', onAbort);
    let sizeBytes = 0;
    try {
      // It may have come meanwhile.
      if (signal.aborted) throw stopped();
      for await (const chunk of chunksOf(body)) {
        sizeBytes += chunk.length;
        if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
        await handle.appendFile(chunk);
      }
      await handle.close();
    } catch (error) {
      await handle.close().catch(() => {});
      await removeFile(path);
      throw asUnwritable(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    return { path, sizeBytes, [Symbol.asyncDispose]: () => removeFile(path) };
  }

  /** @throws AppError FILE_UNWRITABLE */
  #checkRoom(maxBytes: number): void {
    const freeBytes = this.#freeBytes(this.#folder) - this.#promisedBytes;
    if (freeBytes - maxBytes < reserveBytes)
      throw unwritable('there is too little room on the disk of the data folder');
  }

  async #open(path: string): Promise<FileHandle> {
    try {
      if (!this.#isReady) this.#prepare();
      return await open(encodePath(path), spoolFlags, 0o600);
    } catch (error) {
      // Somebody has removed the folder: it is made anew for the next one.
      if (codeOf(error) === 'ENOENT') this.#isReady = false;
      throw asUnwritable(error);
    }
  }

  #prepare(): void {
    const folder = encodePath(this.#folder);
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (!lstatSync(folder).isDirectory()) throw unwritable('the folder for uploads is a link or no folder');
    chmodSync(folder, 0o700);
    // Only once: what comes later belongs to uploads on their way.
    for (const name of this.#isEmptied ? [] : readdirSync(folder, { encoding: 'buffer' })) {
      const leftBehind = Buffer.concat([pathBytes(this.#folder), Buffer.from('/'), name]);
      rmSync(leftBehind, { recursive: true, force: true });
    }
    this.#isEmptied = true;
    this.#isReady = true;
  }
}

/** What is no folder is told when it is written to. */
function freeBytesAt(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(encodePath(folder));
    return bavail * bsize;
  } catch (error) {
    if (isFsError(error)) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

async function* chunksOf(body: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('the body of an upload is bytes');
      yield chunk;
    }
  } catch (error) {
    if (error instanceof TypeError || error instanceof AppError) throw error;
    const text = `the body of the request broke off: ${messageOf(error)}`;
    throw new AppError('CALL_INVALID', text, { cause: error });
  }
}

function ignore(): void {
  // Whoever reads the body is told.
}

/** What cannot be removed now is removed at the next start. */
async function removeFile(path: string): Promise<void> {
  await rm(encodePath(path), { force: true }).catch(() => {});
}

function tooLarge(maxBytes: number): AppError {
  const details = { max_bytes: maxBytes };
  return new AppError('TOO_LARGE', `the upload is larger than ${maxBytes} bytes`, { details });
}

function stopped(): AppError {
  return new AppError('SHUTTING_DOWN', 'the upload was given up before it was whole');
}

function unwritable(why: string, cause?: unknown): AppError {
  return new AppError('FILE_UNWRITABLE', `the upload cannot be kept for the scan: ${why}`, { cause });
}

/** Anything that is no error of the file system as it is. */
function asUnwritable(error: unknown): unknown {
  if (!isFsError(error)) return error;
  return unwritable(describeWriteError(error) ?? codeOf(error), error);
}
