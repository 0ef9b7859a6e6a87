import { describe, expect, it } from 'vitest';
import { keepsChangeTimes } from '../../../../src/core/files/change-time.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('change times', () => {
  it.each([
    ['ext4', 0xef53, true],
    ['btrfs', 0x9123683e, true],
    ['tmpfs', 0x01021994, true],
    ['FAT', 0x4d44, false],
    ['exFAT', 0x2011bab0, false],
    ['SMB', 0xff534d42, false],
    ['SMB 2', 0xfe534d42, false],
    ['FUSE', 0x65735546, false],
  ])('of %s are kept: %s', (_name, type, expected) => {
    expect(keepsChangeTimes('/a', () => type)).toBe(expected);
  });

  it('of what cannot be asked are not trusted', () => {
    expect(
      keepsChangeTimes('/a', () => {
        throw new Error('gone');
      }),
    ).toBe(false);
    expect(keepsChangeTimes('/no/such/folder/a')).toBe(false);
  });

  it('of this machine are kept in its temporary folder', () => {
    using folder = temporaryFolder();
    expect(keepsChangeTimes(`${folder.path}/a`)).toBe(true);
  });
});
