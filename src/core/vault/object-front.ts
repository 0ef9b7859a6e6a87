// The front of a vault object, read but not believed: its lengths must agree with each other and with the file.
import { readAt, statDescriptor } from './descriptor-io.ts';
import { wrappedKeyBytes } from './object-cipher.ts';
import { decodeHeader, maxHeaderBytes, type ObjectHeader } from './object-header.ts';
import { contentOffsetOf, decodePrefix, objectBytes, prefixBytes } from './object-layout.ts';

/** Why an object cannot be used: changed, cut short, unreadable, or sealed with another key. */
export interface DamagedObject {
  readonly kind: 'damaged';
  readonly problem: string;
}

export interface FoundHeader {
  readonly kind: 'ok';
  readonly header: ObjectHeader;
  readonly contentOffset: number;
  /** Bytes of the whole object. */
  readonly storedBytes: number;
}

export interface ObjectFront {
  readonly kind: 'ok';
  readonly found: FoundHeader;
  /** Everything before the wrapped key, which only opens together with it. */
  readonly front: Buffer;
  readonly wrappedKey: Buffer;
}

/** At most the prefix, a header within its bound, and the wrapped key are in memory. @throws the error of `node:fs`. */
export async function readFront(descriptor: number): Promise<ObjectFront | DamagedObject> {
  const stats = await statDescriptor(descriptor);
  if (!stats.isFile()) return damaged('it is not a regular file');
  const prefixSpace = Buffer.alloc(prefixBytes);
  if ((await readAt(descriptor, prefixSpace, 0)) !== prefixBytes) return damaged('it is cut short');
  const prefix = decodePrefix(prefixSpace, maxHeaderBytes);
  if (prefix.kind === 'damaged') return prefix;
  const { headerBytes } = prefix;
  const space = Buffer.alloc(headerBytes + wrappedKeyBytes);
  if ((await readAt(descriptor, space, prefixBytes)) !== space.length) return damaged('it is cut short');
  const header = decodeHeader(space.subarray(0, headerBytes));
  if (header === null) return damaged('its header is not one');
  const expectedBytes = objectBytes(headerBytes, header.size_bytes);
  if (Number(stats.size) !== expectedBytes) {
    return damaged(Number(stats.size) < expectedBytes ? 'it is cut short' : 'it is longer than it was');
  }
  return {
    kind: 'ok',
    found: { kind: 'ok', header, contentOffset: contentOffsetOf(headerBytes), storedBytes: expectedBytes },
    front: Buffer.concat([prefixSpace, space.subarray(0, headerBytes)]),
    wrappedKey: space.subarray(headerBytes),
  };
}

export function damaged(problem: string): DamagedObject {
  return { kind: 'damaged', problem };
}
