// Vault objects for the tests: written into a folder of the test, and changed there.
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { ObjectHeader } from '../../../../src/core/vault/object-header.ts';
import {
  openObject,
  verifyObject,
  writeObject,
  type WrittenObject,
} from '../../../../src/core/vault/vault-object.ts';
import type { Detection } from '../../../../src/shared/verdict.ts';

export const vaultKey = Buffer.alloc(32, 7);

export const sampleDetection: Detection = {
  engine: 'yara',
  name: 'Sample\u202e\n',
  severity: 'high',
  kind: 'rule',
  meta: { author: 'a test', score: 80 },
  matches: [{ pattern: '$a', offset: 3, length: 2, bytes_hex: 'abcd' }],
};

export function headerFor(content: Uint8Array, changes: Partial<ObjectHeader> = {}): ObjectHeader {
  return {
    id: '0123456789abcdef0123456789abcdef',
    path: '/home/a\udcff/bad\n.exe',
    size_bytes: content.length,
    sha256: hash('sha256', content),
    mode: 0o4755,
    uid: 1000,
    gid: 1000,
    mtime_ns: '1700000000123456789',
    detections: [sampleDetection],
    quarantined_at: 1_700_000_001.5,
    actor: 'user test',
    other_links: ['/home/a\udcff/other'],
    other_link_count: 3,
    xattrs: {},
    ...changes,
  };
}

export async function writeSample(
  file: string,
  content: Buffer,
  header: ObjectHeader = headerFor(content),
  source: AsyncIterable<Buffer> | { descriptor: number; sizeBytes: number } = oneByOne([content]),
): Promise<WrittenObject> {
  const descriptor = openSync(file, 'wx+');
  try {
    return await writeObject({ descriptor, source, header, vaultKey });
  } finally {
    closeSync(descriptor);
  }
}

// oxlint-disable-next-line typescript/require-await -- a source is asynchronous even where it need not wait
export async function* oneByOne(pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

export async function withObject<T>(file: string, work: (descriptor: number) => Promise<T>): Promise<T> {
  const descriptor = openObject(file);
  try {
    return await work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What the vault says of these bytes. */
export async function verdictOn(file: string, bytes: Uint8Array, key = vaultKey): Promise<string> {
  writeFileSync(file, bytes);
  const result = await withObject(file, (descriptor) => verifyObject(descriptor, key));
  return result.kind === 'intact' ? 'intact' : result.problem;
}
