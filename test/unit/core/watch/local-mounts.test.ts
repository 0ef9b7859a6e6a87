import { expect, test } from 'vitest';
import { localMounts } from '../../../../src/core/watch/local-mounts.ts';

const table = [
  '22 1 8:2 / / rw - ext4 /dev/sda2 rw',
  '23 22 8:3 / /home rw - ext4 /dev/sda3 rw',
  '24 22 8:3 /ana /srv/pictures/of/ana rw - ext4 /dev/sda3 rw',
  '25 22 0:5 / /proc rw - proc proc rw',
  '30 22 0:60 / /sys/fs/cgroup rw - tmpfs tmpfs rw',
  '31 22 0:61 / /dev/shm rw - tmpfs tmpfs rw',
  '26 22 0:40 / /mnt/office rw - nfs4 office:/ rw',
  '27 22 0:41 / /tmp rw - tmpfs tmpfs rw',
  '28 22 8:17 / /media/ana/STICK rw - vfat /dev/sdb1 rw',
].join('\n');

test('each file system of this machine is named once, by its shortest name', () => {
  const mounts = localMounts(() => Buffer.from(table));
  expect(mounts).toEqual(['/', '/home', '/dev/shm', '/tmp', '/media/ana/STICK']);
});

test('a container whose root is an overlay is looked through all the same', () => {
  const overlay = '1 0 0:50 / / rw - overlay overlay rw\n2 1 0:51 / /proc rw - proc proc rw';
  expect(localMounts(() => Buffer.from(overlay))).toEqual(['/']);
});

test('without a table there is at least the root', () => {
  const none = localMounts(() => {
    throw new Error('ENOENT');
  });
  expect(none).toEqual(['/']);
});
