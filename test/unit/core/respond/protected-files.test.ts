import { describe, expect, test } from 'vitest';
import { ProtectedFiles, type ProtectedPlaces } from '../../../../src/core/respond/protected-files.ts';

const linux: ProtectedPlaces = {
  platform: 'linux',
  program: ['/opt/vedette'],
  executables: ['/home/u/.nvm/bin/node'],
  dataFolder: '/home/u/.local/share/vedette',
  configurationFile: '/home/u/.config/vedette/rt_protection_config.toml',
  clamdDatabases: ['/var/lib/clamav'],
};
const mac: ProtectedPlaces = {
  platform: 'darwin',
  program: ['/Applications/Vedette.app'],
  executables: [],
  dataFolder: '/Users/u/Library/Application Support/Vedette',
  configurationFile: null,
  clamdDatabases: [],
};
const windows: ProtectedPlaces = {
  platform: 'win32',
  program: ['C:\\Program Files\\Vedette'],
  executables: ['C:\\Program Files\\nodejs\\node.exe'],
  dataFolder: 'C:\\Users\\u\\AppData\\Local\\Vedette',
  configurationFile: 'C:\\Users\\u\\AppData\\Roaming\\Vedette\\rt_protection_config.toml',
  clamdDatabases: [],
  windows: { systemRoot: 'C:\\WINDOWS', programFiles: ['C:\\Program Files', 'C:\\Program Files (x86)'] },
};

type Row = readonly [path: string, kind: 'system' | 'own' | null];

const onLinux: readonly Row[] = [
  ['/bin/ls', 'system'],
  ['/boot/vmlinuz', 'system'],
  ['/etc/passwd', 'system'],
  ['/lib/x86_64-linux-gnu/libc.so.6', 'system'],
  ['/lib64/ld-linux-x86-64.so.2', 'system'],
  ['/sbin/init', 'system'],
  ['/usr/bin/ls', 'system'],
  ['/var/lib/dpkg/status', 'system'],
  ['/var/lib/rpm/rpmdb.sqlite', 'system'],
  ['/usr/share/../bin/ls', 'system'],
  ['//usr//bin/ls', 'system'],
  ['/usr/local/bin/tool', null],
  ['/usr/local/../bin/ls', 'system'],
  ['/usr/locale/x', 'system'],
  ['/usrx/bin/ls', null],
  ['/library/book', null],
  ['/USR/bin/ls', null],
  ['/opt/other/tool', null],
  ['/home/u/usr/bin/ls', null],
  ['/home/u/etc/passwd', null],
  ['/tmp/x', null],
  ['/opt/vedette/src/cli/index.ts', 'own'],
  ['/opt/vedette', 'own'],
  ['/opt/vedette-samples/x', null],
  ['/home/u/.nvm/bin/node', 'own'],
  ['/home/u/.nvm/bin/npm', null],
  ['/home/u/.local/share/vedette/vault/0123', 'own'],
  ['/home/u/.local/share/vedette2/x', null],
  ['/home/u/.config/vedette/rt_protection_config.toml', 'own'],
  ['/home/u/.config/vedette/other', null],
  ['/var/lib/clamav/daily.cvd', 'own'],
];

const onMac: readonly Row[] = [
  ['/System/Library/x', 'system'],
  ['/system/library/x', 'system'],
  ['/usr/bin/true', 'system'],
  ['/usr/local/bin/brew', null],
  ['/bin/sh', 'system'],
  ['/sbin/mount', 'system'],
  ['/Library/Apple/x', 'system'],
  ['/Library/Fonts/x', null],
  ['/private/etc/hosts', 'system'],
  ['/private/tmp/x', null],
  ['/private/var/folders/x', null],
  ['/Users/u/System/x', null],
  // The volume with all that users own lies below /System.
  ['/System/Volumes/Data/Users/u/Downloads/x', null],
  ['/System/Volumes/Data/Applications/Vedette.app/x', 'own'],
  ['/System/Volumes/Preboot/x', 'system'],
  ['/applications/vedette.APP/Contents/x', 'own'],
  ['/Users/u/Library/Application Support/Vedette/cache.db', 'own'],
];

const onWindows: readonly Row[] = [
  ['C:\\Windows\\System32\\ntdll.dll', 'system'],
  ['c:\\windows\\SYSTEM32\\ntdll.dll', 'system'],
  ['C:/Windows/System32/ntdll.dll', 'system'],
  ['\\\\?\\C:\\Windows\\System32\\ntdll.dll', 'system'],
  ['C:\\Windows\\Temp\\dropper.exe', null],
  ['C:\\Windows\\Temp\\..\\System32\\ntdll.dll', 'system'],
  ['C:\\Windows.old\\x', null],
  ['D:\\Windows\\System32\\ntdll.dll', null],
  ['C:\\bootmgr', 'system'],
  ['C:\\Program Files\\Windows Defender\\MsMpEng.exe', 'system'],
  ['C:\\Program Files (x86)\\Common Files\\Microsoft Shared\\x.dll', 'system'],
  ['C:\\Program Files\\Game\\game.exe', null],
  ['C:\\Users\\u\\Downloads\\Windows\\x.exe', null],
  ['C:\\program files\\VEDETTE\\vedette.exe', 'own'],
  ['C:\\Program Files\\nodejs\\node.exe', 'own'],
  ['C:\\Program Files\\nodejs\\npm.cmd', null],
  ['C:\\Users\\u\\AppData\\Roaming\\Vedette\\rt_protection_config.toml', 'own'],
  ['\\\\server\\share\\Windows\\x', null],
];

describe('a protected file', () => {
  test.each(onLinux)('on Linux: %s is %s', (path, kind) => {
    expect(new ProtectedFiles(linux).of(path)?.kind ?? null).toBe(kind);
  });
  test.each(onMac)('on macOS: %s is %s', (path, kind) => {
    expect(new ProtectedFiles(mac).of(path)?.kind ?? null).toBe(kind);
  });
  test.each(onWindows)('on Windows: %s is %s', (path, kind) => {
    expect(new ProtectedFiles(windows).of(path)?.kind ?? null).toBe(kind);
  });

  test('is told with the place that makes it one', () => {
    const files = new ProtectedFiles(linux);
    expect(files.of('/usr/bin/ls')).toEqual({
      kind: 'system',
      why: 'It belongs to the operating system (/usr).',
    });
    expect(files.of('/var/lib/clamav/daily.cvd')).toEqual({
      kind: 'own',
      why: 'It belongs to Vedette itself (the signatures of ClamAV).',
    });
  });

  test('is our own also where we are installed among the files of the system', () => {
    const installed = { ...linux, program: ['/usr/lib/vedette'] };
    expect(new ProtectedFiles(installed).of('/usr/lib/vedette/x')?.kind).toBe('own');
    expect(new ProtectedFiles(installed).of('/usr/lib/other/x')?.kind).toBe('system');
  });

  test('names that are not UTF-8 are compared byte for byte', () => {
    const places = { ...linux, dataFolder: '/home/u/\udcff' };
    expect(new ProtectedFiles(places).of('/home/u/\udcff/cache.db')?.kind).toBe('own');
    expect(new ProtectedFiles(places).of('/home/u/\udcfe/cache.db')).toBeNull();
  });
});
