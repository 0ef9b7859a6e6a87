import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openPathList, readPathList } from '../../../src/cli/path-list.ts';
import { decodePath } from '../../../src/core/files/raw-path.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

async function read(content: string | Uint8Array, nulSeparated = false): Promise<string[]> {
  using folder = temporaryFolder();
  return await namesIn(folder.write('list', content), nulSeparated);
}

async function namesIn(list: string, nulSeparated = false): Promise<string[]> {
  const names: string[] = [];
  for await (const some of readPathList(openPathList(list), nulSeparated, new AbortController().signal))
    names.push(...some);
  return names;
}

describe('a list of paths', () => {
  test('has a name on each line, with or without a last newline', async () => {
    expect(await read('/a\n/b c\n')).toEqual(['/a', '/b c']);
    expect(await read('/a\n/b c')).toEqual(['/a', '/b c']);
    expect(await read('')).toEqual([]);
  });

  test('with NUL between names keeps their newlines', async () => {
    expect(await read('/a\nb\0/c\0', true)).toEqual(['/a\nb', '/c']);
    expect(await read('/a\nb\0/c', true)).toEqual(['/a\nb', '/c']);
  });

  test('passes over empty records, and over nothing else', async () => {
    expect(await read('\n\n/a\n\n \n\n')).toEqual(['/a', ' ']);
    expect(await read('\0\0/a\0\0', true)).toEqual(['/a']);
  });

  test('keeps bytes that are not UTF-8', async () => {
    const content = Buffer.concat([Buffer.from('/x'), Buffer.of(0xff, 0xe9), Buffer.from('\n/é\n')]);
    expect(await read(content)).toEqual(['/x\uDCFF\uDCE9', '/é']);
  });

  test('keeps every byte of every name, wherever the pieces it comes in end', async () => {
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 20 })
      .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));
    // Long enough for several pieces of 64 KiB, with the seams at chance places.
    const padding = fc.integer({ min: 65_500, max: 65_540 });
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1 }), padding, async (names, paddingBytes) => {
        const pad = Buffer.alloc(paddingBytes, 'p');
        const all = [pad, ...names, pad.subarray(9), ...names];
        const content = Buffer.concat(all.flatMap((bytes) => [bytes, Buffer.of(0)]));
        expect(await read(content, true)).toEqual(all.map((bytes) => decodePath(bytes)));
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['that is not there', '/no/such/list'],
    ['that is a folder', '/'],
  ])('%s is said to be unreadable', async (_name, path) => {
    await expect(namesIn(path)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });

  test('that never ends a name is refused before it fills memory', async () => {
    await expect(read(Buffer.alloc(300_000, 'x'))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('more than 65536 bytes'),
    });
  });
});
