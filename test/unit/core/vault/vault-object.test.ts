import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chunkBytes, objectBytes, prefixBytes } from '../../../../src/core/vault/object-layout.ts';
import {
  openHeader,
  openObject,
  readContent,
  readHeader,
  verifyObject,
  writeObject,
} from '../../../../src/core/vault/vault-object.ts';
import { eicar } from '../../../helpers/eicar.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';
import { headerFor, oneByOne, vaultKey, verdictOn, withObject, writeSample } from './sample-object.ts';

const tagBytes = 16;

let folder: TemporaryFolder;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'object.q');
});
afterEach(() => folder[Symbol.dispose]());

async function readBack(object: string): Promise<Buffer> {
  return await withObject(object, async (descriptor) => {
    const opened = await openHeader(descriptor, vaultKey);
    if (opened.kind === 'damaged') throw new Error(opened.problem);
    return await collect(readContent(descriptor, opened));
  });
}

async function collect(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a vault object', () => {
  test.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 2 * chunkBytes + 1])(
    'gives back %i bytes as they were',
    async (size) => {
      const content = randomBytes(size);
      const header = headerFor(content);
      const written = await writeSample(file, content, header);
      const storedBytes = readFileSync(file).length;
      expect(written).toEqual({ storedBytes, sha256: header.sha256, sizeBytes: size, header });
      expect(await readHeader(file)).toMatchObject({ kind: 'ok', header, storedBytes });
      expect((await readBack(file)).equals(content)).toBe(true);
      expect(await withObject(file, (descriptor) => verifyObject(descriptor, vaultKey))).toEqual({
        kind: 'intact',
        header,
      });
    },
  );

  test('gives back any content in whatever pieces it came', async () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
        fc
          .record({ size: fc.constantFrom(chunkBytes - 1, chunkBytes, chunkBytes + 1), fill: fc.nat(255) })
          .map(({ size, fill }) => Buffer.alloc(size, fill)),
      ),
      { maxLength: 5 },
    );
    let turn = 0;
    await fc.assert(
      fc.asyncProperty(pieces, async (parts) => {
        const content = Buffer.concat(parts);
        const object = join(folder.path, `${turn++}.q`);
        await writeSample(object, content, headerFor(content), oneByOne(parts));
        expect((await readBack(object)).equals(content)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('is written from a descriptor, from its beginning wherever it stands', async () => {
    const content = randomBytes(chunkBytes + 5);
    const descriptor = openSync(folder.write('source', content), 'r');
    try {
      readFileSync(descriptor);
      const source = { descriptor, sizeBytes: content.length };
      await writeSample(file, content, headerFor(content), source);
    } finally {
      closeSync(descriptor);
    }
    expect((await readBack(file)).equals(content)).toBe(true);
  });

  test('holds neither the content nor the path in a form that another scanner finds', async () => {
    await writeSample(file, eicar(), headerFor(eicar(), { path: '/tmp/eicar.com' }));
    const stored = readFileSync(file);
    expect(stored.includes('EICAR')).toBe(false);
    expect(stored.includes('eicar.com')).toBe(false);
  });

  test('never looks like another of the same content: every object has a key of its own', async () => {
    const content = Buffer.alloc(100);
    await writeSample(file, content);
    const other = join(folder.path, 'other.q');
    await writeSample(other, content);
    expect(readFileSync(file).subarray(-116).equals(readFileSync(other).subarray(-116))).toBe(false);
  });
});

describe('writing a vault object', () => {
  const content = randomBytes(chunkBytes + 100);

  test.each([
    ['other bytes', Buffer.alloc(content.length)],
    ['fewer bytes', content.subarray(1)],
    ['more bytes', Buffer.concat([content, Buffer.of(0)])],
    ['no bytes', Buffer.alloc(0)],
  ])('refuses %s than were scanned', async (_name, now) => {
    const outcome = writeSample(file, content, headerFor(content), oneByOne([now]));
    await expect(outcome).rejects.toMatchObject({ code: 'VAULT_REFUSED', details: { changed: true } });
  });

  test('stops reading a source that grows without end', async () => {
    let asked = 0;
    // oxlint-disable-next-line typescript/require-await
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        asked += 1;
        yield Buffer.alloc(chunkBytes);
      }
    }
    await expect(writeSample(file, content, headerFor(content), endless())).rejects.toMatchObject({
      code: 'VAULT_REFUSED',
    });
    expect(asked).toBe(2);
  });

  test.each([content.length - 1, content.length + 1])(
    'refuses a descriptor on a file of %i bytes where others were scanned',
    async (size) => {
      const descriptor = openSync(folder.write('source', Buffer.alloc(size)), 'r');
      try {
        const source = { descriptor, sizeBytes: content.length };
        await expect(writeSample(file, content, headerFor(content), source)).rejects.toMatchObject({
          code: 'VAULT_REFUSED',
        });
      } finally {
        closeSync(descriptor);
      }
    },
  );

  test.skipIf(!existsSync('/dev/full'))('says that the disk is full, as the system does', async () => {
    const descriptor = openSync('/dev/full', 'w');
    try {
      const header = headerFor(content);
      const outcome = writeObject({ descriptor, source: oneByOne([content]), header, vaultKey });
      await expect(outcome).rejects.toMatchObject({ code: 'ENOSPC' });
    } finally {
      closeSync(descriptor);
    }
  });

  test('passes on the failure of the source', async () => {
    // oxlint-disable-next-line typescript/require-await
    async function* failing(): AsyncGenerator<Buffer> {
      yield content.subarray(0, 10);
      throw new Error('the disk failed');
    }
    await expect(writeSample(file, content, headerFor(content), failing())).rejects.toThrow(
      'the disk failed',
    );
  });

  test('never writes over what is there', async () => {
    const descriptor = openSync(folder.write('there', 'x'), 'r+');
    try {
      const header = headerFor(content);
      await expect(
        writeObject({ descriptor, source: oneByOne([content]), header, vaultKey }),
      ).rejects.toThrow(RangeError);
    } finally {
      closeSync(descriptor);
    }
    expect(readFileSync(join(folder.path, 'there'), 'utf8')).toBe('x');
  });
});

describe('a damaged vault object', () => {
  test('is known by a single bit of any of its bytes', async () => {
    const content = Buffer.from('some content');
    await writeSample(file, content, headerFor(content, { detections: [], other_links: [] }));
    const whole = readFileSync(file);
    const missed: number[] = [];
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at & 7));
      if ((await verdictOn(file, changed)) === 'intact') missed.push(at);
    }
    expect(missed).toEqual([]);
    expect(await verdictOn(file, whole)).toBe('intact');
  });

  test('is known wherever it ends too early, and by whatever comes behind it', async () => {
    const content = Buffer.from('some content');
    await writeSample(file, content, headerFor(content, { detections: [], other_links: [] }));
    const whole = readFileSync(file);
    const verdicts = new Set<string>();
    for (let length = 0; length < whole.length; length += 1) {
      verdicts.add(await verdictOn(file, whole.subarray(0, length)));
    }
    expect([...verdicts]).toEqual(['it is cut short']);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async (more) => {
        expect(await verdictOn(file, Buffer.concat([whole, more]))).toBe('it is longer than it was');
      }),
      { numRuns: 30 },
    );
  });

  test('is known when chunks change places, are left out, or come from another object', async () => {
    const [first, second] = [randomBytes(3 * chunkBytes), randomBytes(3 * chunkBytes)];
    const other = join(folder.path, 'other.q');
    await writeSample(file, first);
    await writeSample(other, second);
    const [whole, foreign] = [readFileSync(file), readFileSync(other)];
    const size = chunkBytes + tagBytes;
    const front = whole.subarray(0, whole.length - 3 * size);
    function chunkAt(index: number): Buffer {
      return whole.subarray(front.length + index * size, front.length + (index + 1) * size);
    }
    const [a, b, c] = [chunkAt(0), chunkAt(1), chunkAt(2)];
    const foreignLast = foreign.subarray(-size);
    const changed = 'the quarantined file is damaged: its content was changed';
    expect(await verdictOn(file, Buffer.concat([front, b, a, c]))).toBe(changed);
    expect(await verdictOn(file, Buffer.concat([front, a, c, b]))).toBe(changed);
    expect(await verdictOn(file, Buffer.concat([front, a, a, c]))).toBe(changed);
    expect(await verdictOn(file, Buffer.concat([front, a, b, foreignLast]))).toBe(changed);
    expect(await verdictOn(file, Buffer.concat([front, a, c]))).toBe('it is cut short');
    const foreignFront = foreign.subarray(0, front.length);
    expect(await verdictOn(file, Buffer.concat([foreignFront, a, b, c]))).toBe(changed);
    expect(await verdictOn(file, whole)).toBe('intact');
  });

  test('is known by another key', async () => {
    await writeSample(file, Buffer.from('some content'));
    const verdict = await verdictOn(file, readFileSync(file), Buffer.alloc(32, 8));
    expect(verdict).toBe('its header was changed, or it was made with another key');
  });

  test('has a header that can be listed, but not opened, once it was changed', async () => {
    const content = Buffer.from('some content');
    await writeSample(file, content);
    const stored = readFileSync(file)
      .toString('latin1')
      .replace('"actor":"user test"', '"actor":"user evil"');
    writeFileSync(file, stored, 'latin1');
    expect(await readHeader(file)).toMatchObject({ kind: 'ok', header: { actor: 'user evil' } });
    expect(await withObject(file, (descriptor) => openHeader(descriptor, vaultKey))).toEqual({
      kind: 'damaged',
      problem: 'its header was changed, or it was made with another key',
    });
  });

  test('delivers nothing of the chunk that was changed, and never ends as if it were whole', async () => {
    await writeSample(file, randomBytes(2 * chunkBytes));
    const stored = readFileSync(file);
    stored.writeUInt8(stored.readUInt8(stored.length - 40) ^ 1, stored.length - 40);
    writeFileSync(file, stored);
    await withObject(file, async (descriptor) => {
      const opened = await openHeader(descriptor, vaultKey);
      if (opened.kind === 'damaged') throw new Error(opened.problem);
      const content = readContent(descriptor, opened);
      expect(await content.next()).toMatchObject({ done: false });
      await expect(content.next()).rejects.toMatchObject({
        code: 'VAULT_REFUSED',
        details: { damaged: true },
      });
    });
  });

  test.each([
    ['another hash', { sha256: 'a'.repeat(64) }, 'its content has another hash'],
    ['fewer chunks', { size_bytes: chunkBytes }, 'its content was changed'],
  ])('is known when the content goes with %s than was announced', async (_name, changes, problem) => {
    await writeSample(file, randomBytes(2 * chunkBytes));
    await withObject(file, async (descriptor) => {
      const opened = await openHeader(descriptor, vaultKey);
      if (opened.kind === 'damaged') throw new Error(opened.problem);
      const content = readContent(descriptor, { ...opened, header: { ...opened.header, ...changes } });
      await expect(collect(content)).rejects.toMatchObject({ details: { damaged: true, problem } });
    });
  });

  test('is known when it is cut or grows after it was opened', async () => {
    await writeSample(file, Buffer.from('some content'));
    const whole = readFileSync(file);
    for (const later of [whole.subarray(0, -1), Buffer.concat([whole, Buffer.of(0)])]) {
      writeFileSync(file, whole);
      await withObject(file, async (descriptor) => {
        const opened = await openHeader(descriptor, vaultKey);
        if (opened.kind === 'damaged') throw new Error(opened.problem);
        writeFileSync(file, later);
        await expect(readContent(descriptor, opened).next()).rejects.toMatchObject({
          details: { damaged: true },
        });
      });
    }
  });

  test('is never an exception, whatever its bytes are', async () => {
    await writeSample(file, Buffer.from('some content'));
    const whole = readFileSync(file);
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      // Any text in place of the header, with a length that fits it.
      fc.oneof(fc.json(), fc.string()).map((text) => {
        const header = Buffer.from(text);
        const prefix = Buffer.from(whole.subarray(0, prefixBytes));
        prefix.writeUInt32BE(header.length, prefixBytes - 4);
        return Buffer.concat([prefix, header, Buffer.alloc(100)]);
      }),
      fc
        .array(fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) }), { minLength: 1, maxLength: 8 })
        .map((changes) => {
          const changed = Buffer.from(whole);
          for (const { at, byte } of changes) changed[at] = byte;
          return changed;
        })
        .filter((changed) => !changed.equals(whole)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (stored) => {
        expect(await verdictOn(file, stored)).not.toBe('intact');
        expect(['ok', 'damaged']).toContain((await readHeader(file)).kind);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['a header longer than any', (bytes: Buffer) => bytes.writeUInt32BE(0xffffffff, prefixBytes - 4)],
    ['a header of a mebibyte and a byte', (bytes: Buffer) => bytes.writeUInt32BE(1048577, prefixBytes - 4)],
  ])('announces %s and is not believed', async (_name, change) => {
    await writeSample(file, Buffer.from('some content'));
    const stored = readFileSync(file);
    change(stored);
    expect(await verdictOn(file, stored)).toBe('its header is too long');
  });

  test('of a later format is said to be that', async () => {
    await writeSample(file, Buffer.from('some content'));
    const stored = readFileSync(file);
    stored.writeUInt32BE(2, 8);
    expect(await verdictOn(file, stored)).toBe('its format 2 is not known here');
  });

  test('is what is no regular file, without waiting for it or following it', async () => {
    const target = folder.write('target', 'x');
    symlinkSync(target, join(folder.path, 'link'));
    mkdirSync(join(folder.path, 'folder'));
    execFileSync('mkfifo', [join(folder.path, 'fifo')]);
    const verdicts = await Promise.all(
      ['link', 'folder', 'fifo', 'missing'].map((name) => readHeader(join(folder.path, name))),
    );
    expect(verdicts).toEqual([
      { kind: 'damaged', problem: 'it is a symbolic link (ELOOP)' },
      { kind: 'damaged', problem: 'it is not a regular file' },
      { kind: 'damaged', problem: 'it is not a regular file' },
      { kind: 'damaged', problem: 'the file is no longer there (ENOENT)' },
    ]);
    expect(() => openObject(join(folder.path, 'fifo'))).toThrow('it is not a regular file');
  });

  test('has the size that its header says, or is not read at all', async () => {
    const header = headerFor(Buffer.alloc(0), { size_bytes: 2 ** 52 });
    expect(objectBytes(100, header.size_bytes)).toBeGreaterThan(2 ** 52);
    await writeSample(file, Buffer.alloc(0));
    const stored = readFileSync(file).toString('latin1').replace('"size_bytes":0', '"size_bytes":9');
    expect(await verdictOn(file, Buffer.from(stored, 'latin1'))).toBe('it is cut short');
  });
});
