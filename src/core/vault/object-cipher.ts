// The cryptography of a vault object: a key per object, wrapped for its header; each chunk knows its place and whether it is the last.
import { createCipheriv, createDecipheriv, randomBytes, type DecipherGCM } from 'node:crypto';

export const keyBytes = 32;
export const tagBytes = 16;
const nonceBytes = 12;
/** Nonce, the object key encrypted, tag. */
export const wrappedKeyBytes = nonceBytes + keyBytes + tagBytes;

const algorithm = 'aes-256-gcm';

/** @param front everything that stands before the wrapped key: a change of it makes unwrapping fail. */
export function wrapKey(objectKey: Buffer, vaultKey: Buffer, front: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, vaultKey, nonce, { authTagLength: tagBytes }).setAAD(front);
  return Buffer.concat([nonce, cipher.update(objectKey), cipher.final(), cipher.getAuthTag()]);
}

/** null for another vault key, or a front or wrapped key that was changed. */
export function unwrapKey(wrapped: Buffer, vaultKey: Buffer, front: Buffer): Buffer | null {
  const nonce = wrapped.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, vaultKey, nonce, { authTagLength: tagBytes }).setAAD(front);
  return authenticated(decipher, wrapped.subarray(nonceBytes));
}

export interface ChunkPlace {
  readonly index: number;
  readonly isFinal: boolean;
}

/** Counters as nonces never repeat, because no key seals two objects. @returns the chunk with its tag behind it. */
export function sealChunk(objectKey: Buffer, plain: Buffer, place: ChunkPlace): Buffer {
  const cipher = createCipheriv(algorithm, objectKey, chunkNonce(place), { authTagLength: tagBytes });
  cipher.setAAD(chunkPlaceBytes(place));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** null where one bit is not as it was sealed, or the chunk is not at its place. */
export function openChunk(objectKey: Buffer, sealedWithTag: Buffer, place: ChunkPlace): Buffer | null {
  const decipher = createDecipheriv(algorithm, objectKey, chunkNonce(place), { authTagLength: tagBytes });
  decipher.setAAD(chunkPlaceBytes(place));
  return authenticated(decipher, sealedWithTag);
}

function authenticated(decipher: DecipherGCM, sealedWithTag: Buffer): Buffer | null {
  const tagAt = sealedWithTag.length - tagBytes;
  decipher.setAuthTag(sealedWithTag.subarray(tagAt));
  const plain = decipher.update(sealedWithTag.subarray(0, tagAt));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plain;
}

function chunkNonce({ index }: ChunkPlace): Buffer {
  const nonce = Buffer.alloc(nonceBytes);
  nonce.writeBigUInt64BE(BigInt(index), nonceBytes - 8);
  return nonce;
}

function chunkPlaceBytes({ index, isFinal }: ChunkPlace): Buffer {
  const place = Buffer.alloc(9);
  place.writeBigUInt64BE(BigInt(index));
  place.writeUInt8(isFinal ? 1 : 0, 8);
  return place;
}
