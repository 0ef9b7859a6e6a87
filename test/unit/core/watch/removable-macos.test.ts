import { describe, expect, test, vi } from 'vitest';
import {
  MacosVolumes,
  type MountedFolder,
  readVolumeInfo,
} from '../../../../src/core/watch/removable-macos.ts';
import type { RunProgram } from '../../../../src/core/watch/removable-volumes.ts';

/** As `diskutil info -plist` prints it, shortened. */
function info(facts: Readonly<Record<string, string | boolean>>): string {
  const keys = Object.entries(facts).map(([key, value]) => {
    const tag = typeof value === 'string' ? `<string>${value}</string>` : `<${value}/>`;
    return `\t<key>${key}</key>\n\t${tag}`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
\t<key>CanBeMadeBootable</key>
\t<false/>
\t<key>ParentWholeDisk</key>
\t<string>disk4</string>
\t<key>SMARTDeviceSpecificKeysMayVaryNotGuaranteed</key>
\t<dict>
\t\t<key>Internal</key>
\t\t<string>of another dictionary</string>
\t\t<key>Empty</key>
\t\t<dict/>
\t</dict>
\t<key>Slices</key>
\t<array>
\t\t<integer>1</integer>
\t\t<real>2.5</real>
\t\t<array/>
\t</array>
\t<key>TotalSize</key>
\t<integer>31457280000</integer>
${keys.join('\n')}
</dict>
</plist>
`;
}

const stick = {
  BusProtocol: 'USB',
  DeviceIdentifier: 'disk4s1',
  Internal: false,
  MountPoint: '/Volumes/ANN &amp; BOB&#8217;s',
  RemovableMedia: true,
  RemovableMediaOrExternalDevice: true,
  VolumeName: 'ANN &amp; BOB&#x2019;s',
  VolumeUUID: '6F6A1F0B-7C3D-3E0F-9B61-2C43F9D1A111',
};

describe('what diskutil says', () => {
  test('of a stick is a removable volume', () => {
    expect(readVolumeInfo(info(stick))).toEqual({
      path: '/Volumes/ANN & BOB’s',
      name: 'ANN & BOB’s',
      device: '6F6A1F0B-7C3D-3E0F-9B61-2C43F9D1A111',
    });
  });

  test('of a volume without a name or an identifier of its own is one, too', () => {
    const { VolumeUUID: _uuid, ...others } = stick;
    expect(readVolumeInfo(info({ ...others, VolumeName: '', MountPoint: '/Volumes/Untitled' }))).toEqual({
      path: '/Volumes/Untitled',
      name: 'Untitled',
      device: 'disk4s1',
    });
  });

  test.each([
    ['a card in a slot of the machine', { ...stick, Internal: true }, true],
    ['a hard disk on a cable', { ...stick, RemovableMedia: false }, true],
    [
      'a disk inside',
      { ...stick, Internal: true, RemovableMedia: false, RemovableMediaOrExternalDevice: false },
      false,
    ],
    ['a disk image', { ...stick, BusProtocol: 'Disk Image' }, false],
    ['a network share', { DeviceIdentifier: '', MountPoint: '/Volumes/share' }, false],
    ['a disk that is not mounted', { ...stick, MountPoint: '' }, false],
  ])('of %s', (_what, facts, expected) => {
    expect(readVolumeInfo(info(facts)) !== null).toBe(expected);
  });

  test.each(['', 'Could not find disk: /Volumes/x', '<plist><dict>', '<plist></dict></plist>'])(
    'without being a list is none: %j',
    (text) => {
      expect(readVolumeInfo(text)).toBeNull();
    },
  );

  test.each([100, 1000])('cut off anywhere is none, %i characters in', (length) => {
    expect(readVolumeInfo(info(stick).slice(0, length))).toBeNull();
  });

  test('nested without end is none', () => {
    expect(readVolumeInfo(`<plist>${'<array>'.repeat(100_000)}`)).toBeNull();
  });
});

describe('volumes on macOS', () => {
  test('are asked of diskutil only when /Volumes has changed, and again after a failure', async () => {
    const run = vi.fn<RunProgram>(async () => info(stick));
    let folders: readonly MountedFolder[] = [];
    const volumes = new MacosVolumes({ run, readMounted: () => folders });
    expect(await volumes.list()).toEqual([]);
    expect(run).not.toHaveBeenCalled();
    folders = [{ path: '/Volumes/STICK', device: 16_777_234 }];
    run.mockRejectedValueOnce(new Error('it did not end within 5 s'));
    await expect(volumes.list()).rejects.toThrow('5 s');
    const found = await volumes.list();
    expect(found).toHaveLength(1);
    expect(await volumes.list()).toBe(found);
    expect(run.mock.calls).toEqual([
      ['/usr/sbin/diskutil', ['info', '-plist', '/Volumes/STICK']],
      ['/usr/sbin/diskutil', ['info', '-plist', '/Volumes/STICK']],
    ]);
    folders = [{ path: '/Volumes/STICK', device: 16_777_240 }];
    await volumes.list();
    expect(run).toHaveBeenCalledTimes(3);
  });
});
