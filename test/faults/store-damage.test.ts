// Databases that are damaged, cut off, empty, none at all or too new: set aside with the moment, begun anew, and told.
import {
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  openSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/core/logger.ts';
import { openStore, type Store } from '../../src/core/store/store.ts';
import { entryFor, generation, identityFor } from '../helpers/store-entries.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const files = 3000;

function open(folder: string): Store {
  return openStore({ folder, logger: silentLogger });
}

function fill(store: Store): void {
  for (let inode = 0; inode < files; inode += 1) store.verdicts.remember(entryFor(inode));
  store.flush();
}

function overwrite(path: string, position: number, content: Buffer): void {
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, content, 0, content.length, position);
  closeSync(descriptor);
}

function edit(path: string, sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

/** How many of the files are known. */
function known(store: Store): number {
  const identities = Array.from({ length: files }, (_, inode) => identityFor(inode));
  return store.verdicts.recallFiles(identities, generation).filter((file) => file !== null).length;
}

/** It takes and gives verdicts, now and after a new start, and nothing more is set aside. */
function expectToWork(folder: string, store: Store): void {
  store.verdicts.remember(entryFor(1));
  store.flush();
  expect(store.verdicts.recallFiles([identityFor(1)], generation)[0]?.verdict?.judgement.kind).toBe('clean');
  expect(store.health.state).toBe('ready');
  store[Symbol.dispose]();
  using again = open(folder);
  expect(again.health).toEqual({ state: 'ready', details: [], setAside: [], droppedWrites: 0 });
  expect(again.verdicts.recallFiles([identityFor(1)], generation)[0]).not.toBeNull();
}

const garbage = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 131 + 89) % 256));

describe.each(['cache.db', 'history.db'])('%s', (name) => {
  const title = name === 'cache.db' ? 'verdict cache' : 'history';

  it.each([
    ['garbage at the start', 'was damaged', (path: string) => overwrite(path, 0, garbage)],
    ['a broken schema', 'was damaged', (path: string) => overwrite(path, 100, garbage.subarray(0, 3900))],
    ['half of it missing', 'was damaged', (path: string) => truncateSync(path, statSync(path).size / 2)],
    ['all but 100 bytes missing', 'was damaged', (path: string) => truncateSync(path, 100)],
    ['no bytes', 'was damaged', (path: string) => truncateSync(path, 0)],
    [
      'a text in its place',
      'was damaged',
      (path: string) => writeFileSync(path, 'no database\n'.repeat(999)),
    ],
    ['a short text in its place', 'was damaged', (path: string) => writeFileSync(path, 'x')],
    [
      'a schema of the future',
      'was made by a newer Vedette',
      (path: string) => edit(path, 'PRAGMA user_version = 999'),
    ],
  ])('with %s is set aside and begun anew', (_, sentence, damage) => {
    using folder = temporaryFolder();
    const before = open(folder.path);
    fill(before);
    before[Symbol.dispose]();
    const path = join(folder.path, name);
    damage(path);
    const found = readFileSync(path);
    using store = open(folder.path);
    const [target = ''] = store.health.setAside;
    expect(target).toMatch(/\/(?:cache|history)\.db\.(?:damaged|newer)-\d{8}-\d{6}$/);
    expect(readFileSync(target)).toEqual(found);
    expect(store.health).toMatchObject({ state: 'ready', setAside: [target], droppedWrites: 0 });
    expect(store.health.details).toEqual([
      expect.stringContaining(`The ${title} ${sentence}: it was set aside as ${name}.`),
    ]);
    expect(known(store)).toBe(name === 'cache.db' ? 0 : files);
    expectToWork(folder.path, store);
  });

  it('of no bytes does not get what its write-ahead log still holds', () => {
    using folder = temporaryFolder();
    using before = open(folder.path);
    fill(before);
    const wal = readFileSync(join(folder.path, `${name}-wal`));
    const main = readFileSync(join(folder.path, name));
    before[Symbol.dispose]();
    using other = temporaryFolder();
    other.write(name, '');
    other.write(`${name}-wal`, wal);
    using store = open(other.path);
    const [target = ''] = store.health.setAside;
    expect(readFileSync(`${target}-wal`)).toEqual(wal);
    expect(main.length).toBeGreaterThan(0);
    expect(known(store)).toBe(0);
    expectToWork(other.path, store);
  });
});

function filled(folder: string): string {
  const before = open(folder);
  fill(before);
  before[Symbol.dispose]();
  return join(folder, 'cache.db');
}

function spoil(path: string): void {
  const { size } = statSync(path);
  for (let position = 8 * 4096; position < size; position += 4096) overwrite(path, position, garbage);
}

describe('damage that is found at work', () => {
  it('by a look-up: what is not readable is not known, and the next is remembered', () => {
    using folder = temporaryFolder();
    spoil(filled(folder.path));
    using store = open(folder.path);
    expect(store.health).toMatchObject({ state: 'ready', setAside: [] });
    expect(known(store)).toBe(0);
    expect(store.health.setAside).toEqual([expect.stringContaining('cache.db.damaged-')]);
    expectToWork(folder.path, store);
  });

  it('by a write: what is queued goes to the new database', () => {
    using folder = temporaryFolder();
    spoil(filled(folder.path));
    using store = open(folder.path);
    const fresh = Array.from({ length: 200 }, (_, index) => files + index);
    for (const inode of fresh) store.verdicts.remember(entryFor(inode));
    store.flush();
    expect(store.health).toMatchObject({ state: 'ready', droppedWrites: 0 });
    expect(store.health.setAside).toHaveLength(1);
    const found = store.verdicts.recallFiles(
      fresh.map((inode) => identityFor(inode)),
      generation,
    );
    expect(found.filter((file) => file !== null)).toHaveLength(200);
    expectToWork(folder.path, store);
  });

  it('when the file is cut off while it is open', () => {
    using folder = temporaryFolder();
    const path = filled(folder.path);
    using store = open(folder.path);
    truncateSync(path, 3 * 4096);
    expect(known(store)).toBeLessThan(files);
    for (let inode = 0; inode < 2000; inode += 1) store.verdicts.remember(entryFor(inode));
    store.flush();
    expectToWork(folder.path, store);
  });

  it('keeps the newest three files, however often it happens', () => {
    using folder = temporaryFolder();
    const targets: string[] = [];
    for (let time = 0; time < 5; time += 1) {
      writeFileSync(join(folder.path, 'cache.db'), `broken ${time} `.repeat(100));
      using store = open(folder.path);
      targets.push(...store.health.setAside);
    }
    expect(new Set(targets).size).toBe(5);
    const kept = readdirSync(folder.path).filter((name) => name.includes('.damaged-'));
    expect(
      kept.map((name) => readFileSync(join(folder.path, name), 'latin1').slice(0, 8)).toSorted(),
    ).toEqual(['broken 2', 'broken 3', 'broken 4']);
  });

  it('also in another process, which goes on with the new one', () => {
    using folder = temporaryFolder();
    const path = filled(folder.path);
    using first = open(folder.path);
    using second = open(folder.path);
    spoil(path);
    first.verdicts.recallFiles([identityFor(5)], generation);
    for (const store of [first, second]) known(store);
    first.verdicts.remember(entryFor(1));
    first.flush();
    second.verdicts.remember(entryFor(2));
    second.flush();
    first.flush();
    for (const store of [first, second]) {
      const both = store.verdicts.recallFiles([identityFor(1), identityFor(2)], generation);
      expect(both.every((file) => file !== null)).toBe(true);
      expect(store.health.state).toBe('ready');
    }
    expect(first.health.setAside.length + second.health.setAside.length).toBe(1);
  });
});
