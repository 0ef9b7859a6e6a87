import { Buffer } from 'node:buffer';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../../src/core/logger.ts';
import type { BlockDevice } from '../../../../src/core/watch/mount-table.ts';
import { platformVolumes } from '../../../../src/core/watch/platform-volumes.ts';
import {
  findBlockDevice,
  LinuxVolumes,
  type RemovableVolume,
} from '../../../../src/core/watch/removable-volumes.ts';
import { type VolumeChange, watchVolumes } from '../../../../src/core/watch/watch-volumes.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const root = '27 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n';
const stick = '40 27 8:17 / /media/ann/STICK rw - vfat /dev/sdb1 rw\n';

/** A disk and a partition of it, as the kernel lays them out. */
function sysfsWith(bus: string, removable: string) {
  const folder = temporaryFolder();
  const disk = `devices/pci0000:00/0000:00:14.0/${bus}/host6/block/sdb`;
  folder.write(`${disk}/removable`, `${removable}\n`);
  folder.write(`${disk}/sdb1/partition`, '1\n');
  mkdirSync(join(folder.path, 'dev/block'), { recursive: true });
  symlinkSync(join('../..', disk), join(folder.path, 'dev/block/8:16'));
  symlinkSync(join('../..', disk, 'sdb1'), join(folder.path, 'dev/block/8:17'));
  return folder;
}

function watching(list: () => Promise<readonly RemovableVolume[]>) {
  const changes: VolumeChange[] = [];
  const warn = vi.fn<() => void>();
  const watch = watchVolumes({
    volumes: { list },
    everyMs: 2000,
    onChange: (change) => changes.push(change),
    logger: { ...silentLogger, warn },
  });
  return { watch, changes, warn };
}

describe('volumes on Linux', () => {
  test('are those in the mount table that are removable; a table that is the same is not parsed again', async () => {
    let table = root;
    const findDisk = vi.fn<() => BlockDevice | null>(() => null);
    const volumes = new LinuxVolumes({ readMountTable: () => Buffer.from(table), findDisk });
    expect(await volumes.list()).toEqual([]);
    table += stick;
    const found = await volumes.list();
    expect(found).toEqual([{ path: '/media/ann/STICK', name: 'STICK', device: '8:17' }]);
    const asked = findDisk.mock.calls.length;
    expect(await volumes.list()).toBe(found);
    expect(findDisk).toHaveBeenCalledTimes(asked);
    table = root;
    expect(await volumes.list()).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('can be asked for here', async () => {
    await expect(platformVolumes()?.volumes.list()).resolves.toBeInstanceOf(Array);
  });
});

describe.skipIf(process.platform === 'win32')('a disk in sysfs', () => {
  test('is told by its bus and its medium, for the whole disk and for a partition', () => {
    using usbStick = sysfsWith('usb2/2-1/2-1:1.0', '1');
    const expected = { hasRemovableMedium: true, isUsb: true };
    expect(findBlockDevice('8:16', usbStick.path)).toEqual(expected);
    expect(findBlockDevice('8:17', usbStick.path)).toEqual(expected);
    using usbDisk = sysfsWith('usb2/2-1/2-1:1.0', '0');
    expect(findBlockDevice('8:17', usbDisk.path)).toEqual({ hasRemovableMedium: false, isUsb: true });
    using fixed = sysfsWith('ata1', '0');
    expect(findBlockDevice('8:17', fixed.path)).toEqual({ hasRemovableMedium: false, isUsb: false });
  });

  test('that is not there, or not any more, is nothing', () => {
    using folder = sysfsWith('ata1', '0');
    expect(findBlockDevice('0:42', folder.path)).toBeNull();
  });
});

describe('watched volumes', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const [a, b]: readonly RemovableVolume[] = [
    { path: '/media/a', name: 'a', device: '8:1' },
    { path: '/media/b', name: 'b', device: '8:2' },
  ] as const;

  test('are told as they come and go, those of the start included; nothing is told when nothing changed', async () => {
    let now: readonly RemovableVolume[] = a === undefined ? [] : [a];
    const { watch, changes } = watching(async () => [...now]);
    await vi.advanceTimersByTimeAsync(0);
    expect(changes).toEqual([{ mounted: [a], unmounted: [], volumes: [a] }]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(changes).toHaveLength(1);
    now = b === undefined ? [] : [b];
    await vi.advanceTimersByTimeAsync(2000);
    expect(changes[1]).toEqual({ mounted: [b], unmounted: [a], volumes: [b] });
    watch[Symbol.dispose]();
    now = [];
    await vi.advanceTimersByTimeAsync(20_000);
    expect(changes).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('another stick at the same path is one that went and one that came', async () => {
    let device = '8:1';
    const { watch, changes } = watching(async () => [{ path: '/media/a', name: 'a', device }]);
    await vi.advanceTimersByTimeAsync(0);
    device = '8:33';
    await vi.advanceTimersByTimeAsync(2000);
    watch[Symbol.dispose]();
    expect(changes[1]).toMatchObject({ mounted: [{ device: '8:33' }], unmounted: [{ device: '8:1' }] });
  });

  test('stay known while the system cannot tell, and that is said once', async () => {
    let fails = false;
    const { watch, changes, warn } = watching(async () => {
      if (fails) throw new Error('diskutil could not be asked');
      return a === undefined ? [] : [a];
    });
    await vi.advanceTimersByTimeAsync(0);
    fails = true;
    await vi.advanceTimersByTimeAsync(20_000);
    fails = false;
    await vi.advanceTimersByTimeAsync(2000);
    watch[Symbol.dispose]();
    expect(changes).toHaveLength(1);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('are asked for one question at a time', async () => {
    let open = 0;
    const { promise, resolve } = Promise.withResolvers<readonly RemovableVolume[]>();
    const { watch } = watching(() => {
      open += 1;
      return promise;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(open).toBe(1);
    watch[Symbol.dispose]();
    resolve([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(open).toBe(1);
  });
});
