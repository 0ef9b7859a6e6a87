import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBloomFile, writeBloomFile } from '../../../../src/core/cache/bloom-file.ts';
import { BloomFilter } from '../../../../src/core/cache/bloom-filter.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const sizeBytes = 1024;
const kind = { storeId: 'store-1', sizeBytes };

function savedFilter() {
  const filter = BloomFilter.ofSize(sizeBytes);
  filter.add('one');
  return { ...filter.content, lastId: 2 ** 40 };
}

describe('the file of the bloom filter', () => {
  test('gives back what was saved, for the user alone, and leaves nothing beside it', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'bloom.bin');
    writeBloomFile(file, 'store-1', savedFilter());
    writeBloomFile(file, 'store-1', savedFilter());
    expect(readBloomFile(file, kind)).toEqual(savedFilter());
    expect(lstatSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path)).toEqual(['bloom.bin']);
  });

  test('is not taken for another database, another size, or where there is none', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'bloom.bin');
    expect(readBloomFile(file, kind)).toBeNull();
    writeBloomFile(file, 'store-1', savedFilter());
    expect(readBloomFile(file, { ...kind, storeId: 'store-2' })).toBeNull();
    expect(readBloomFile(file, { ...kind, sizeBytes: sizeBytes / 2 })).toBeNull();
  });

  test('is not taken with any byte changed: a bit lost would deny what is stored', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'bloom.bin');
    writeBloomFile(file, 'store-1', savedFilter());
    const whole = readFileSync(file);
    const taken: number[] = [];
    for (let index = 0; index < whole.length; index += 1) {
      const damaged = Uint8Array.from(whole);
      damaged[index] = (damaged[index] ?? 0) ^ 0x40;
      writeFileSync(file, damaged);
      if (readBloomFile(file, kind) !== null) taken.push(index);
    }
    expect(taken).toEqual([]);
  });

  test('is not taken when it is cut short or too long', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'bloom.bin');
    writeBloomFile(file, 'store-1', savedFilter());
    const whole = readFileSync(file);
    for (const length of [0, 10, 96, whole.length - 1, whole.length + 1]) {
      truncateSync(file, length);
      expect(readBloomFile(file, kind)).toBeNull();
      writeFileSync(file, whole);
    }
    expect(readBloomFile(file, kind)).not.toBeNull();
  });

  test('is never read or written through a link', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'bloom.bin');
    const target = join(folder.path, 'target');
    writeBloomFile(target, 'store-1', savedFilter());
    symlinkSync(target, file);
    expect(readBloomFile(file, kind)).toBeNull();
    const before = readFileSync(target);
    writeFileSync(join(folder.path, 'other'), 'untouched');
    symlinkSync(join(folder.path, 'other'), `${file}.${process.pid}.tmp`);
    writeBloomFile(file, 'store-1', { ...savedFilter(), lastId: 7 });
    expect(lstatSync(file).isSymbolicLink()).toBe(false);
    expect(readFileSync(target).equals(before)).toBe(true);
    expect(readFileSync(join(folder.path, 'other'), 'utf8')).toBe('untouched');
    expect(readBloomFile(file, kind)?.lastId).toBe(7);
  });

  test('leaves nothing behind when it cannot be written', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'bloom.bin');
    mkdirSync(join(file, 'inside'), { recursive: true });
    expect(() => writeBloomFile(file, 'store-1', savedFilter())).toThrow(/EISDIR|ENOTEMPTY|EPERM/);
    expect(readdirSync(folder.path)).toEqual(['bloom.bin']);
    expect(readBloomFile(file, kind)).toBeNull();
  });
});
