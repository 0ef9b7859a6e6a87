import { describe, expect, it, vi } from 'vitest';
import { ChangeTimes, type FileSystemType } from '../../../../src/core/files/change-time.ts';
import { identityOf } from '../../../../src/core/files/file-identity.ts';
import { temporaryFolder } from './temporary-folder.ts';

const [ext4, vfat] = [0xef53, 0x4d44];

function identityOn(dev: bigint) {
  return identityOf({ dev, ino: 1n, size: 0n, mtimeNs: 0n, ctimeNs: 0n });
}

describe('change times', () => {
  it.each([
    ['ext4', ext4, true],
    ['btrfs', 0x9123683e, true],
    ['tmpfs', 0x01021994, true],
    ['FAT', vfat, false],
    ['exFAT', 0x2011bab0, false],
    ['SMB', 0xff534d42, false],
    ['SMB 2', 0xfe534d42, false],
    ['FUSE', 0x65735546, false],
  ])('of %s are kept: %s', (_name, type, expected) => {
    expect(new ChangeTimes(() => type).areKeptFor('/a', identityOn(1n))).toBe(expected);
  });

  it('are asked for once for each device', () => {
    const typeOf = vi.fn<FileSystemType>((path) => (path.startsWith('/stick') ? vfat : ext4));
    const times = new ChangeTimes(typeOf);
    const asked = ['/stick/a', '/home/a', '/stick/b', '/home/b'].map((path) =>
      times.areKeptFor(path, identityOn(path.startsWith('/stick') ? 2n : 1n)),
    );
    expect(asked).toEqual([false, true, false, true]);
    expect(typeOf).toHaveBeenCalledTimes(2);
  });

  it('of what cannot be asked are not trusted, and asked for again', () => {
    const typeOf = vi.fn<FileSystemType>(() => {
      throw new Error('gone');
    });
    const times = new ChangeTimes(typeOf);
    expect([1, 2].map(() => times.areKeptFor('/a', identityOn(1n)))).toEqual([false, false]);
    expect(typeOf).toHaveBeenCalledTimes(2);
  });

  it('of this machine are kept in its temporary folder', () => {
    using folder = temporaryFolder();
    expect(new ChangeTimes().areKeptFor(`${folder.path}/a`, identityOn(1n))).toBe(true);
  });
});
