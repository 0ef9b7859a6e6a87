import { chmodSync, chownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  controlAddress,
  openControlFolder,
  type ControlPlace,
} from '../../../../src/core/control/control-address.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const linux: ControlPlace = { platform: 'linux', temporaryFolder: '/tmp', userId: 1000 };

function folderOf(bytes: number): string {
  return `/${'d'.repeat(bytes - 1)}`;
}

describe('the address', () => {
  test('is in the data folder', () => {
    expect(controlAddress('/home/u/.local/share/vedette', linux)).toBe(
      '/home/u/.local/share/vedette/control.sock',
    );
  });

  test.each([
    ['linux', 107],
    ['darwin', 103],
  ] as const)('on %s is elsewhere when it is longer than %i bytes', (platform, maxBytes) => {
    const place = { ...linux, platform };
    const fits = folderOf(maxBytes - '/control.sock'.length);
    expect(controlAddress(fits, place)).toBe(`${fits}/control.sock`);
    expect(controlAddress(`${fits}d`, place)).toMatch(/^\/tmp\/vedette-1000-[\da-f]{16}\/control\.sock$/);
  });

  test('counts bytes, not characters', () => {
    expect(controlAddress(`/${'ä'.repeat(50)}`, linux)).toMatch(/^\/tmp\/vedette-1000-/);
  });

  test('is elsewhere when the name is not UTF-8, and another one for each folder', () => {
    const addresses = ['/\uDCFF', '/\uDCFE', folderOf(200), folderOf(201)].map((dataDir) =>
      controlAddress(dataDir, linux),
    );
    expect(new Set(addresses).size).toBe(4);
    for (const address of addresses) expect(address).toMatch(/^\/tmp\/vedette-1000-/);
    expect(controlAddress('/\uDCFF', linux)).toBe(addresses[0]);
  });

  test('that fits nowhere is refused', () => {
    const place = { ...linux, temporaryFolder: folderOf(90) };
    expect(() => controlAddress(folderOf(200), place)).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
    );
  });

  test('on Windows is a pipe, the same for a folder however its name is written', () => {
    const place = { ...linux, platform: 'win32' } as const;
    const address = controlAddress(String.raw`C:\Users\U\AppData\Local\Vedette`, place);
    expect(address).toMatch(/^\\\\\.\\pipe\\vedette-[\da-f]{16}$/);
    expect(controlAddress(String.raw`c:\users\u\appdata\local\vedette`, place)).toBe(address);
    expect(controlAddress(String.raw`D:\Vedette`, place)).not.toBe(address);
  });
});

describe('the folder of an address', () => {
  test('is made for the user alone, and may be there already', () => {
    using folder = temporaryFolder();
    const address = join(folder.path, 'made', 'control.sock');
    openControlFolder(address);
    openControlFolder(address);
    expect(lstatSync(join(folder.path, 'made')).mode & 0o777).toBe(0o700);
  });

  test.each([
    ['a symbolic link', (path: string, real: string) => symlinkSync(real, path)],
    ['open to others', (path: string) => (mkdirSync(path), chmodSync(path, 0o777))],
    ['a link that leads nowhere', (path: string, real: string) => symlinkSync(join(real, 'none'), path)],
    ['a file', (path: string) => writeFileSync(path, '')],
  ])('that is %s is refused', (_, make) => {
    using folder = temporaryFolder();
    const real = join(folder.path, 'real');
    mkdirSync(real, { mode: 0o700 });
    const path = join(folder.path, 'made');
    make(path, real);
    expect(() => openControlFolder(join(path, 'control.sock'))).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
    );
  });

  test.runIf(process.getuid?.() === 0)('that belongs to another user is refused', () => {
    using folder = temporaryFolder();
    chownSync(folder.path, 65_534, 65_534);
    expect(() => openControlFolder(join(folder.path, 'control.sock'))).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
    );
  });

  test('that nobody can make is refused', () => {
    expect(() => openControlFolder('/proc/no/such/control.sock')).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
    );
  });
});
