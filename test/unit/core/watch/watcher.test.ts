// The watcher offers what rests, many at a time, whatever comes meanwhile; where it cannot keep up it says so.
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFolder } from '../../../../src/core/intake/read-folder.ts';
import type { MessageFromWatcher, OfferedFile } from '../../../../src/core/watch/watch-protocol.ts';
import { Watcher, type WatcherOptions } from '../../../../src/core/watch/watcher.ts';
import { until } from '../../../helpers/processes.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { type FakeWatch, fakeFolders, lastOf } from './fake-folders.ts';

let folder: TemporaryFolder;
let messages: MessageFromWatcher[] = [];
let stack: AsyncDisposableStack;

beforeEach(() => {
  stack = new AsyncDisposableStack();
  folder = stack.use(temporaryFolder());
  messages = [];
});
afterEach(() => stack.disposeAsync());

async function begin(changes: Partial<WatcherOptions> = {}): Promise<FakeWatch> {
  const fake = fakeFolders();
  const watcher = stack.use(
    new Watcher({
      watchFolders: fake.watchFolders,
      readFolder,
      createExclusions: () => ({ excludes: () => false, excludesFolder: () => false }),
      limits: () => ({ platform: 'linux', watches: null, instances: null }),
      queueLimit: 1_000_000,
      send: (message) => messages.push(message),
      ...changes,
    }),
  );
  watcher.apply({
    roots: [{ path: folder.path, removable: false }],
    exclude: { globs: [], folders: [], extensions: [] },
    ownFolders: [],
    stalled: [],
    settleMs: 30,
    settleMaxMs: 1000,
  });
  await until(() => fake.watches.length === 1);
  const watch = lastOf(fake.watches);
  watch.listener.folder(folder.path, true);
  watch.listener.ready();
  return watch;
}

function tell({ listener }: FakeWatch, path: string): void {
  listener.entry(dirname(path), basename(path), true);
}

function offers(): OfferedFile[] {
  return messages.flatMap((message) => (message.kind === 'files' ? message.files : []));
}

test('thousands that are due at once are all offered, once, while others keep coming', async () => {
  const paths = Array.from({ length: 4500 }, (_, index) => folder.write(`file-${index}`));
  const watch = await begin();
  for (const path of paths.slice(0, 4000)) tell(watch, path);
  for (const path of paths.slice(4000)) {
    tell(watch, path);
    await nextTurn();
  }
  await until(() => offers().length >= paths.length);
  expect(
    offers()
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(paths.toSorted());
  const sizes = messages.flatMap((message) => (message.kind === 'files' ? [message.files.length] : []));
  expect(Math.max(...sizes)).toBe(512);
});

test('more files than can be remembered are a doubt about their root, and those that fit are offered', async () => {
  const paths = Array.from({ length: 20 }, (_, index) => folder.write(`file-${index}`));
  const watch = await begin({ mostWaiting: 5 });
  for (const path of paths) tell(watch, path);
  await until(() => offers().length === 5);
  expect(messages.filter(({ kind }) => kind === 'doubt')).toEqual([
    { kind: 'doubt', root: folder.path, cause: 'more files changed than can be remembered' },
  ]);
});

test('a folder that appeared and was never told of is listed all the same, with the folders in it', async () => {
  const watch = await begin();
  const paths = ['new/file', 'new/inner/deep'].map((name) => folder.write(name));
  tell(watch, join(folder.path, 'new'));
  await until(() => offers().length === 2, 8000);
  expect(offers().map(({ path }) => path)).toEqual(paths);
});

test('a folder that was told of is listed once, not again for its event', async () => {
  let reads = 0;
  const watch = await begin({
    readFolder: (path) => {
      if (path !== folder.path) reads += 1;
      return readFolder(path);
    },
  });
  const path = dirname(folder.write('new/file'));
  tell(watch, path);
  watch.listener.folder(path, false);
  await until(() => offers().length === 1);
  tell(watch, folder.write('later'));
  await until(() => messages.filter(({ kind }) => kind === 'alive').length >= 3, 5000);
  expect(reads).toBe(1);
  expect(offers()).toHaveLength(2);
});

test('an event without a name has the folder listed', async () => {
  folder.write('a');
  folder.write('b');
  const watch = await begin();
  watch.listener.unnamed(folder.path);
  await until(() => offers().length > 1);
  expect(
    offers()
      .map(({ path }) => basename(path))
      .toSorted(),
  ).toEqual(readdirSync(folder.path).toSorted());
});

test('events in one turn beyond what the kernel keeps are a doubt about everything', async () => {
  const watch = await begin({ queueLimit: 100 });
  const path = folder.write('file');
  for (let event = 0; event < 50; event += 1) tell(watch, path);
  await until(() => messages.some(({ kind }) => kind === 'doubt'));
  expect(messages.find(({ kind }) => kind === 'doubt')).toMatchObject({ root: null });
});
