// The real watch worker process: whatever comes into a watched folder is offered once it rests, and what is not watched is said.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { encodePath } from '../../src/core/files/raw-path.ts';
import { childProcessStarter } from '../../src/core/processes/child-process-worker.ts';
import { readWatcherMessage } from '../../src/core/watch/watch-message.ts';
import type {
  MessageFromWatcher,
  MessageToWatcher,
  OfferedFile,
  RootHealth,
  WatchSettings,
} from '../../src/core/watch/watch-protocol.ts';
import { until } from '../helpers/processes.ts';
import { type TemporaryFolder, temporaryFolder } from '../helpers/temporary-folder.ts';

const entry = resolve(import.meta.dirname, '../../src/workers/watch-worker.ts');
const settleMs = 100;
/** For tests that nothing is offered twice: an event may be that late on a machine with much to do. */
const unhurriedMs = 700;
const onLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;

type Channel = Pick<ReturnType<ReturnType<typeof childProcessStarter<MessageToWatcher>>>, 'send' | 'kill'> & {
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (cause: string) => void): void;
};

class WatcherUnderTest implements Disposable {
  readonly offers: OfferedFile[] = [];
  readonly doubts: (MessageFromWatcher & { kind: 'doubt' })[] = [];
  readonly nonsense: unknown[] = [];
  roots: readonly RootHealth[] = [];
  rootMessages = 0;
  aliveMessages = 0;
  alive: (MessageFromWatcher & { kind: 'alive' }) | null = null;
  ended: string | null = null;
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.onExit((cause) => (this.ended = cause));
    channel.onMessage((received) => {
      const message = readWatcherMessage(received);
      if (message === null) this.nonsense.push(received);
      else if (message.kind === 'files') this.offers.push(...message.files);
      else if (message.kind === 'doubt') this.doubts.push(message);
      else if (message.kind === 'alive') [this.alive, this.aliveMessages] = [message, this.aliveMessages + 1];
      else [this.roots, this.rootMessages] = [message.roots, this.rootMessages + 1];
    });
  }

  send(message: MessageToWatcher): void {
    this.#channel.send(message);
  }

  root(path: string): RootHealth | undefined {
    return this.roots.find((root) => root.path === path);
  }

  async untilState(path: string, state: RootHealth['state'], limitMs = 15_000): Promise<RootHealth> {
    await until(() => this.root(path)?.state === state, limitMs);
    return this.root(path) ?? expect.unreachable();
  }

  offersOf(path: string): readonly OfferedFile[] {
    return this.offers.filter((offer) => offer.path === path);
  }

  /** Those that were not offered within this time. */
  async missingOf(paths: readonly string[], limitMs = 15_000): Promise<readonly string[]> {
    const missing = new Set(paths);
    const endsAtMs = performance.now() + limitMs;
    await until(() => {
      for (const { path } of this.offers) missing.delete(path);
      return missing.size === 0 || performance.now() > endsAtMs;
    }, limitMs + 1000);
    return [...missing];
  }

  /** Waits for this many signs of life, one a second. */
  async untilAlive(times: number): Promise<void> {
    const wanted = this.aliveMessages + times;
    await until(() => this.aliveMessages >= wanted);
  }

  [Symbol.dispose](): void {
    this.#channel.kill();
  }
}

interface Place extends Disposable {
  readonly folder: TemporaryFolder;
  /** The folder in it that is watched unless told otherwise. */
  readonly root: string;
  readonly disposal: DisposableStack;
  readonly settingsOf: (changes?: Partial<WatchSettings>) => WatchSettings;
  readonly start: (channel?: Channel) => WatcherUnderTest;
  readonly watching: (changes?: Partial<WatchSettings>) => Promise<WatcherUnderTest>;
  readonly write: (name: string, content?: string) => string;
  /** Writes a file last of all, and waits for it: what came before it and was to be offered has been. */
  readonly afterAllElse: (watcher: WatcherUnderTest) => Promise<void>;
}

/** Of one test alone: most of them wait most of the time, and do so side by side. */
function newPlace(): Place {
  const disposal = new DisposableStack();
  const folder = disposal.use(temporaryFolder());
  const root = join(folder.path, 'root');
  mkdirSync(root);

  function settingsOf(changes: Partial<WatchSettings> = {}): WatchSettings {
    return {
      roots: [{ path: root, removable: false }],
      exclude: { globs: [], folders: [], extensions: [] },
      ownFolders: [],
      stalled: [],
      settleMs,
      settleMaxMs: 1000,
      ...changes,
    };
  }

  function start(channel: Channel = childProcessStarter<MessageToWatcher>(entry)()): WatcherUnderTest {
    return disposal.use(new WatcherUnderTest(channel));
  }

  return {
    folder,
    root,
    disposal,
    settingsOf,
    start,
    async watching(changes) {
      const watcher = start();
      const settings = settingsOf(changes);
      watcher.send({ kind: 'watch', settings });
      for (const { path } of settings.roots) await watcher.untilState(path, 'watching');
      return watcher;
    },
    write: (name, content = 'x') => folder.write(`root/${name}`, content),
    async afterAllElse(watcher) {
      const path = join(root, `last-${Math.random()}`);
      // Longer than a folder may take to be told of.
      await watcher.untilAlive(3);
      writeFileSync(path, '');
      await until(() => watcher.offersOf(path).length > 0);
    },
    [Symbol.dispose]: () => disposal.dispose(),
  };
}

function keyOf(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev}:${ino}`;
}

/** A process that is not started by `fork`, with the same channel. */
function channelOf(child: ChildProcess): Channel {
  return {
    send: (message) => void child.send(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('close', (code) => listener(`ended with code ${code}`)),
    kill: () => void child.kill('SIGKILL'),
  };
}

test('it watches when it is started, and says how many folders', async () => {
  using place = newPlace();
  const { root, watching, write } = place;
  write('a/b/file');
  const watcher = await watching();
  expect(watcher.root(root)).toMatchObject({ state: 'watching', cause: '', remedy: '', folders: 3 });
  await until(() => watcher.alive !== null);
  expect(watcher.alive).toMatchObject({ unsettled: 0, events: 0 });
  expect(watcher.offers).toEqual([]);
});

describe.concurrent('what is offered, once and settled', () => {
  test('files that are new, changed, renamed, moved in or linked', async () => {
    using place = newPlace();
    const { folder, root, watching, write, afterAllElse } = place;
    const changed = write('a/changed');
    const old = write('a/old');
    const outside = folder.write('outside/file', 'x');
    const watcher = await watching({ settleMs: unhurriedMs });
    const renamed = join(root, 'a/renamed');
    const moved = join(root, 'moved');
    const linked = join(root, 'linked');
    const beforeMs = Date.now();
    const created = write('a/new');
    appendFileSync(changed, 'more');
    renameSync(old, renamed);
    linkSync(outside, linked);
    renameSync(outside, moved);
    const paths = [created, changed, renamed, moved, linked];
    expect(await watcher.missingOf(paths)).toEqual([]);
    await afterAllElse(watcher);
    for (const path of paths) expect(watcher.offersOf(path)).toMatchObject([{ root, settled: true }]);
    expect(watcher.offersOf(created)[0]?.eventAtMs).toBeGreaterThanOrEqual(beforeMs - 1);
    expect(watcher.offersOf(old)).toEqual([]);
    expect(watcher.nonsense).toEqual([]);
  });

  test('all that is in a tree that is moved in, and what is written to it later', async () => {
    using place = newPlace();
    const { folder, root, watching, write, afterAllElse } = place;
    const paths = Array.from({ length: 200 }, (_, index) => `tree/${index % 10}/deep/${index}`);
    for (const path of paths) folder.write(`outside/${path}`, 'x');
    const watcher = await watching({ settleMs: unhurriedMs });
    renameSync(join(folder.path, 'outside/tree'), join(root, 'tree'));
    const inside = paths.map((path) => join(root, path));
    expect(await watcher.missingOf(inside)).toEqual([]);
    await afterAllElse(watcher);
    expect(watcher.offers).toHaveLength(inside.length + 1);
    const later = write('tree/3/deep/later');
    expect(await watcher.missingOf([later])).toEqual([]);
    expect(watcher.root(root)).toMatchObject({ folders: 22 });
  });

  test('files of a folder that was renamed within the root, under its new name', async () => {
    using place = newPlace();
    const { root, watching, write } = place;
    write('before/inner/file');
    const watcher = await watching();
    renameSync(join(root, 'before'), join(root, 'after'));
    expect(await watcher.missingOf([join(root, 'after/inner/file')])).toEqual([]);
    const later = write('after/inner/later');
    expect(await watcher.missingOf([later])).toEqual([]);
  });
});

/** One after the other: whoever writes thousands of files keeps the others from their turn. */
describe('what is offered of many at once', () => {
  test('files in new folders, written before anybody could watch those', async () => {
    using place = newPlace();
    const { watching, write, afterAllElse } = place;
    const watcher = await watching({ settleMs: unhurriedMs });
    const paths: string[] = [];
    for (let index = 0; index < 500; index += 1)
      paths.push(write(`new/${index % 7}/${index % 5}/${index}`, 'x'));
    expect(await watcher.missingOf(paths)).toEqual([]);
    await afterAllElse(watcher);
    expect(watcher.offers.filter(({ settled }) => settled)).toHaveLength(paths.length + 1);
  });

  test('files in a folder that is deleted and made again, over and over', async () => {
    using place = newPlace();
    const { root, watching, write } = place;
    const watcher = await watching();
    for (let turn = 0; turn < 200; turn += 1) {
      rmSync(join(root, 'again'), { recursive: true, force: true });
      write(`again/inner/${turn}`);
    }
    expect(await watcher.missingOf([join(root, 'again/inner/199')])).toEqual([]);
    const later = write('again/inner/later');
    expect(await watcher.missingOf([later])).toEqual([]);
  });

  test('a burst of many files, flat and in many folders', async () => {
    using place = newPlace();
    const { watching, write } = place;
    const watcher = await watching();
    const paths: string[] = [];
    for (let index = 0; index < 6000; index += 1)
      paths.push(write(index % 2 === 0 ? `flat-${index}` : `in/${index % 40}/${index}`));
    expect(await watcher.missingOf(paths, 20_000)).toEqual([]);
    expect(watcher.doubts.filter((doubt) => doubt.root !== null)).toEqual([]);
  });
});

test.concurrent('links are not followed and offered under no name, however hostile, and their neighbours are', async () => {
  using place = newPlace();
  const { folder, root, watching, write, afterAllElse } = place;
  mkdirSync(join(root, 'loops'));
  symlinkSync(join(root, 'loops'), join(root, 'loops/self'));
  symlinkSync('/', join(root, 'everything'));
  symlinkSync(join(write('plain'), 'below'), join(root, 'not-a-folder'));
  symlinkSync('circle', join(root, 'circle'));
  const outside = folder.write('outside/file', 'x');
  const watcher = await watching({ settleMs: unhurriedMs });
  expect(watcher.root(root)?.folders).toBe(2);
  symlinkSync(outside, join(root, 'link'));
  symlinkSync('/', join(root, 'loops/everything'));
  appendFileSync(outside, 'more');
  const neighbour = write('loops/neighbour');
  expect(await watcher.missingOf([neighbour])).toEqual([]);
  await afterAllElse(watcher);
  expect(watcher.offers.filter(({ path }) => !path.includes('last-'))).toMatchObject([{ path: neighbour }]);
});

test.skipIf(process.platform === 'win32')(
  'links that lead through a file or round in circles hide no folder beside them',
  async () => {
    using place = newPlace();
    const { folder, root, watching } = place;
    const plain = folder.write('plain', 'x');
    function fill(where: string): string[] {
      const folders = Array.from({ length: 60 }, (_, index) => join(where, `folder-${index}`));
      for (const [index, path] of folders.entries()) {
        mkdirSync(path, { recursive: true });
        if (index % 3 === 0) symlinkSync(join(plain, 'below'), join(where, `a-link-${index}`));
        if (index % 3 === 1) symlinkSync('n'.repeat(300), join(where, `a-long-${index}`));
        if (index % 3 === 2) symlinkSync(`a-circle-${index}`, join(where, `a-circle-${index}`));
      }
      return folders;
    }
    const early = fill(join(root, 'early'));
    const late = fill(join(folder.path, 'late')).map((path) => path.replace(folder.path, root));
    const watcher = await watching();
    renameSync(join(folder.path, 'late'), join(root, 'late'));
    await until(() => watcher.root(root)?.folders === 3 + early.length + late.length);
    const files = [...early, ...late].map((path) => join(path, 'file'));
    for (const file of files) writeFileSync(file, 'x');
    expect(await watcher.missingOf(files)).toEqual([]);
  },
);

test.skipIf(!onLinux)(
  'names with every kind of character arrive as they are',
  { concurrent: true },
  async () => {
    using place = newPlace();
    const { root, watching } = place;
    const watcher = await watching({ settleMs: unhurriedMs });
    const names = [
      'new\nline',
      'tab\t',
      '-rf',
      ';$(x)',
      'a: OK',
      'back\\slash',
      'a\\..\\..\\b',
      '😀',
      '\u202ereversed',
      'zero\u200bwidth',
      'n'.repeat(255),
      'backup~',
      '.file.swp',
      '__proto__',
      'é',
      'e\u0301',
      'real\uFFFDreplacement',
      'bytes\udcff\udc80',
    ];
    const paths = names.map((name) => join(root, name));
    for (const path of paths) writeFileSync(encodePath(path), 'x');
    expect(await watcher.missingOf(paths)).toEqual([]);
    for (const path of paths) expect(watcher.offersOf(path)).toHaveLength(1);
  },
);

describe.skipIf(!onLinux)('folders with names that chokidar cannot carry', { concurrent: true }, () => {
  test.each(['back\\slash', 'bytes\udcff', 'a\\..\\b'])('are watched all the same: %j', async (name) => {
    using place = newPlace();
    const { root, watching } = place;
    const [early, late] = [join(root, `early-${name}`), join(root, `late-${name}`)];
    mkdirSync(encodePath(join(early, 'inner')), { recursive: true });
    const watcher = await watching();
    await until(() => watcher.root(root)?.folders === 3);
    mkdirSync(encodePath(join(late, 'inner')), { recursive: true });
    writeFileSync(encodePath(join(late, 'inner/at-once')), 'x');
    expect(await watcher.missingOf([join(late, 'inner/at-once')])).toEqual([]);
    const paths = [join(early, 'inner/file'), join(late, 'inner/file'), join(late, 'bytes\udcff')];
    for (const path of paths) writeFileSync(encodePath(path), 'x');
    expect(await watcher.missingOf(paths)).toEqual([]);
  });

  test('do not close the watch of the folder they are mistaken for when they go', async () => {
    using place = newPlace();
    const { root, watching, write } = place;
    mkdirSync(join(root, 'a/b'), { recursive: true });
    const watcher = await watching();
    mkdirSync(join(root, 'a\\b'));
    await until(() => watcher.root(root)?.folders === 4);
    rmSync(join(root, 'a\\b'), { recursive: true });
    await until(() => watcher.root(root)?.folders === 3);
    expect(await watcher.missingOf([write('a/b/file')])).toEqual([]);
  });
});

test.skipIf(!onLinux)('a FIFO is offered without being opened', { concurrent: true }, async () => {
  using place = newPlace();
  const { root, watching, write } = place;
  const watcher = await watching();
  const fifo = join(root, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const neighbour = write('neighbour');
  expect(await watcher.missingOf([fifo, neighbour])).toEqual([]);
});

describe('a file that is written to all the time', () => {
  test('is offered at most once a settle time, while it grows and after its last change', async () => {
    using place = newPlace();
    const { root, watching, afterAllElse } = place;
    // Long, so that a machine with much to do does not make the writer rest.
    const watcher = await watching({ settleMs: 700, settleMaxMs: 1500 });
    const path = join(root, 'log');
    const descriptor = openSync(path, 'w');
    const endsMs = performance.now() + 2500;
    let writes = 0;
    while (performance.now() < endsMs) {
      for (let turn = 0; turn < 100; turn += 1) writes += writeSync(descriptor, 'x');
      await nextTurn();
    }
    closeSync(descriptor);
    const lastMs = Date.now();
    await until(() => watcher.offersOf(path).at(-1)?.settled === true);
    await afterAllElse(watcher);
    expect(writes).toBeGreaterThan(5000);
    const offers = watcher.offersOf(path);
    expect(offers.map(({ settled }) => settled)).toEqual([false, true]);
    expect(offers[1]?.eventAtMs).toBeLessThanOrEqual(lastMs);
  });

  test('that is gone before it rests is not offered', async () => {
    using place = newPlace();
    const { root, watching, write, afterAllElse } = place;
    const watcher = await watching();
    rmSync(write('short'));
    await afterAllElse(watcher);
    expect(watcher.offersOf(join(root, 'short'))).toEqual([]);
  });
});

describe.concurrent('what is left out', () => {
  test('excluded folders and files, before and after they appear', async () => {
    using place = newPlace();
    const { folder, root, watching, write, afterAllElse } = place;
    write('cache/a/file');
    const watcher = await watching({
      settleMs: unhurriedMs,
      exclude: { globs: ['*.tmp', 'node_modules'], folders: [join(root, 'cache')], extensions: ['iso'] },
    });
    expect(watcher.root(root)?.folders).toBe(1);
    const kept = ['x', 'kept/y'].map((name) => write(name));
    for (const name of ['cache/z', 'a.tmp', 'image.ISO', 'node_modules/b/c', 'kept/node_modules/d'])
      write(name);
    folder.write('outside/node_modules/file');
    renameSync(join(folder.path, 'outside'), join(root, 'outside'));
    expect(await watcher.missingOf(kept)).toEqual([]);
    await afterAllElse(watcher);
    expect(watcher.offers.map(({ path }) => path).filter((path) => !path.includes('last-'))).toEqual(
      expect.arrayContaining(kept),
    );
    expect(watcher.offers).toHaveLength(kept.length + 1);
  });

  test('our own folders, whatever name they are reached by', async () => {
    using place = newPlace();
    const { folder, root, watching, afterAllElse } = place;
    const own = join(root, 'data/vedette');
    mkdirSync(join(own, 'vault'), { recursive: true });
    const watcher = await watching({ ownFolders: [keyOf(own)] });
    folder.write('root/data/vedette/vault/object');
    renameSync(own, join(root, 'data/renamed'));
    folder.write('root/data/renamed/vault/object');
    await afterAllElse(watcher);
    expect(watcher.offers).toHaveLength(1);
    expect(watcher.root(root)?.folders).toBe(2);
  });

  test('a root that is, or lies in, a folder of ours, also through a link; it says so', async () => {
    using place = newPlace();
    const { folder, root, settingsOf, start } = place;
    const own = join(root, 'data');
    mkdirSync(join(own, 'inner'), { recursive: true });
    symlinkSync(own, join(folder.path, 'link'));
    const through = join(folder.path, 'link/inner');
    const watcher = start();
    watcher.send({
      kind: 'watch',
      settings: settingsOf({ roots: [{ path: through, removable: false }], ownFolders: [keyOf(own)] }),
    });
    const health = await watcher.untilState(through, 'degraded');
    expect(health).toMatchObject({ folders: 0, cause: expect.stringContaining('Vedette itself') });
  });
});

describe.concurrent('a root', () => {
  test('that is not there is gone; once it is, it is watched, doubted, and all in it offered', async () => {
    using place = newPlace();
    const { root, settingsOf, start, write } = place;
    rmSync(root, { recursive: true });
    const watcher = start();
    watcher.send({ kind: 'watch', settings: settingsOf() });
    expect(await watcher.untilState(root, 'gone')).toMatchObject({ cause: 'It is not there.', folders: 0 });
    const file = write('inner/file');
    await watcher.untilState(root, 'watching');
    expect(await watcher.missingOf([file])).toEqual([]);
    await until(() => watcher.doubts.some((doubt) => doubt.root === root));
  });

  test('that is deleted and made again is watched again', async () => {
    using place = newPlace();
    const { root, watching, write } = place;
    const watcher = await watching();
    rmSync(root, { recursive: true });
    await watcher.untilState(root, 'gone');
    mkdirSync(root);
    await watcher.untilState(root, 'watching');
    const file = write('file');
    expect(await watcher.missingOf([file])).toEqual([]);
    expect(watcher.doubts.filter((doubt) => doubt.root === root)).not.toEqual([]);
  });

  test('in whose place another folder is put is watched anew, and what is in it offered', async () => {
    using place = newPlace();
    const { folder, root, watching, write, afterAllElse } = place;
    const watcher = await watching();
    const file = join(root, 'inner/file');
    folder.write('other/inner/file', 'x');
    renameSync(root, join(folder.path, 'away'));
    renameSync(join(folder.path, 'other'), root);
    expect(await watcher.missingOf([file])).toEqual([]);
    const later = write('inner/later');
    expect(await watcher.missingOf([later])).toEqual([]);
    folder.write('away/no-longer', 'x');
    await afterAllElse(watcher);
    expect(watcher.offers.filter(({ path }) => path.includes('away') || path.includes('no-longer'))).toEqual(
      [],
    );
  });

  test('that is a link is watched under the name of what it leads to', async () => {
    using place = newPlace();
    const { folder, root, watching, write } = place;
    const link = join(folder.path, 'link');
    symlinkSync(root, link);
    const watcher = await watching({ roots: [{ path: link, removable: true }] });
    const file = write('file');
    expect(await watcher.missingOf([file])).toEqual([]);
    expect(watcher.offersOf(file)).toMatchObject([{ root: link }]);
  });

  test.skipIf(!onLinux || !isRoot)(
    'that is unmounted and mounted again is watched again, on either side',
    async () => {
      using place = newPlace();
      const { root, disposal, watching, write } = place;
      const watcher = await watching();
      const image = ['-t', 'tmpfs', '-o', 'size=1m', 'vedette-test', root];
      execFileSync('mount', image);
      disposal.defer(() => spawnSync('umount', ['-l', root]));
      await until(() => watcher.doubts.some((doubt) => doubt.root === root));
      await watcher.untilState(root, 'watching');
      expect(await watcher.missingOf([write('on-the-volume')])).toEqual([]);
      execFileSync('umount', [root]);
      // Again at once: it may well get the same device number and inode.
      execFileSync('mount', image);
      const found = write('while-away');
      expect(await watcher.missingOf([found])).toEqual([]);
      expect(await watcher.missingOf([write('again')])).toEqual([]);
    },
  );
});

test.concurrent('other settings change only what is different', async () => {
  using place = newPlace();
  const { folder, root, settingsOf, watching, write, afterAllElse } = place;
  const [other, third] = [join(folder.path, 'other'), join(folder.path, 'third')];
  for (const path of [other, third]) mkdirSync(path);
  const watcher = await watching({ roots: [root, other].map((path) => ({ path, removable: false })) });
  const since = watcher.root(root)?.sinceMs;
  watcher.send({
    kind: 'watch',
    settings: settingsOf({ roots: [root, third].map((path) => ({ path, removable: false })), settleMs: 20 }),
  });
  await watcher.untilState(third, 'watching');
  expect(watcher.root(other)).toBeUndefined();
  expect(watcher.root(root)?.sinceMs).toBe(since);
  folder.write('other/file', 'x');
  expect(await watcher.missingOf([folder.write('third/file', 'x'), write('file')])).toEqual([]);
  expect(watcher.doubts).toEqual([]);
  watcher.send({
    kind: 'watch',
    settings: settingsOf({ exclude: { globs: ['*.tmp'], folders: [], extensions: [] } }),
  });
  await until(() => watcher.doubts.some((doubt) => doubt.root === root));
  write('left-out.tmp');
  expect(await watcher.missingOf([write('kept')])).toEqual([]);
  await afterAllElse(watcher);
  expect(watcher.offers.filter(({ path }) => path.endsWith('.tmp') || path === join(other, 'file'))).toEqual(
    [],
  );
});

describe.skipIf(!onLinux)('what cannot be watched', { concurrent: true }, () => {
  test('for want of permission is counted and named, and the rest is watched', async () => {
    using place = newPlace();
    const { folder, root, disposal, settingsOf, start, write } = place;
    write('open/file');
    for (const name of ['secret', 'hidden']) {
      mkdirSync(join(root, name));
      chmodSync(join(root, name), 0o000);
      // Nobody but root could remove it as it is.
      disposal.defer(() => chmodSync(join(root, name), 0o700));
    }
    for (const path of [folder.path, root, join(root, 'open')]) chmodSync(path, 0o777);
    const drop = folder.write(
      'unprivileged.mjs',
      `process.setgroups?.([65534]); process.setgid?.(65534); process.setuid?.(65534);
       await import(${JSON.stringify(entry)});`,
    );
    const watcher = start(childProcessStarter<MessageToWatcher>(isRoot ? drop : entry)());
    watcher.send({ kind: 'watch', settings: settingsOf() });
    const health = await watcher.untilState(root, 'degraded');
    expect(health).toMatchObject({ folders: 2 });
    expect(health.cause).toMatch(
      /^Only 2 of 4 folders .* no permission to read .*(secret|hidden) and 1 other\.$/u,
    );
    expect(await watcher.missingOf([write('open/later')])).toEqual([]);
  });

  test('for the length of its path is counted, at the start and later', async () => {
    using place = newPlace();
    const { root, settingsOf, start } = place;
    const step = 'd'.repeat(250);
    // Only step by step can anybody get there. The seventeenth is too long.
    const deeper = `cd -P "$1" && for i in $(seq "$2"); do mkdir -p ${step} && cd -P ${step} || exit 1; done`;
    function makeDeep(name: string, steps = 17): void {
      mkdirSync(join(root, name), { recursive: true });
      expect(spawnSync('sh', ['-c', deeper, 'sh', join(root, name), String(steps)]).status).toBe(0);
    }
    makeDeep('first');
    const watcher = start();
    watcher.send({ kind: 'watch', settings: settingsOf() });
    const { cause } = await watcher.untilState(root, 'degraded');
    expect(cause).toMatch(
      /^Only \d+ of \d+ folders are watched: .* \(its path is longer than the system takes\)\.$/u,
    );
    expect(cause).not.toContain(' other');
    const { folders } = watcher.root(root) ?? { folders: 0 };
    makeDeep('second', 16);
    await until(() => watcher.root(root)?.folders === folders + 17);
    makeDeep('second');
    await until(() => watcher.root(root)?.cause.includes(' and 1 other') === true);
    spawnSync('rm', ['-rf', root]);
  });

  const canUnshare = spawnSync('unshare', ['-Ur', 'true']).status === 0;
  test.skipIf(!canUnshare)(
    'for want of inotify watches is said in one sentence, with the command',
    async () => {
      using place = newPlace();
      const { root, settingsOf, start, write } = place;
      for (let index = 0; index < 200; index += 1) mkdirSync(join(root, `folder-${index}`));
      // A user namespace has limits of its own: no other program feels this one.
      const limited = `echo 50 > /proc/sys/user/max_inotify_watches && exec "$0" "$1"`;
      const child = spawn('unshare', ['-Ur', 'sh', '-c', limited, process.execPath, entry], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const watcher = start(channelOf(child));
      watcher.send({ kind: 'watch', settings: settingsOf() });
      const health = await watcher.untilState(root, 'degraded');
      expect(health.cause).toMatch(/^Only \d+ of 201 folders are watched: .*fs\.inotify\.max_user_watches/u);
      expect(health.folders).toBeGreaterThan(30);
      expect(health.folders).toBeLessThanOrEqual(50);
      expect(health.remedy).toContain('sudo sysctl fs.inotify.max_user_watches=');
      expect(await watcher.missingOf([write('in-the-root')])).toEqual([]);
      expect(watcher.rootMessages).toBeLessThan(10);
      expect(watcher.doubts).toEqual([]);
    },
  );
});

describe('a loop that stands still', () => {
  test('raises a doubt about everything and is told of', async () => {
    using place = newPlace();
    const { disposal, watching } = place;
    process.env['VEDETTE_FAULTS'] = '1';
    disposal.defer(() => delete process.env['VEDETTE_FAULTS']);
    const watcher = await watching();
    watcher.send({ kind: 'block', milliseconds: 2500 });
    await until(() => watcher.doubts.length > 0);
    expect(watcher.doubts[0]).toMatchObject({ root: null, cause: expect.stringContaining('stood still') });
    await until(() => (watcher.alive?.loopDelayMs ?? 0) < 1000);
  });

  test('is not to be had outside tests', async () => {
    using place = newPlace();
    const { watching, write } = place;
    const watcher = await watching();
    watcher.send({ kind: 'block', milliseconds: 20_000 });
    expect(await watcher.missingOf([write('file')])).toEqual([]);
    expect(watcher.doubts).toEqual([]);
  });
});

test.concurrent('it ends when it is told to', async () => {
  using place = newPlace();
  const { watching } = place;
  const watcher = await watching();
  watcher.send({ kind: 'stop' });
  await until(() => watcher.ended !== null);
  expect(watcher.ended).toBe('ended with code 0');
});

test('a variable that makes chokidar poll is of no effect', async () => {
  using place = newPlace();
  const { disposal, watching, write } = place;
  process.env['CHOKIDAR_USEPOLLING'] = '1';
  process.env['CHOKIDAR_INTERVAL'] = '60000';
  disposal.defer(() => {
    delete process.env['CHOKIDAR_USEPOLLING'];
    delete process.env['CHOKIDAR_INTERVAL'];
  });
  const watcher = await watching();
  expect(await watcher.missingOf([write('new/file')])).toEqual([]);
});
