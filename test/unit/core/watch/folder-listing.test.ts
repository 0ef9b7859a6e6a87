// Folders are listed in slices between which the loop turns, each once, and a hostile one stops nothing.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  FolderListing,
  type ListedEntry,
  type ListingPurpose,
} from '../../../../src/core/watch/folder-listing.ts';

function entry(name: string, kind: 'file' | 'folder' | 'link' = 'file'): ListedEntry {
  return { name, type: { isDirectory: () => kind === 'folder', isSymbolicLink: () => kind === 'link' } };
}

function* failing(code: string): Generator<ListedEntry> {
  yield entry('first');
  throw Object.assign(new Error('no'), { code });
}

function* large(): Generator<ListedEntry> {
  for (let index = 0; index < 10_000; index += 1) yield entry(String(index));
}

interface Told {
  readonly files: string[];
  readonly folders: string[];
  readonly failures: string[];
  reads: number;
}

function listing(folders: Readonly<Record<string, () => Iterable<ListedEntry>>>) {
  const told: Told = { files: [], folders: [], failures: [], reads: 0 };
  const list = new FolderListing(
    (path) => {
      told.reads += 1;
      return folders[path]?.() ?? [];
    },
    {
      file: (path) => told.files.push(path),
      folder: (path) => told.folders.push(path),
      failed: ({ path }) => told.failures.push(path),
      refused: () => {},
    },
  );
  async function run(...jobs: readonly (readonly [string, ListingPurpose])[]): Promise<Told> {
    for (const [path, purpose] of jobs) list.add({ path, root: '/root', purpose, askedMs: 0 });
    while (list.size > 0) await nextTurn();
    return told;
  }
  return { list, run };
}

test('a folder that appeared is told of with its files and folders, but not its links', async () => {
  const { run } = listing({
    '/root/a': () => [entry('file'), entry('folder', 'folder'), entry('link', 'link')],
  });
  expect(await run(['/root/a', 'all'])).toMatchObject({
    files: ['/root/a/file'],
    folders: ['/root/a/folder'],
  });
});

test('for odd names only those and the folders are told of', async () => {
  const { run } = listing({ '/root/a': () => [entry('plain'), entry('odd\udcff'), entry('f', 'folder')] });
  expect(await run(['/root/a', 'odd-changed'])).toMatchObject({
    files: ['/root/a/odd\udcff'],
    folders: ['/root/a/f'],
  });
});

test('a folder that is asked for twice is listed once, for the one who wants more', async () => {
  const { run } = listing({ '/root/a': () => [entry('plain')] });
  expect(await run(['/root/a', 'odd-folders'], ['/root/a', 'all'], ['/root/a', 'odd-changed'])).toMatchObject(
    {
      files: ['/root/a/plain'],
      reads: 1,
    },
  );
});

test('a folder that cannot be read is told of, one that is gone is not, and the next is listed all the same', async () => {
  const { run } = listing({
    '/root/secret': () => failing('EACCES'),
    '/root/gone': () => failing('ENOENT'),
    '/root/last': () => [entry('file')],
  });
  const told = await run(['/root/secret', 'all'], ['/root/gone', 'all'], ['/root/last', 'all']);
  expect(told.failures).toEqual(['/root/secret']);
  expect(told.files).toEqual(['/root/secret/first', '/root/gone/first', '/root/last/file']);
});

test('the loop turns while a large folder is listed', async () => {
  const { list, run } = listing({ '/root/large': large });
  let turns = 0;
  const counter = setInterval(() => {}, 1000);
  const counting = (async () => {
    list.add({ path: '/root/large', root: '/root', purpose: 'all', askedMs: 0 });
    for (; list.size > 0; turns += 1) await nextTurn();
  })();
  await Promise.all([run(), counting]);
  clearInterval(counter);
  expect(turns).toBeGreaterThanOrEqual(10);
});
