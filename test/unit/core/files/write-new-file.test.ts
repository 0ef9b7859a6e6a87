// What has a name already is never written over, and what could not be finished is not there.
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeNewFile } from '../../../../src/core/files/write-new-file.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

describe('a new file', () => {
  test("has its content, and is the user's alone", () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'new');
    writeNewFile(file, 'a secret\n');
    expect(readFileSync(file, 'utf8')).toBe('a secret\n');
    expect(statSync(file).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
  });

  test('takes the place of nothing, not even of a link to nowhere', () => {
    using folder = temporaryFolder();
    const there = folder.write('there', 'mine');
    const link = join(folder.path, 'link');
    symlinkSync(join(folder.path, 'nowhere'), link);
    for (const file of [there, link])
      expect(() => writeNewFile(file, 'x')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect([readFileSync(there, 'utf8'), existsSync(join(folder.path, 'nowhere'))]).toEqual(['mine', false]);
  });

  test('that could not be finished is not left behind', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'new');
    expect(() =>
      writeNewFile(file, 'x', () => {
        throw new Error('not the owner');
      }),
    ).toThrow('not the owner');
    expect(existsSync(file)).toBe(false);
  });
});
