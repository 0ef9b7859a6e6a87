import { existsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { IdentityFilter } from '../../../../src/core/cache/identity-filter.ts';
import { silentLogger, type Logger } from '../../../../src/core/logger.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';
import { FakeVerdictStore, identityNumber } from './fake-verdict-store.ts';

const sizeBytes = 2 ** 20;

function open(
  folder: TemporaryFolder,
  store: FakeVerdictStore,
  changes: { sizeBytes?: number; logger?: Logger; elapsedMs?: () => number } = {},
) {
  const file = join(folder.path, 'bloom.bin');
  return new IdentityFilter({ store, file, sizeBytes, logger: silentLogger, elapsedMs: () => 0, ...changes });
}

function storeFiles(store: FakeVerdictStore, from: number, to: number): void {
  for (let number = from; number < to; number += 1) {
    const identity = identityNumber(number);
    store.remember({ identity, path: '/f', hashedAtMs: 0, sha256: 'aa', verdict: null });
  }
}

function denied(filter: IdentityFilter, from: number, to: number): number {
  let count = 0;
  for (let number = from; number < to; number += 1) if (!filter.mayHave(identityNumber(number))) count += 1;
  return count;
}

describe('the filter of stored identities', () => {
  test('knows a small store as soon as it is made, and what is added later', () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 12_000);
    using filter = open(folder, store);
    expect(denied(filter, 0, 12_000)).toBe(0);
    expect(denied(filter, 20_000, 21_000)).toBe(1000);
    filter.add(identityNumber(20_000));
    expect(filter.mayHave(identityNumber(20_000))).toBe(true);
    expect(filter.stats()).toEqual({
      size_bytes: sizeBytes,
      entries: 12_001,
      ready: true,
      lookups: 13_001,
      avoided: 1000,
      avoided_percent: (100 * 1000) / 13_001,
      false_positives: 0,
      false_positive_rate: 0,
    });
  });

  test('denies nothing while a large store is being read, and counts nothing against itself meanwhile', async () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 31_000);
    using filter = open(folder, store);
    expect(denied(filter, 30_000, 32_000)).toBe(0);
    filter.recordNotStored();
    expect(filter.stats()).toMatchObject({ ready: false, lookups: 2000, avoided: 0, false_positives: 0 });
    await filter.settled;
    expect(filter.stats().ready).toBe(true);
    expect(denied(filter, 0, 31_000)).toBe(0);
    expect(denied(filter, 31_000, 32_000)).toBe(1000);
    filter.recordNotStored();
    expect(filter.stats()).toMatchObject({ false_positives: 1, false_positive_rate: 1 / 1001 });
  });

  test('stops reading when it is disposed of', async () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 31_000);
    const filter = open(folder, store, { sizeBytes: 4096 });
    filter[Symbol.dispose]();
    const slices = store.slices.length;
    await filter.settled;
    expect(store.slices.length).toBe(slices);
  });

  test('is taken up where it was left: only what was stored since is read', () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 25_000);
    open(folder, store)[Symbol.dispose]();
    storeFiles(store, 25_000, 26_000);
    store.slices.length = 0;
    using filter = open(folder, store);
    expect(store.slices).toEqual([25_000, 26_000]);
    expect(denied(filter, 0, 26_000)).toBe(0);
    expect(filter.stats()).toMatchObject({ ready: true, entries: expect.closeTo(26_000, -2) });
  });

  test('reads at the end what this run stored, so that the next start need not', () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    const first = open(folder, store);
    storeFiles(store, 0, 25_000);
    for (let number = 0; number < 25_000; number += 1) first.add(identityNumber(number));
    first[Symbol.dispose]();
    store.slices.length = 0;
    using filter = open(folder, store);
    expect(store.slices).toEqual([25_000]);
    expect(denied(filter, 0, 25_000)).toBe(0);
  });

  test('reads for a tenth of a second at the end, and leaves the rest to the next start', () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    let nowMs = 0;
    const first = open(folder, store, { elapsedMs: () => (nowMs += 40) });
    storeFiles(store, 0, 25_000);
    for (let number = 0; number < 25_000; number += 1) first.add(identityNumber(number));
    first[Symbol.dispose]();
    store.slices.length = 0;
    using filter = open(folder, store);
    expect(store.slices[0]).toBe(10_000);
    expect(denied(filter, 0, 25_000)).toBe(0);
  });

  test('is not saved for the sake of a few', () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 100);
    open(folder, store)[Symbol.dispose]();
    expect(existsSync(join(folder.path, 'bloom.bin'))).toBe(false);
  });

  test.each([
    ['another database', (store: FakeVerdictStore) => void (store.id = 'store-2'), sizeBytes],
    ['another size', () => {}, sizeBytes / 2],
    ['a file cut short', (_: FakeVerdictStore, file: string) => truncateSync(file, 5000), sizeBytes],
  ])('starts afresh with %s', async (_, change, newSize) => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 25_000);
    open(folder, store)[Symbol.dispose]();
    change(store, join(folder.path, 'bloom.bin'));
    store.slices.length = 0;
    using filter = open(folder, store, { sizeBytes: newSize });
    await filter.settled;
    expect(store.slices[0]).toBe(0);
    expect(denied(filter, 0, 25_000)).toBe(0);
  });

  test('is not saved for a database that was replaced while it ran', () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 25_000);
    const filter = open(folder, store);
    store.id = 'store-2';
    filter[Symbol.dispose]();
    expect(existsSync(join(folder.path, 'bloom.bin'))).toBe(false);
  });

  test('reads the database from its beginning after a clear', () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 5000);
    const filter = open(folder, store);
    store.clear();
    filter.clear();
    // By another process, then by this one.
    storeFiles(store, 0, 1000);
    storeFiles(store, 1000, 30_000);
    for (let number = 1000; number < 30_000; number += 1) filter.add(identityNumber(number));
    filter[Symbol.dispose]();
    using next = open(folder, store);
    expect(next.stats().ready).toBe(true);
    expect(denied(next, 0, 30_000)).toBe(0);
  });

  test('is empty and without a file after a clear, whatever was being read', async () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 25_000);
    open(folder, store)[Symbol.dispose]();
    storeFiles(store, 25_000, 50_000);
    using filter = open(folder, store);
    store.clear();
    filter.clear();
    await filter.settled;
    expect(denied(filter, 0, 1000)).toBe(1000);
    expect(filter.stats()).toMatchObject({ ready: true, entries: 0 });
    expect(existsSync(join(folder.path, 'bloom.bin'))).toBe(false);
  });

  test('denies nothing after a start without a database, which may be there later', () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 25_000);
    store.isBroken = true;
    const filter = open(folder, store);
    for (let number = 0; number < 25_000; number += 1) filter.add(identityNumber(number));
    expect(filter.stats().ready).toBe(false);
    expect(denied(filter, 0, 30_000)).toBe(0);
    filter[Symbol.dispose]();
    expect(existsSync(join(folder.path, 'bloom.bin'))).toBe(false);
  });

  test('is filled again when it is too full and much was pruned, losing nothing that is added meanwhile', async () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    using filter = open(folder, store, { sizeBytes: 8192 });
    // 65,536 bits let 5 % pass with about 10,400 entries.
    for (let number = 0; number < 13_000; number += 1) filter.add(identityNumber(number));
    expect(filter.stats().entries).toBeGreaterThan(12_000);
    storeFiles(store, 50_000, 50_100);
    filter.add(identityNumber(60_000));
    await filter.settled;
    expect(filter.stats().entries).toBeLessThan(2000);
    expect(filter.stats().ready).toBe(true);
    expect(denied(filter, 50_000, 50_100)).toBe(0);
    expect(filter.mayHave(identityNumber(60_000))).toBe(true);
  });

  test('says once that it is full when nothing was pruned, and still denies nothing that is stored', () => {
    using folder = temporaryFolder();
    const store = new FakeVerdictStore();
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (_, message) => void warnings.push(message) };
    using filter = open(folder, store, { sizeBytes: 8192, logger });
    for (let number = 0; number < 30_000; number += 1) {
      storeFiles(store, number, number + 1);
      filter.add(identityNumber(number));
    }
    expect(warnings).toEqual(['the bloom filter is full; raise bloom_filter_mb']);
    expect(denied(filter, 0, 30_000)).toBe(0);
  });

  test('a file that cannot be written is a warning', () => {
    using folder = temporaryFolder();
    folder.write('bloom.bin/in-its-place');
    const store = new FakeVerdictStore();
    storeFiles(store, 0, 25_000);
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (_, message) => void warnings.push(message) };
    open(folder, store, { logger })[Symbol.dispose]();
    expect(warnings).toEqual(['the bloom filter could not be saved']);
  });
});
