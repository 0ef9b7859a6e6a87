import { describe, expect, test, vi } from 'vitest';
import type { RunProgram } from '../../../../src/core/watch/removable-volumes.ts';
import { readLogicalDisks, WindowsVolumes } from '../../../../src/core/watch/removable-windows.ts';

const stick = '{"DeviceID":"E:","VolumeName":"Übung","VolumeSerialNumber":"4A1B2C3D","Size":31440502784}';
const emptyReader = '{"DeviceID":"F:","VolumeName":null,"VolumeSerialNumber":null,"Size":null}';
const nameless = '{"DeviceID":"G:","VolumeName":"","VolumeSerialNumber":null,"Size":1024}';

describe('what PowerShell says', () => {
  test.each([
    ['of no disk', '\r\n', []],
    ['of one disk', `\uFEFF${stick}\r\n`, [{ path: 'E:\\', name: 'Übung', device: '4A1B2C3D' }]],
    [
      'of several, with a card reader without a card',
      `[${stick},${emptyReader},${nameless}]\r\n`,
      [
        { path: 'E:\\', name: 'Übung', device: '4A1B2C3D' },
        { path: 'G:\\', name: 'G:', device: 'G:' },
      ],
    ],
  ])('%s', (_what, answer, expected) => {
    expect(readLogicalDisks(answer)).toEqual(expected);
  });

  test.each([
    ['Get-CimInstance : Access denied', 'JSON'],
    ['[{"DeviceID":"..\\\\x"}]', 'DeviceID'],
    ['{}', 'DeviceID'],
    ['3', 'invalid'],
  ])('without being an answer is an error, so that no volume counts as gone: %j', (answer, message) => {
    expect(() => readLogicalDisks(answer)).toThrow(message);
  });
});

test('volumes on Windows are asked of PowerShell, without a profile and without questions', async () => {
  const run = vi.fn<RunProgram>(async () => stick);
  expect(await new WindowsVolumes({ run }).list()).toHaveLength(1);
  expect(run.mock.calls[0]?.[0]).toBe('powershell.exe');
  expect(run.mock.calls[0]?.[1].slice(0, 3)).toEqual(['-NoProfile', '-NonInteractive', '-Command']);
  expect(run.mock.calls[0]?.[1][3]).toContain('DriveType=2');
});
