import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { describe, expect, test, vi } from 'vitest';
import { FoundFiles, type FoundFile } from '../../../../src/core/explain/found-files.ts';
import { identityOf } from '../../../../src/core/files/file-identity.ts';
import { encodePath } from '../../../../src/core/files/raw-path.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const content = 'before the match and after it';
const spans = [{ start: 7, length: 9 }];
const changed = 'The file was changed since it was scanned.';

function scanned(path: string): FoundFile {
  const stats = lstatSync(encodePath(path), { bigint: true });
  return {
    path,
    identity: identityOf(stats),
    sha256: createHash('sha256').update(content).digest('hex'),
    size_bytes: Number(stats.size),
  };
}

async function shown(file: FoundFile, files = new FoundFiles()): Promise<string> {
  const bytes = await files.bytes(file, spans);
  return typeof bytes === 'string' ? bytes : bytes({ start: 7, length: 9 }).toString();
}

describe('the bytes of a found file', () => {
  test('are those of the file that was scanned', async () => {
    using folder = temporaryFolder();
    const file = scanned(folder.write('a', content));
    expect(await shown(file)).toBe('the match');
    expect(await shown({ ...file, sha256: null })).toBe('the match');
  });

  test('are no others than those that were asked for', async () => {
    using folder = temporaryFolder();
    const file = scanned(folder.write('a', content));
    const bytes = await new FoundFiles().bytes(file, [
      { start: 20, length: 512 },
      { start: 0, length: 3 },
    ]);
    if (typeof bytes === 'string') throw new Error(bytes);
    expect(bytes({ start: 20, length: 512 }).toString()).toBe(content.slice(20));
    expect(bytes({ start: 0, length: 3 }).toString()).toBe('bef');
    expect(bytes({ start: 5, length: 3 }).toString()).toBe('');
  });

  test('are shown of a file that was touched, or is another one with the same content', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', content);
    const file = scanned(path);
    utimesSync(path, 1, 1);
    expect(await shown(file)).toBe('the match');
    renameSync(folder.write('b', content), path);
    expect(await shown(file)).toBe('the match');
    expect(await shown({ ...file, sha256: null })).toBe(changed);
  });

  test('are not those of another content', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', content);
    const file = scanned(path);
    writeFileSync(path, content.replace('match', 'other'));
    expect(await shown(file)).toBe(changed);
    appendFileSync(path, '.');
    expect(await shown(file)).toBe(changed);
  });

  test('are not those of a file that is written to while it is read', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', content);
    const file = scanned(path);
    async function openOnce(...args: Parameters<typeof open>): ReturnType<typeof open> {
      const handle = await open(...args);
      vi.spyOn(handle, 'read').mockImplementation(async () => {
        writeFileSync(path, content.replace('match', 'other'));
        return { bytesRead: 0, buffer: Buffer.alloc(0) };
      });
      return handle;
    }
    expect(await shown(file, new FoundFiles({ open: openOnce }))).toBe(changed);
  });

  test('are not those behind a link, of a FIFO or a folder in its place', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', content);
    const file = scanned(path);
    renameSync(path, folder.write('b'));
    symlinkSync('b', path);
    expect(await shown(file)).toMatch(/^The bytes cannot be shown: it is a symbolic link/);
    rmSync(path);
    execFileSync('mkfifo', [path]);
    expect(await shown(file)).toBe(changed);
    expect(await new FoundFiles().md5(file)).toBeNull();
    expect(await shown({ ...file, path: folder.path })).toBe(changed);
    rmSync(path);
    expect(await shown(file)).toBe('The bytes cannot be shown: the file is no longer there (ENOENT).');
  });

  test('can have any name', async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/caf\uDCE9\n'`;
    writeFileSync(encodePath(path), content);
    expect(await shown(scanned(path))).toBe('the match');
  });

  test('are not waited for where the disk hangs, and no more threads are spent on it', async () => {
    using folder = temporaryFolder();
    const file = scanned(folder.write('a', content));
    const hanging = Promise.withResolvers<never>();
    const opening = vi
      .fn<typeof open>(open)
      .mockReturnValueOnce(hanging.promise)
      .mockReturnValueOnce(hanging.promise);
    const files = new FoundFiles({ deadlineMs: 20, open: opening });
    const late = expect.stringContaining('did not answer');
    expect(await Promise.all([shown(file, files), shown(file, files), shown(file, files)])).toEqual([
      late,
      late,
      late,
    ]);
    expect(await shown(file, files)).toEqual(late);
    expect(await files.md5(file)).toBeNull();
    expect(opening).toHaveBeenCalledTimes(2);
    hanging.reject(Object.assign(new Error('gone'), { code: 'EIO', syscall: 'open' }));
    await expect.poll(async () => await shown(file, files)).toBe('the match');
  });

  test('leave no file open', async () => {
    using folder = temporaryFolder();
    const file = scanned(folder.write('a', content));
    const before = openSync(folder.path, 'r');
    closeSync(before);
    for (let count = 0; count < 5; count += 1) await shown(file);
    await shown({ ...file, identity: '0:0:0:0:0', sha256: null });
    const after = openSync(folder.path, 'r');
    closeSync(after);
    expect(after).toBe(before);
  });
});

describe('the MD5 of a found file', () => {
  test('is told of the content that was scanned, and of no other', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', content);
    const file = scanned(path);
    const md5 = createHash('md5').update(content).digest('hex');
    expect(await new FoundFiles().md5(file)).toBe(md5);
    expect(await new FoundFiles().md5({ ...file, identity: '0:0:0:0:0' })).toBe(md5);
    writeFileSync(path, content.replace('match', 'other'));
    expect(await new FoundFiles().md5(file)).toBeNull();
    rmSync(path);
    expect(await new FoundFiles().md5(file)).toBeNull();
  });
});
