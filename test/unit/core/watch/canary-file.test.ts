import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canaryFiles, canaryNameOf, makeCanaryName } from '../../../../src/core/watch/canary-file.ts';
import { encodePath } from '../../../../src/core/files/raw-path.ts';
import { canMount, smallDisk } from '../../../helpers/store-mount.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const mounts = process.platform === 'linux' && canMount();

async function writeIn(root: string) {
  const name = makeCanaryName();
  const written = await canaryFiles.write(root, name);
  if (written.kind !== 'written') throw new Error(written.cause);
  return { name, key: written.key, path: join(root, name) };
}

describe.skipIf(process.platform === 'win32')('a canary', () => {
  test('is a short file that says what it is, for its owner alone, never twice the same, and is removed', async () => {
    using folder = temporaryFolder();
    const [one, other] = [await writeIn(folder.path), await writeIn(folder.path)];
    expect(canaryNameOf(one.path)).toBe(one.name);
    const text = readFileSync(one.path, 'utf8');
    expect(text).toMatch(/^Vedette wrote this file .* harmless .*\n[0-9a-f]{32}\n$/);
    expect(text).not.toBe(readFileSync(other.path, 'utf8'));
    expect(lstatSync(one.path).mode & 0o777).toBe(0o600);
    await canaryFiles.remove(folder.path, one.name, one.key);
    expect(readdirSync(folder.path)).toEqual([other.name]);
  });

  test('is written to a folder whose name is not UTF-8', async () => {
    using folder = temporaryFolder();
    const root = `${folder.path}/caf\udce9`;
    mkdirSync(encodePath(root));
    const name = makeCanaryName();
    const written = await canaryFiles.write(root, name);
    if (written.kind === 'written') await canaryFiles.remove(root, name, written.key);
    expect([written.kind, readdirSync(encodePath(root))]).toEqual(['written', []]);
  });

  test('is not written through a link, to a file, or where nothing is', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'real'));
    symlinkSync(join(folder.path, 'real'), join(folder.path, 'link'));
    folder.write('file');
    const causes = ['link', 'file', 'nothing'].map((name) =>
      canaryFiles.write(join(folder.path, name), makeCanaryName()),
    );
    expect(await Promise.all(causes)).toEqual([
      { kind: 'impossible', cause: 'the folder is a symbolic link' },
      { kind: 'impossible', cause: 'it is not a folder' },
      { kind: 'impossible', cause: 'the folder is not there (ENOENT)' },
    ]);
    expect(readdirSync(join(folder.path, 'real'))).toEqual([]);
  });

  test('does not take the place of what has its name already, link or file', async () => {
    using folder = temporaryFolder();
    const name = makeCanaryName();
    symlinkSync('elsewhere', join(folder.path, name));
    expect((await canaryFiles.write(folder.path, name)).kind).toBe('impossible');
    expect(existsSync(join(folder.path, 'elsewhere'))).toBe(false);
  });

  test.runIf(process.getuid?.() !== 0)('needs permission to write', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o500);
    const written = await canaryFiles.write(folder.path, makeCanaryName());
    expect(written).toEqual({ kind: 'impossible', cause: 'no permission to write there (EACCES)' });
  });

  test.runIf(mounts)(
    'is impossible on a disk that is read-only or full, and leaves nothing there',
    async () => {
      using disk = smallDisk('16k');
      writeFileSync(join(disk.path, 'big'), Buffer.alloc(4096));
      execFileSync('sh', ['-c', 'cat /dev/zero > "$1/rest" || true', 'sh', disk.path], { stdio: 'pipe' });
      expect(await canaryFiles.write(disk.path, makeCanaryName())).toEqual({
        kind: 'impossible',
        cause: 'the disk is full (ENOSPC)',
      });
      expect(readdirSync(disk.path).toSorted()).toEqual(['big', 'rest']);
      disk.remount('ro');
      expect(await canaryFiles.write(disk.path, makeCanaryName())).toEqual({
        kind: 'impossible',
        cause: 'the file system is read-only (EROFS)',
      });
    },
  );

  test('that is gone, or in whose place there is another file, is left alone', async () => {
    using folder = temporaryFolder();
    const { name, key, path } = await writeIn(folder.path);
    renameSync(path, `${path}.kept`);
    await canaryFiles.remove(folder.path, name, key);
    writeFileSync(path, 'of somebody else');
    await canaryFiles.remove(folder.path, name, key);
    expect(readFileSync(path, 'utf8')).toBe('of somebody else');
    rmSync(folder.path, { recursive: true });
    await expect(canaryFiles.remove(folder.path, name, key)).resolves.toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('canaries of a run that was killed', () => {
  test('are removed; files that only have such a name are not, nor what a link with it leads to', async () => {
    using folder = temporaryFolder();
    using elsewhere = temporaryFolder();
    const left = await writeIn(folder.path);
    const victim = await writeIn(elsewhere.path);
    const names = Array.from({ length: 6 }, makeCanaryName);
    const [empty, foreign, big, link, fifo, inner] = names;
    folder.write(empty ?? '');
    folder.write(foreign ?? '', 'a file of the user with an odd name');
    folder.write(big ?? '', readFileSync(left.path, 'utf8') + 'x'.repeat(1000));
    symlinkSync(victim.path, join(folder.path, link ?? ''));
    execFileSync('mkfifo', [join(folder.path, fifo ?? '')]);
    folder.write(`${inner}/x`);
    await canaryFiles.removeLeftOver(folder.path);
    expect(readdirSync(folder.path).toSorted()).toEqual(names.toSorted());
    expect(existsSync(victim.path)).toBe(true);
  });

  test('in a folder that is gone are nobody’s concern', async () => {
    await expect(canaryFiles.removeLeftOver('/nowhere/at/all')).resolves.toBeUndefined();
  });
});
