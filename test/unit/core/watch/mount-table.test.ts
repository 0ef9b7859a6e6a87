import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import {
  type BlockDevice,
  isRemovable,
  type Mount,
  parseMountTable,
} from '../../../../src/core/watch/mount-table.ts';

/** As a desktop has it, with a stick whose label holds a blank. */
const desktop = String.raw`22 27 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw
27 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
91 27 259:1 / /boot/efi rw,relatime shared:31 - vfat /dev/nvme0n1p1 rw,fmask=0077
412 25 8:17 / /media/ann/USB\040STICK rw,nosuid,nodev,relatime shared:220 master:1 - vfat /dev/sdb1 rw,uid=1000,flush
`;

function mountsOf(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): readonly Mount[] {
  return parseMountTable(Buffer.from(text, encoding));
}

function pathsOf(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): readonly string[] {
  return mountsOf(text, encoding).map(({ mountPoint }) => mountPoint);
}

function lineOf(name: string): string {
  return `30 1 8:1 / ${name} rw - ext4 /dev/sda1 rw\n`;
}

describe('a mount table', () => {
  test('is read with any number of optional fields', () => {
    expect(mountsOf(desktop)).toEqual([
      {
        mountPoint: '/proc',
        device: '0:21',
        fsType: 'proc',
        source: 'proc',
        options: ['rw', 'nosuid', 'nodev', 'noexec', 'relatime'],
      },
      {
        mountPoint: '/',
        device: '259:2',
        fsType: 'ext4',
        source: '/dev/nvme0n1p2',
        options: ['rw', 'relatime', 'errors=remount-ro'],
      },
      {
        mountPoint: '/boot/efi',
        device: '259:1',
        fsType: 'vfat',
        source: '/dev/nvme0n1p1',
        options: ['rw', 'relatime', 'fmask=0077'],
      },
      {
        mountPoint: '/media/ann/USB STICK',
        device: '8:17',
        fsType: 'vfat',
        source: '/dev/sdb1',
        options: ['rw', 'nosuid', 'nodev', 'relatime', 'uid=1000', 'flush'],
      },
    ]);
    expect(mountsOf('30 1 8:1 / /data rw - ext4 /dev/sda1 rw')).toHaveLength(1);
  });

  test('gives names back as they are: escaped, in UTF-8, and with bytes that are not UTF-8', () => {
    expect(pathsOf(lineOf(String.raw`/m/a\040b\011c\012d\134e\043f`))).toEqual(['/m/a b\tc\nd\\e#f']);
    expect(pathsOf(lineOf('/m/Übung-東'))).toEqual(['/m/Übung-東']);
    expect(pathsOf(lineOf('/m/caf\u00e9'), 'latin1')).toEqual(['/m/caf\udce9']);
    // A name that looks escaped is escaped itself: what comes out is not read a second time.
    expect(pathsOf(lineOf(String.raw`/m/\134040`))).toEqual([String.raw`/m/\040`]);
  });

  test('of which a line is broken has all the others', () => {
    const broken = ['', 'x', '30 1 8:1 / /a rw', '30 1 8:1 / /b rw - ', '30 1 8 / /c rw - ext4 d rw'];
    const good = '31 1 8:1 / /good rw - ext4 /dev/sda1 rw';
    expect(pathsOf([...broken, '30 1 8:1 / relative rw - ext4 d rw', good].join('\n'))).toEqual(['/good']);
  });

  test('shows of two mounts on one folder the one that hides the other', () => {
    const first = '30 1 8:1 / /a rw - ext4 /dev/sda1 rw';
    const second = '31 1 8:2 / /a rw - vfat /dev/sda2 rw';
    expect(mountsOf(`${first}\n${second}`)).toMatchObject([{ mountPoint: '/a', device: '8:2' }]);
  });
});

describe('a mount is removable', () => {
  const fixed: BlockDevice = { hasRemovableMedium: false, isUsb: false };
  const card: BlockDevice = { hasRemovableMedium: true, isUsb: false };
  const usbDisk: BlockDevice = { hasRemovableMedium: false, isUsb: true };

  test.each<[string, string, BlockDevice | null, boolean]>([
    // By its disk, wherever it is mounted by hand.
    ['/mnt/card', 'exfat', card, true],
    ['/mnt/backup', 'ext4', usbDisk, true],
    ['/data', 'ntfs3', usbDisk, true],
    ['/mnt/disk', 'ext4', fixed, false],
    ['/mnt/unknown', 'ext4', null, false],
    // By its place: desktops mount there what was put in, encrypted sticks and btrfs among it.
    ['/media/ann/STICK', 'vfat', fixed, true],
    ['/run/media/ann/STICK', 'btrfs', null, true],
    ['/media/ann/NTFS', 'fuseblk', null, true],
    ['/media', 'ext4', fixed, false],
    ['/mediathek/a', 'ext4', fixed, false],
    ['/run/user/1000', 'tmpfs', null, false],
    // The system's own disk, also when it is a stick or a card.
    ['/', 'ext4', usbDisk, false],
    ['/boot/firmware', 'vfat', card, false],
    ['/home', 'ext4', usbDisk, false],
    ['/homework', 'ext4', usbDisk, true],
    // What is no disk, wherever it is.
    ['/media/ann/share', 'cifs', null, false],
    ['/media/ann/server', 'fuse.sshfs', null, false],
    ['/run/media/ann/nfs', 'nfs4', null, false],
    ['/media/x/proc', 'proc', null, false],
    ['/media/x/merged', 'overlay', null, false],
    ['/snap/core/1', 'squashfs', fixed, false],
  ])('%s (%s, %j): %j', (mountPoint, fsType, disk, expected) => {
    expect(isRemovable({ mountPoint, device: '8:1', fsType, source: 'x', options: [] }, disk)).toBe(expected);
  });
});
