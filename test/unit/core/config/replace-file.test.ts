import {
  chmodSync,
  chownSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../../src/core/config/read-config.ts';
import { keepBeside, replaceFile } from '../../../../src/core/config/replace-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

describe('a file is replaced', () => {
  test('only when it is as it was', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', 'one');
    const before = readConfig(file);
    for (const other of ['two', 'longer than it was']) {
      writeFileSync(file, other);
      expect(replaceFile(file, before, 'new')).toBe('changed');
      expect(readFileSync(file, 'utf8')).toBe(other);
    }
    expect(readdirSync(folder.path)).toEqual(['c.toml']);
    expect(replaceFile(file, readConfig(file), 'new')).toBe('written');
    expect(readFileSync(file, 'utf8')).toBe('new');
  });

  test('whose name is not UTF-8', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'c\udcff.toml');
    expect(replaceFile(file, null, 'one')).toBe('written');
    expect(replaceFile(file, readConfig(file), 'two')).toBe('written');
    expect(readConfig(file).text).toBe('two');
    expect(readdirSync(folder.path, { encoding: 'buffer' })).toHaveLength(1);
  });

  test.runIf(process.getuid?.() === 0)('with the owner and mode it has, copies too', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', 'one');
    chownSync(file, 12_345, 54_321);
    chmodSync(file, 0o604);
    const before = readConfig(file);
    const copy = keepBeside(file, before, 'old');
    expect(replaceFile(file, before, 'two')).toBe('written');
    for (const path of [file, copy]) {
      const { uid, gid, mode } = statSync(path);
      expect([uid, gid, mode & 0o777]).toEqual([12_345, 54_321, 0o604]);
    }
  });

  test('and never one that should not be there, not even through a link to nothing', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', 'one');
    const link = join(folder.path, 'link');
    symlinkSync('elsewhere', link);
    for (const taken of [file, link]) {
      expect(() => replaceFile(taken, null, 'new')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    }
    expect(readFileSync(file, 'utf8')).toBe('one');
    expect(readdirSync(folder.path)).toEqual(['c.toml', 'link']);
  });
});

test('copies beside a file are numbered and bounded', () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'c.toml');
  const copies = Array.from({ length: 101 }, (_, index) => () => {
    writeFileSync(file, `${index}`);
    return keepBeside(file, readConfig(file), 'old');
  });
  expect(copies.slice(0, 3).map((copy) => copy())).toEqual([`${file}.old`, `${file}.old.2`, `${file}.old.3`]);
  for (const copy of copies.slice(3, 100)) copy();
  expect(copies[100]).toThrow('100 copies');
});
