// One quarantined file as one file of the vault: a readable header, then the content encrypted; nothing of it is believed unauthenticated.
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fstatSync } from 'node:fs';
import { AppError } from '../../shared/errors.ts';
import { describeFsError, isFsError, openForScan } from '../files/open-file.ts';
import { readAt, statDescriptor, syncDescriptor, writeAt } from './descriptor-io.ts';
import { keyBytes, openChunk, sealChunk, tagBytes, unwrapKey, wrapKey } from './object-cipher.ts';
import { damaged, readFront, type DamagedObject, type FoundHeader } from './object-front.ts';
import { encodeHeader, type ObjectHeader } from './object-header.ts';
import { chunkBytes, chunkCount, contentOffsetOf, encodePrefix } from './object-layout.ts';
import { changedWhileRead, plainChunks, type ContentSource } from './plain-chunks.ts';

export interface ObjectToWrite {
  /** Of a new, empty file that is open for writing. */
  readonly descriptor: number;
  readonly source: ContentSource;
  /** Its hash and size are those of the file that was scanned: other content is refused. */
  readonly header: ObjectHeader;
  readonly vaultKey: Buffer;
}

export interface WrittenObject {
  readonly storedBytes: number;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** As it stands in the object: what made it too long was left out. */
  readonly header: ObjectHeader;
}

/** What `readContent` needs; only `openHeader` makes one. */
export interface OpenedObject extends FoundHeader {
  readonly objectKey: Buffer;
}

/**
 * Writes a whole object and waits until it is on the disk.
 * @throws AppError VAULT_REFUSED (`details.changed`) when the content is not that of the header; the error of `node:fs`
 *   (ENOSPC and so on); what the source throws. The file then holds nothing of use, and the caller removes it.
 */
export async function writeObject({
  descriptor,
  source,
  header: wanted,
  vaultKey,
}: ObjectToWrite): Promise<WrittenObject> {
  const sizeBytes = wanted.size_bytes;
  if ('descriptor' in source && source.sizeBytes !== sizeBytes) throw changedWhileRead();
  if ((await statDescriptor(descriptor)).size !== 0n) throw new RangeError('the object is not empty');
  const { bytes, header } = encodeHeader(wanted);
  const front = Buffer.concat([encodePrefix(bytes.length), bytes]);
  const objectKey = randomBytes(keyBytes);
  await writeAt(descriptor, Buffer.concat([front, wrapKey(objectKey, vaultKey, front)]), 0);

  const hash = createHash('sha256');
  const count = chunkCount(sizeBytes);
  let position = contentOffsetOf(bytes.length);
  let index = 0;
  for await (const plain of plainChunks(source, sizeBytes)) {
    hash.update(plain);
    const sealed = sealChunk(objectKey, plain, { index, isFinal: index === count - 1 });
    await writeAt(descriptor, sealed, position);
    position += sealed.length;
    index += 1;
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== header.sha256) throw changedWhileRead();
  await syncDescriptor(descriptor);
  return { storedBytes: position, sha256, sizeBytes, header };
}

/**
 * A descriptor that the caller closes; a link, a folder, a FIFO or a device is refused.
 * @param path in the spelling of `raw-path.ts`. @throws AppError VAULT_REFUSED; the error of `node:fs`.
 */
export function openObject(path: string): number {
  const descriptor = openForScan(path);
  try {
    if (fstatSync(descriptor).isFile()) return descriptor;
    throw new AppError('VAULT_REFUSED', 'it is not a regular file', { details: { damaged: true } });
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/**
 * The header as it stands there, NOT authenticated: good for a list, never for deciding where to write.
 * @param object a path in the spelling of `raw-path.ts`, or a descriptor.
 */
export async function readHeader(object: string | number): Promise<FoundHeader | DamagedObject> {
  return await orDamaged(async () => {
    if (typeof object === 'number') {
      const found = await readFront(object);
      return found.kind === 'ok' ? found.found : found;
    }
    const descriptor = openObject(object);
    try {
      return await readHeader(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** The header, proven to be what was written with this key, and what it takes to read the content. */
export async function openHeader(
  descriptor: number,
  vaultKey: Buffer,
): Promise<OpenedObject | DamagedObject> {
  return await orDamaged(async () => {
    const read = await readFront(descriptor);
    if (read.kind === 'damaged') return read;
    const objectKey = unwrapKey(read.wrappedKey, vaultKey, read.front);
    if (objectKey === null) return damaged('its header was changed, or it was made with another key');
    return { ...read.found, objectKey };
  });
}

/**
 * The content, a chunk at a time, each of them proven before it is handed out. Only when this ends without an error was
 * it all; the last chunk is held back until the hash of the whole is right.
 * @throws AppError VAULT_REFUSED with `details.damaged`.
 */
export async function* readContent(descriptor: number, opened: OpenedObject): AsyncGenerator<Buffer> {
  const { header, contentOffset, objectKey } = opened;
  const hash = createHash('sha256');
  const count = chunkCount(header.size_bytes);
  const sealed = Buffer.allocUnsafe(Math.min(chunkBytes, header.size_bytes) + tagBytes);
  let position = contentOffset;
  for (let index = 0; index < count; index += 1) {
    const plainBytes = Math.min(chunkBytes, header.size_bytes - index * chunkBytes);
    const target = sealed.subarray(0, plainBytes + tagBytes);
    if ((await readOrRefuse(descriptor, target, position)) !== target.length) {
      throw damagedContent('it is cut short');
    }
    position += target.length;
    const isFinal = index === count - 1;
    const plain = openChunk(objectKey, target, { index, isFinal });
    if (plain === null) throw damagedContent('its content was changed');
    hash.update(plain);
    if (isFinal) {
      if (hash.digest('hex') !== header.sha256) throw damagedContent('its content has another hash');
      if ((await readOrRefuse(descriptor, Buffer.alloc(1), position)) !== 0) {
        throw damagedContent('something was appended to it');
      }
    }
    yield plain;
  }
}

/** Reads all of it. */
export async function verifyObject(
  descriptor: number,
  vaultKey: Buffer,
): Promise<{ readonly kind: 'intact'; readonly header: ObjectHeader } | DamagedObject> {
  const opened = await openHeader(descriptor, vaultKey);
  if (opened.kind === 'damaged') return opened;
  return await orDamaged(async () => {
    const chunks = readContent(descriptor, opened);
    while ((await chunks.next()).done !== true);
    return { kind: 'intact', header: opened.header };
  });
}

async function readOrRefuse(descriptor: number, target: Buffer, position: number): Promise<number> {
  try {
    return await readAt(descriptor, target, position);
  } catch (error) {
    throw damagedContent(describeFsError(error).detail, error);
  }
}

/** Failures of the disk and refusals become the answer; a bug stays a throw. */
async function orDamaged<T>(work: () => Promise<T>): Promise<T | DamagedObject> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'VAULT_REFUSED') return damaged(error.message);
    if (isFsError(error)) return damaged(describeFsError(error).detail);
    throw error;
  }
}

function damagedContent(problem: string, cause?: unknown): AppError {
  return new AppError('VAULT_REFUSED', `the quarantined file is damaged: ${problem}`, {
    cause,
    details: { damaged: true, problem },
  });
}
