import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExportPlace } from '../../../../src/core/vault/export-place.ts';
import { exportZip, type ExportedObject } from '../../../../src/core/vault/export-zip.ts';
import { openHeader, readContent } from '../../../../src/core/vault/vault-object.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import type { VaultRecord } from '../../../../src/shared/vault-record.ts';
import { eicar } from '../../../helpers/eicar.ts';
import { findProgram, runProgram } from '../../../helpers/run-program.ts';
import { canMount, smallDisk } from '../../../helpers/store-mount.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';
import { headerFor, oneByOne, vaultKey, withObject, writeSample } from './sample-object.ts';

const password = 'infected';
const mebibyte = 1024 * 1024;

let folder: TemporaryFolder;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'out.zip');
});
afterEach(() => folder[Symbol.dispose]());

function recordOf(content: Buffer, changes: Partial<VaultRecord> = {}): VaultRecord {
  const { xattrs: _, ...header } = headerFor(content);
  return { ...header, state: 'stored', problem: '', ...changes };
}

function objectOf(content: Buffer, changes: Partial<VaultRecord> = {}): ExportedObject {
  return { record: recordOf(content, changes), content: () => oneByOne([content]) };
}

function idOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

const names = { first: `${idOf(1)}/a b.exe`, second: `${idOf(2)}/_`, empty: `${idOf(3)}/Grüße` };

async function exportThree(): Promise<{ content: Buffer; bytes: number }> {
  const content = randomBytes(300_000);
  const { bytes } = await exportZip({
    file,
    password,
    objects: [
      objectOf(content, { id: idOf(1), path: '/home/x/a b.exe' }),
      objectOf(eicar(), { id: idOf(2), path: '/home/\udcff' }),
      objectOf(Buffer.alloc(0), { id: idOf(3), path: '/tmp/Grüße' }),
    ],
  });
  return { content, bytes };
}

/** Members and their content as Python sees them; null with a password that is not right. */
async function readWithPython(key: string): Promise<Record<string, string> | null> {
  const script = `
import base64, json, sys, zipfile, zlib
archive = zipfile.ZipFile(sys.argv[1])
assert all(member.flag_bits & 1 for member in archive.infolist())
try:
    print(json.dumps({n: base64.b64encode(archive.read(n, sys.argv[2].encode())).decode() for n in archive.namelist()}))
# One wrong password in 256 passes the check byte of this encryption: then the content does not fit its checksum.
except (RuntimeError, zipfile.BadZipFile, zlib.error):
    print('null')`;
  const { stdout } = await runProgram('python3', ['-c', script, file, key], { timeoutMs: 20_000 });
  return JSON.parse(stdout.toString());
}

describe('an export', () => {
  test.skipIf(findProgram('python3') === null)(
    'is a zip in which every member is encrypted, and which Python opens with the password alone',
    async () => {
      const { content, bytes } = await exportThree();
      expect(statSync(file)).toMatchObject({ size: bytes, mode: 0o100600 });
      expect(readdirSync(folder.path)).toEqual(['out.zip']);
      const members = await readWithPython(password);
      expect(Object.keys(members ?? {})).toEqual(['vedette.json', names.first, names.second, names.empty]);
      expect(members?.[names.first]).toBe(content.toString('base64'));
      expect(members?.[names.second]).toBe(eicar().toString('base64'));
      expect(members?.[names.empty]).toBe('');
      expect(await readWithPython('other')).toBeNull();
    },
  );

  test.skipIf(findProgram('unzip') === null)(
    'is a zip that unzip opens with the password alone',
    async () => {
      await exportThree();
      const into = join(folder.path, 'into');
      mkdirSync(into);
      await runProgram('unzip', ['-q', '-P', password, file, '-d', into], { timeoutMs: 20_000 });
      expect(readFileSync(join(into, names.second)).equals(eicar())).toBe(true);
      // The time of the file is kept.
      expect(statSync(join(into, names.first)).mtimeMs).toBe(1_700_000_000_000);
      await runProgram('unzip', ['-tq', '-P', 'other', file], { timeoutMs: 20_000, expected: [1, 2, 82] });
    },
  );

  test.skipIf(findProgram('python3') === null)('tells what the vault knows of every file', async () => {
    await exportThree();
    const list = (await readWithPython(password))?.['vedette.json'] ?? '';
    const told = JSON.parse(Buffer.from(list, 'base64').toString());
    expect(told.format).toBe('vedette.export/1');
    expect(told.records).toHaveLength(3);
    expect(told.records[1]).toEqual({
      ...recordOf(eicar(), { id: idOf(2), path: '/home/\udcff' }),
      name: names.second,
      path_base64: Buffer.from('/home/\xff', 'latin1').toString('base64'),
    });
  });

  test('holds nothing that another scanner finds', async () => {
    await exportZip({ file, password, objects: [objectOf(eicar())] });
    expect(readFileSync(file).includes('EICAR')).toBe(false);
  });

  test.skipIf(findProgram('python3') === null)('takes a time that no zip can hold', async () => {
    const times = ['-99999999999999999999', '99999999999999999999999', 'never', '0'];
    await exportZip({
      file,
      password,
      objects: times.map((time, index) =>
        objectOf(Buffer.from(time), { id: idOf(index), mtime_ns: time, path: '/x' }),
      ),
    });
    const members = await readWithPython(password);
    expect(
      times.map((_, index) => Buffer.from(members?.[`${idOf(index)}/x`] ?? '', 'base64').toString()),
    ).toEqual(times);
  });

  test('never runs ahead of the disk', async () => {
    const content = randomBytes(mebibyte);
    let pulledBytes = 0;
    let aheadBytes = 0;
    // oxlint-disable-next-line typescript/require-await
    async function* counted(): AsyncGenerator<Buffer> {
      for (let index = 0; index < 24; index += 1) {
        const [temporary = ''] = readdirSync(folder.path);
        aheadBytes = Math.max(aheadBytes, pulledBytes - statSync(join(folder.path, temporary)).size);
        pulledBytes += content.length;
        yield content;
      }
    }
    const record = recordOf(Buffer.alloc(0), { size_bytes: 24 * mebibyte });
    await exportZip({ file, password, objects: [{ record, content: counted }] });
    expect(statSync(file).size).toBeGreaterThan(24 * mebibyte);
    expect(aheadBytes).toBeLessThan(8 * mebibyte);
  });

  test('refuses an empty password, which would mean none', async () => {
    await expect(exportZip({ file, password: '', objects: [] })).rejects.toMatchObject({ code: 'BAD_USAGE' });
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe('an export that fails', () => {
  test('leaves nothing when an object is damaged, and says so', async () => {
    const object = join(folder.path, 'object.q');
    const content = randomBytes(3 * mebibyte);
    await writeSample(object, content);
    const stored = readFileSync(object);
    stored.writeUInt8(stored.readUInt8(stored.length - 1) ^ 1, stored.length - 1);
    writeFileSync(object, stored);
    await withObject(object, async (descriptor) => {
      const opened = await openHeader(descriptor, vaultKey);
      if (opened.kind === 'damaged') throw new Error(opened.problem);
      const outcome = exportZip({
        file,
        password,
        objects: [{ record: recordOf(content), content: () => readContent(descriptor, opened) }],
      });
      await expect(outcome).rejects.toMatchObject({
        code: 'VAULT_REFUSED',
        details: { damaged: true },
      });
    });
    expect(readdirSync(folder.path)).toEqual(['object.q']);
  });

  test.skipIf(!canMount())(
    'leaves nothing on a full disk, says so, and lets go of what it read',
    async () => {
      using disk = smallDisk('2m');
      let ended = false;
      // oxlint-disable-next-line typescript/require-await
      async function* large(): AsyncGenerator<Buffer> {
        try {
          for (let index = 0; index < 64; index += 1) yield randomBytes(mebibyte);
        } finally {
          ended = true;
        }
      }
      const record = recordOf(Buffer.alloc(0), { size_bytes: 64 * mebibyte });
      const outcome = exportZip({
        file: join(disk.path, 'out.zip'),
        password,
        objects: [{ record, content: large }],
      });
      await expect(outcome).rejects.toThrow('the disk is full (ENOSPC)');
      expect(readdirSync(disk.path)).toEqual([]);
      expect(ended).toBe(true);
    },
  );

  test.each([
    ['a file', (path: string) => writeFileSync(path, 'theirs')],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a dangling link', (path: string) => symlinkSync('nowhere', path)],
  ])('never overwrites %s', async (_name, make) => {
    make(file);
    const before = readdirSync(folder.path);
    await expect(exportZip({ file, password, objects: [] })).rejects.toMatchObject({ code: 'VAULT_REFUSED' });
    expect(readdirSync(folder.path)).toEqual(before);
    expect(existsSync(join(folder.path, 'nowhere'))).toBe(false);
  });

  test('never overwrites what came while it was written', async () => {
    // oxlint-disable-next-line typescript/require-await
    async function* meanwhile(): AsyncGenerator<Buffer> {
      writeFileSync(file, 'theirs');
      yield eicar();
    }
    const outcome = exportZip({
      file,
      password,
      objects: [{ record: recordOf(eicar()), content: meanwhile }],
    });
    await expect(outcome).rejects.toThrow('something has that name already');
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    expect(readdirSync(folder.path)).toEqual(['out.zip']);
  });

  test('goes through no link in place of the folder', async () => {
    mkdirSync(join(folder.path, 'real'));
    symlinkSync('real', join(folder.path, 'link'));
    const outcome = exportZip({ file: join(folder.path, 'link/out.zip'), password, objects: [] });
    await expect(outcome).rejects.toThrow('its folder is a symbolic link');
    expect(readdirSync(join(folder.path, 'real'))).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')(
    'stays in its folder when a link takes the place of that',
    async () => {
      const home = join(folder.path, 'home');
      const moved = join(folder.path, 'moved');
      const trap = join(folder.path, 'trap');
      mkdirSync(home);
      mkdirSync(trap);
      // oxlint-disable-next-line typescript/require-await
      async function* meanwhile(): AsyncGenerator<Buffer> {
        renameSync(home, moved);
        symlinkSync('trap', home);
        yield eicar();
      }
      const objects = [{ record: recordOf(eicar()), content: meanwhile }];
      await exportZip({ file: join(home, 'out.zip'), password, objects });
      expect([readdirSync(moved), readdirSync(trap)]).toEqual([['out.zip'], []]);
    },
  );

  test('goes nowhere by a path that is not absolute', async () => {
    const outcome = exportZip({ file: 'vedette-test-out.zip', password, objects: [] });
    await expect(outcome).rejects.toMatchObject({
      code: 'VAULT_REFUSED',
      message: expect.stringContaining('its path is not absolute'),
    });
    expect(existsSync('vedette-test-out.zip')).toBe(false);
  });

  test.each([
    ['missing/out.zip', 'the folder is not there (ENOENT)'],
    ['file/out.zip', 'its folder is not one'],
    [`${'x'.repeat(300)}.zip`, 'the path is longer than the system takes (ENAMETOOLONG)'],
    ['a\0b.zip', 'the path holds a zero byte'],
  ])('says why nothing can be written to %j', async (name, problem) => {
    folder.write('file');
    const outcome = exportZip({ file: join(folder.path, name), password, objects: [] });
    await expect(outcome).rejects.toMatchObject({
      code: 'VAULT_REFUSED',
      message: expect.stringContaining(problem),
    });
    expect(readdirSync(folder.path)).toEqual(['file']);
  });
});

function noLinks(): never {
  throw Object.assign(new Error('EPERM'), { code: 'EPERM', syscall: 'link' });
}

describe('the place of an export without hard links', () => {
  test('gets the whole file too', () => {
    {
      using place = new ExportPlace(file, noLinks);
      writeFileSync(place.descriptor, 'whole');
      place.finish();
    }
    expect(readFileSync(file, 'utf8')).toBe('whole');
    expect(readdirSync(folder.path)).toEqual(['out.zip']);
  });

  test('never overwrites either', () => {
    {
      using place = new ExportPlace(file, noLinks);
      writeFileSync(file, 'theirs');
      expect(() => place.finish()).toThrow(AppError);
    }
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    expect(readdirSync(folder.path)).toEqual(['out.zip']);
  });
});
