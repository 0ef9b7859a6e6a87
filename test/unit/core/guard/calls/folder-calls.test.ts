import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodePath } from '../../../../../src/core/files/raw-path.ts';
import { folderCalls } from '../../../../../src/core/guard/calls/folder-calls.ts';
import { listFolder } from '../../../../../src/core/guard/calls/list-folder.ts';
import type { RemovableVolume } from '../../../../../src/core/watch/removable-volumes.ts';
import type { CallArguments } from '../../../../../src/shared/contract.ts';
import { folderListSchema, type FolderList } from '../../../../../src/shared/page-documents.ts';
import { settingsSchema } from '../../../../../src/shared/settings.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';

afterEach(() => {
  vi.useRealTimers();
});

function start(
  volumes: () => Promise<readonly RemovableVolume[]> = () => Promise.resolve([]),
  listOf: typeof listFolder = listFolder,
) {
  const folder = temporaryFolder();
  const home = join(folder.path, 'home');
  const dataDir = join(home, 'data');
  mkdirSync(dataDir, { recursive: true });
  const settings = settingsSchema.parse({ watch: { folders: [join(home, 'watched'), home] } });
  const calls = folderCalls({ settings: () => settings, dataDir, home, volumes, list: listOf });
  async function list(path: string | null, files = false): Promise<FolderList> {
    const input: CallArguments<'folders.list'> = { path, files };
    return folderListSchema.parse(await calls['folders.list'](input));
  }
  return {
    home,
    dataDir,
    list,
    write: (name: string, content = '') => folder.write(join('home', name), content),
    make: (name: string) => mkdirSync(encodePath(join(home, name)), { recursive: true }),
    refusalOf: (path: string) => list(path).catch((error: unknown) => error),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe('the folders to choose from', () => {
  test('begin at home, are in order, and are nothing else than folders', async () => {
    using scene = start();
    for (const name of ['b', 'a10', 'a9', '.hidden']) scene.make(name);
    scene.write('file.txt', 'abc');
    symlinkSync('a9', join(scene.home, 'link'));
    const list = await scene.list(null);
    expect(list).toMatchObject({
      path: scene.home,
      parent: join(scene.home, '..'),
      files: [],
      is_cut: false,
    });
    expect(list.folders).toEqual(
      ['.hidden', 'a9', 'a10', 'b'].map((name) => ({ path: join(scene.home, name), name })),
    );
  });

  test('come with files where they are asked for, links to them left out', async () => {
    using scene = start();
    scene.write('b.txt', 'abcd');
    scene.write('a.txt', 'ab');
    symlinkSync('a.txt', join(scene.home, 'link.txt'));
    expect((await scene.list(scene.home, true)).files).toEqual([
      { path: join(scene.home, 'a.txt'), name: 'a.txt', size_bytes: 2 },
      { path: join(scene.home, 'b.txt'), name: 'b.txt', size_bytes: 4 },
    ]);
  });

  test.runIf(process.platform === 'linux')('keep every byte of their names', async () => {
    using scene = start();
    const odd = 'caf\udce9';
    scene.make(`${odd}/in\udcff`);
    scene.make('plain');
    writeFileSync(encodePath(join(scene.home, odd, 'f\udcfe')), 'abc');
    expect((await scene.list(scene.home)).folders.map(({ name }) => name)).toEqual([odd, 'plain']);
    expect(await scene.list(join(scene.home, odd), true)).toMatchObject({
      path: join(scene.home, odd),
      folders: [{ name: 'in\udcff' }],
      files: [{ name: 'f\udcfe', size_bytes: 3 }],
    });
  });

  test('are at most a thousand, and it is said when there are more', async () => {
    using scene = start();
    scene.make('many');
    for (let count = 0; count < 1001; count += 1) mkdirSync(join(scene.home, 'many', String(count)));
    const list = await scene.list(join(scene.home, 'many'));
    expect([list.folders.length, list.folders.at(-1)?.name, list.is_cut]).toEqual([1000, '999', true]);
  });

  test('are those that were read first in a folder without end', async () => {
    using scene = start();
    for (const name of ['a', 'b', 'c', 'd']) scene.make(name);
    const options = { files: false, without: new Set<string>(), signal: AbortSignal.timeout(5000) };
    expect(await listFolder(scene.home, { ...options, mostRead: 3 })).toMatchObject({
      folders: { length: 3 },
      isCut: true,
    });
  });

  test('of a file system that does not answer are not waited for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = Promise.withResolvers<AbortSignal>();
    using scene = start(undefined, (_path, { signal }) => {
      asked.resolve(signal);
      return new Promise(() => {});
    });
    const refusal = scene.refusalOf(scene.home);
    const signal = await asked.promise;
    await vi.advanceTimersByTimeAsync(5000);
    expect(await refusal).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('does not answer'),
    });
    expect(signal.aborted).toBe(true);
  });

  test('end at the root, however a path is written', async () => {
    using scene = start();
    scene.make('a');
    expect(await scene.list(`${scene.home}/./a/../`)).toMatchObject({ path: scene.home });
    expect((await scene.list('/')).parent).toBeNull();
  });

  test('are without the folder of Vedette itself', async () => {
    using scene = start();
    scene.make('a');
    expect((await scene.list(scene.home)).folders.map(({ name }) => name)).toEqual(['a']);
    expect(await scene.refusalOf(scene.dataDir)).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining("Vedette's own"),
    });
  });

  test('of what cannot be shown are a sentence', async () => {
    using scene = start();
    const file = scene.write('file.txt');
    const link = join(scene.home, 'link');
    symlinkSync('/', link);
    const missing = join(scene.home, 'a\nb');
    expect(await scene.refusalOf(file)).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: `${file} cannot be shown: it is no folder.`,
    });
    expect(await scene.refusalOf(link)).toMatchObject({
      message: `${link} cannot be shown: it is a symbolic link.`,
    });
    expect(await scene.refusalOf(missing)).toMatchObject({
      message: `${scene.home}/a\\nb cannot be shown: it is no longer there.`,
    });
    expect(await scene.refusalOf('home')).toMatchObject({ code: 'BAD_USAGE' });
    expect(await scene.refusalOf('/a\0b')).toMatchObject({ code: 'BAD_USAGE' });
  });

  test.skipIf(process.getuid?.() === 0)('say when there is no permission', async () => {
    using scene = start();
    scene.make('closed');
    chmodSync(join(scene.home, 'closed'), 0o000);
    // As it is, its owner could not remove it.
    using _open = new DisposableStack();
    _open.defer(() => chmodSync(join(scene.home, 'closed'), 0o700));
    expect(await scene.refusalOf(join(scene.home, 'closed'))).toMatchObject({
      message: expect.stringContaining('no permission'),
    });
  });
});

describe('the places beside them', () => {
  const stick = { path: '/media/eve/STICK', name: 'STICK', device: '8:1' };

  test('are home, what is watched, and what is plugged in, each once', async () => {
    using scene = start(() => Promise.resolve([stick, { ...stick, path: scene.home }]));
    scene.make('watched');
    expect((await scene.list(scene.home)).places).toEqual([
      { path: scene.home, name: 'Home' },
      { path: '/media/eve/STICK', name: 'STICK' },
    ]);
  });

  test('are told without the volumes while nobody can tell of those', async () => {
    using scene = start(() => Promise.reject(new Error('no mount table')));
    expect((await scene.list(scene.home)).places).toEqual([{ path: scene.home, name: 'Home' }]);
  });

  test('do not wait for a program that does not answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = Promise.withResolvers<void>();
    using scene = start(() => {
      asked.resolve();
      return new Promise(() => {});
    });
    const list = scene.list(scene.home);
    await asked.promise;
    await vi.advanceTimersByTimeAsync(2000);
    expect((await list).places).toHaveLength(1);
  });

  test('are asked for once in a while only', async () => {
    let questions = 0;
    using scene = start(() => {
      questions += 1;
      return Promise.resolve([]);
    });
    await scene.list(scene.home);
    await scene.list(scene.home);
    expect(questions).toBe(1);
  });
});
