// Several processes with the same databases, and one of them that keeps a lock: nothing is lost, nobody waits for long.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/core/logger.ts';
import { fileInPlace, setAside } from '../../src/core/store/set-aside.ts';
import { openStore } from '../../src/core/store/store.ts';
import { entryFor, generation, identityFor } from '../helpers/store-entries.ts';
import { until } from '../helpers/processes.ts';
import { StoreProcess } from '../helpers/store-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const holdsLock = `
  const db = new Database(args[0]);
  db.pragma('busy_timeout = 5000');
  if (args[1]) db.pragma('locking_mode = EXCLUSIVE');
  db.exec('BEGIN EXCLUSIVE');
  db.prepare('UPDATE about SET files = files').run();
  console.log('locked');
  process.stdin.once('data', () => {
    db.exec('COMMIT');
    db.close();
    process.exit(0);
  });`;

describe('a database that another process keeps locked', () => {
  it('is read all the same, and what is new waits for the lock', async () => {
    using folder = temporaryFolder();
    using store = openStore({ folder: folder.path, logger: silentLogger });
    store.verdicts.remember(entryFor(1));
    store.flush();
    await using other = new StoreProcess(holdsLock, [store.cacheFile]);
    expect(await other.line()).toBe('locked');
    const startedMs = performance.now();
    store.verdicts.remember(entryFor(2));
    store.flush();
    // Not as long as SQLite would wait by itself: five seconds.
    expect(performance.now() - startedMs).toBeLessThan(4000);
    const ids = [identityFor(1), identityFor(2)];
    expect(store.verdicts.recallFiles(ids, generation).map((file) => file !== null)).toEqual([true, false]);
    expect(store.health).toMatchObject({ state: 'ready', droppedWrites: 0, setAside: [] });
    other.tell('go on');
    expect(await other.end()).toBe(0);
    await until(() => store.verdicts.recallFiles([identityFor(2)], generation)[0] !== null, 10_000);
    expect(store.health).toEqual({ state: 'ready', details: [], setAside: [], droppedWrites: 0 });
  });

  it('also from reading is not set aside, and used when it is free', async () => {
    using folder = temporaryFolder();
    const before = openStore({ folder: folder.path, logger: silentLogger });
    before.verdicts.remember(entryFor(1));
    before[Symbol.dispose]();
    await using other = new StoreProcess(holdsLock, [join(folder.path, 'cache.db'), true]);
    expect(await other.line()).toBe('locked');
    using store = openStore({ folder: folder.path, logger: silentLogger });
    store.verdicts.remember(entryFor(2));
    expect(store.verdicts.recallFiles([identityFor(1)], generation)).toEqual([null]);
    expect(store.health).toMatchObject({ state: 'degraded', droppedWrites: 0, setAside: [] });
    other.tell('go on');
    expect(await other.end()).toBe(0);
    await until(() => store.verdicts.recallFiles([identityFor(2)], generation)[0] !== null, 10_000);
    expect(store.verdicts.recallFiles([identityFor(1)], generation)[0]).not.toBeNull();
    expect(store.health).toEqual({ state: 'ready', details: [], setAside: [], droppedWrites: 0 });
  });
});

describe('several processes at once', () => {
  const writes = `
    console.log('there');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    const store = openStore({ folder: args[0], logger });
    for (let inode = args[1]; inode < args[1] + 2000; inode += 1) {
      store.verdicts.remember(entries.entryFor(inode));
      if (inode % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    store[Symbol.dispose]();
    console.log(JSON.stringify(store.health));
    process.exit(0);`;

  it('make the databases once and lose nothing', async () => {
    using folder = temporaryFolder();
    await using children = new AsyncDisposableStack();
    const processes = [10_000, 20_000, 30_000, 40_000].map((first) =>
      children.use(new StoreProcess(writes, [folder.path, first])),
    );
    for (const child of processes) expect(await child.line()).toBe('there');
    for (const child of processes) child.tell('go');
    for (const child of processes) {
      expect(JSON.parse(await child.line())).toEqual({
        state: 'ready',
        details: [],
        setAside: [],
        droppedWrites: 0,
      });
    }
    using store = openStore({ folder: folder.path, logger: silentLogger });
    expect(store.verdicts.counts()).toMatchObject({ files: 8000, contents: 8000 });
    expect(store.health.state).toBe('ready');
  });

  it('go on together when one of them finds the database damaged', async () => {
    using folder = temporaryFolder();
    const notices = `
      const store = openStore({ folder: args[0], logger });
      store.verdicts.remember(entries.entryFor(args[1]));
      store.flush();
      console.log('open');
      process.stdin.on('data', () => {
        store.verdicts.remember(entries.entryFor(args[1] + 1));
        store.flush();
        console.log(JSON.stringify(store.health));
      });`;
    await using child = new StoreProcess(notices, [folder.path, 100]);
    expect(await child.line()).toBe('open');
    using store = openStore({ folder: folder.path, logger: silentLogger });
    setAside(store.cacheFile, 'damaged', fileInPlace(store.cacheFile) ?? '');
    store.verdicts.remember(entryFor(1));
    store.flush();
    child.tell('go');
    expect(JSON.parse(await child.line())).toMatchObject({ state: 'ready', droppedWrites: 0 });
    const wanted = [identityFor(1), identityFor(101)];
    expect(store.verdicts.recallFiles(wanted, generation).map((file) => file !== null)).toEqual([true, true]);
    await child.kill();
    using again = openStore({ folder: folder.path, logger: silentLogger });
    expect(again.health).toMatchObject({ state: 'ready', setAside: [] });
    expect(again.verdicts.recallFiles(wanted, generation).map((file) => file !== null)).toEqual([true, true]);
  });
});
