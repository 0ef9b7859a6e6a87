import { chmodSync, chownSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDataFolder } from '../../../src/core/data-folder.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

describe('the data folder', () => {
  test('is made when it is missing, for its owner only, and opened again', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'a/b');
    openDataFolder(path);
    openDataFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  test.runIf(process.getuid?.() === 0)('that belongs to another user is refused', () => {
    using folder = temporaryFolder();
    chownSync(folder.path, 12_345, 12_345);
    expect(() => openDataFolder(folder.path)).toThrow('belongs to another user');
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
    for (const [path, why] of [
      [file, 'is not a folder'],
      [join(file, 'below'), 'cannot be made'],
      [link, 'is a symbolic link; name the folder that it leads to'],
    ] as const) {
      const message: unknown = expect.stringContaining(`${path} ${why}`);
      expect(() => openDataFolder(path)).toThrow(
        expect.objectContaining({ code: 'FILE_UNREADABLE', message }),
      );
    }
  });
});
