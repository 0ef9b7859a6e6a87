import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createExclusions } from '../../../../src/core/intake/exclusions.ts';
import { byteUnits, joinBytes, splitBytes } from '../../../../src/renderer/pages/settings/byte-amount.ts';
import {
  patternOfFolder,
  withFolders,
  withoutFolder,
} from '../../../../src/renderer/pages/settings/folder-choice.ts';

const usual = ['/home/ada/Downloads', '/tmp'];

describe('a folder is added', () => {
  test('to the usual places, which then are named, so that none of them is lost', () => {
    expect(withFolders([], usual, ['/srv'])).toEqual({ kind: 'changed', folders: [...usual, '/srv'] });
  });

  test('to those of the file', () => {
    expect(withFolders(['/srv'], usual, ['/opt/', '/srv/inner'])).toEqual({
      kind: 'changed',
      folders: ['/srv', '/opt'],
    });
  });

  test('and nothing changes where it is watched already', () => {
    expect(withFolders([], usual, ['/tmp/', '/tmp/inner'])).toEqual({ kind: 'known' });
    expect(withFolders(['/'], usual, ['/srv'])).toEqual({ kind: 'known' });
    expect(withFolders(['C:\\'], usual, ['C:\\Users'])).toEqual({ kind: 'known' });
  });

  test('a name that only begins alike is another folder', () => {
    expect(withFolders(['/srv'], usual, ['/srv2', '/srv\\x'])).toMatchObject({ kind: 'changed' });
  });
});

describe('a folder is taken away', () => {
  test('from the usual places, which leaves the others', () => {
    expect(withoutFolder([], usual, '/tmp')).toEqual({ kind: 'changed', folders: ['/home/ada/Downloads'] });
  });

  test('but not the last one: none would mean the usual places', () => {
    expect(withoutFolder(['/srv'], usual, '/srv')).toEqual({ kind: 'last' });
  });
});

test('a folder as a pattern matches it and all in it, and nothing that is called nearly so', () => {
  for (const name of [
    '/srv/a[1]',
    '/srv/a*',
    '/srv/a(b)',
    '/srv/{x,y}',
    '/srv/!a',
    '/srv/a?',
    '/srv/+(a)',
    '/srv/a\\b',
  ]) {
    const exclusions = createExclusions(
      { globs: [patternOfFolder(name)], folders: [], extensions: [] },
      'linux',
    );
    expect([name, exclusions.excludes(`${name}/file`)]).toEqual([name, true]);
    expect(exclusions.excludes('/srv/a1/file')).toBe(false);
    expect(exclusions.excludes('/srv/x/file')).toBe(false);
  }
});

describe('sizes', () => {
  test.each([
    [2 * 1024 ** 3, { amount: 2, unit: 'GiB' }],
    [1536, { amount: 1536, unit: 'B' }],
    [10 * 1024, { amount: 10, unit: 'KiB' }],
    [0, { amount: 0, unit: 'B' }],
    [2048 * 1024 ** 3, { amount: 2048, unit: 'GiB' }],
  ])('%s is %j', (bytes, amount) => {
    expect(splitBytes(bytes)).toEqual(amount);
  });

  test('nothing is lost on the way there and back', () => {
    const anyAmount = fc.record({ amount: fc.nat(100_000), unit: fc.constantFrom(...byteUnits) });
    fc.assert(
      fc.property(anyAmount, (amount) => {
        expect(joinBytes(splitBytes(joinBytes(amount)))).toBe(joinBytes(amount));
      }),
    );
  });
});
