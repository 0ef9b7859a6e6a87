import { chmodSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultDataFolder, openDataFolder } from '../../../src/core/data-folder.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

describe('the data folder', () => {
  test.each([
    ['linux', {}, '/home/ann/.local/share/vedette'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/vedette'],
    ['darwin', {}, '/home/ann/Library/Application Support/Vedette'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/Vedette'],
    ['win32', {}, '/home/ann/AppData/Local/Vedette'],
    ['linux', { VEDETTE_DATA_DIR: '/chosen', XDG_DATA_HOME: '/data' }, '/chosen'],
    ['linux', { VEDETTE_DATA_DIR: '' }, '/home/ann/.local/share/vedette'],
  ] as const)('on %s with %j is %s', (platform, env, expected) => {
    expect(defaultDataFolder({ platform, env, home: '/home/ann' })).toBe(expected);
  });

  // An empty or relative XDG_DATA_HOME counts as none (XDG Base Directory Specification); here it leads to the current folder.
  test.fails.each(['', 'relative'])(
    'is not below the current folder because XDG_DATA_HOME is %j',
    (value) => {
      const env = { XDG_DATA_HOME: value };
      expect(defaultDataFolder({ platform: 'linux', env, home: '/home/ann' })).toBe(
        '/home/ann/.local/share/vedette',
      );
    },
  );

  test('is made when it is missing, for its owner only, and opened again', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'a/b');
    openDataFolder(path);
    openDataFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  test.each([0o720, 0o702, 0o777])('that others may write to (%o) is refused, with the remedy', (mode) => {
    using folder = temporaryFolder();
    chmodSync(folder.path, mode);
    expect(() => openDataFolder(folder.path)).toThrow(
      expect.objectContaining({
        code: 'FILE_UNREADABLE',
        message: expect.stringContaining(`chmod go-w '${folder.path}'`),
      }),
    );
  });

  test('that is a file, below a file, or a link to elsewhere is refused', () => {
    using folder = temporaryFolder();
    const file = folder.write('file');
    const link = join(folder.path, 'link');
    symlinkSync(folder.path, link);
    for (const path of [file, join(file, 'below'), link]) {
      expect(() => openDataFolder(path)).toThrow(expect.objectContaining({ code: 'FILE_UNREADABLE' }));
    }
  });
});
