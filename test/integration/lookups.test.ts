// Look-ups on a real database and with the real thread of the hash lists: what a client is told, whatever state they are in.
import { closeSync, fstatSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../src/core/logger.ts';
import { Lookups } from '../../src/core/service/lookups.ts';
import { openStore, type Store } from '../../src/core/store/store.ts';
import { batchLookupAnswerSchema, type BatchLookupAnswer } from '../../src/shared/service-documents.ts';
import { entryFor, generation, hashOf, infected, verdictOn } from '../helpers/store-entries.ts';
import { temporaryFolder, type TemporaryFolder } from '../helpers/temporary-folder.ts';

let folder: TemporaryFolder;
let store: Store;
let stack: DisposableStack;
let inForce = { id: generation, isCertain: true, isSettled: true };

beforeEach(() => {
  stack = new DisposableStack();
  folder = stack.use(temporaryFolder());
  store = stack.use(openStore({ folder: folder.path, logger: silentLogger }));
  inForce = { id: generation, isCertain: true, isSettled: true };
});
afterEach(() => stack.dispose());

function openLookups(knownBad: readonly string[] = [], knownGood: readonly string[] = []): Lookups {
  return stack.use(
    new Lookups({
      store: store.verdicts,
      generation: () => inForce,
      times: () => ({ identityTtlMs: 86_400_000, verdictTtlMs: 86_400_000, uncertainTtlMs: 600_000 }),
      ttlMs: () => 300_000,
      hashLists: { knownBad, knownGood },
      trustsKnownGood: true,
    }),
  );
}

function remember(number: number, judgement = verdictOn('').judgement): void {
  const verdict = verdictOn(hashOf(number), { judgement, scannedAtMs: Date.now() });
  store.verdicts.remember(entryFor(number, { verdict }));
}

async function ask(lookups: Lookups, hashes: readonly string[]): Promise<BatchLookupAnswer> {
  return batchLookupAnswerSchema.parse(JSON.parse(await lookups.many(hashes)));
}

test('what scans have said is told, at once and afterwards from memory', async () => {
  const lookups = openLookups();
  const hashes = Array.from({ length: 1000 }, (_, number) => hashOf(number));
  expect(await ask(lookups, hashes)).toMatchObject({ total_known: 0, computed: 1000 });
  for (let number = 0; number < 900; number += 1) {
    remember(number, number % 9 === 0 ? infected : { kind: 'clean' });
    lookups.forget(hashOf(number));
  }
  // Nothing was flushed: what is on its way to the database is told all the same.
  const answer = await ask(lookups, hashes);
  expect(answer).toMatchObject({ total_known: 900, total_infected: 100, from_cache: 100, computed: 900 });
  expect(answer.results.map(({ sha256 }) => sha256)).toEqual(hashes);
  const again = await ask(lookups, hashes);
  expect(again).toMatchObject({ from_cache: 1000, computed: 0 });
  expect(again.results).toEqual(answer.results);
});

test('a database that another program writes to is not waited for twice, and what a scan said is not missed', async () => {
  const lookups = openLookups();
  const other = stack.adopt(new Database(join(folder.path, 'cache.db')), (db) => db.close());
  other.exec('BEGIN IMMEDIATE');
  remember(1);
  lookups.forget(hashOf(1));
  const startedMs = performance.now();
  for (let count = 0; count < 200; count += 1) await lookups.one(hashOf(1));
  // Each question that waits for the lock costs 100 ms: all of them twenty seconds.
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(lookups.stats().entries).toBe(0);
  other.exec('COMMIT');
  store.flush();
  expect(await ask(lookups, [hashOf(1)])).toMatchObject({ total_known: 1 });
});

test('without a database everything is unknown, nothing is kept, and nothing throws', async () => {
  const db = stack.use(openStore({ folder: join(folder.path, 'missing'), logger: silentLogger }));
  const lookups = stack.use(
    new Lookups({
      store: db.verdicts,
      generation: () => inForce,
      times: () => ({ identityTtlMs: 1, verdictTtlMs: 1, uncertainTtlMs: 1 }),
      ttlMs: () => 300_000,
      hashLists: { knownBad: [], knownGood: [] },
      trustsKnownGood: true,
    }),
  );
  expect(await ask(lookups, [hashOf(1), hashOf(2)])).toMatchObject({ total_known: 0, total_processed: 2 });
  expect([lookups.stats().entries, lookups.degraded]).toEqual([0, true]);
});

test('a database that turns out to be damaged is set aside: its contents are unknown, and look-ups go on', async () => {
  const hashes = Array.from({ length: 1000 }, (_, number) => hashOf(number));
  for (let number = 0; number < 1000; number += 1) remember(number);
  store.flush();
  const lookups = openLookups();
  await lookups.one(hashOf(1));
  const file = join(folder.path, 'cache.db');
  const other = new Database(file);
  other.pragma('wal_checkpoint(TRUNCATE)');
  const descriptor = openSync(file, 'r+');
  const pageBytes = 4096;
  const pages = fstatSync(descriptor).size / pageBytes;
  // All but the schema, and what the write needs that makes others read afresh.
  const about = Number(
    other.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'about'`).pluck().get(),
  );
  for (let page = 2; page <= pages; page += 1) {
    if (page !== about)
      writeSync(descriptor, Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, (page - 1) * pageBytes);
  }
  closeSync(descriptor);
  other.exec('UPDATE about SET files = files');
  other.close();
  expect(await ask(lookups, hashes)).toMatchObject({ total_known: 1, from_cache: 1, computed: 999 });
  expect([lookups.stats().entries, lookups.degraded]).toEqual([1, true]);
  expect(store.health.setAside).toHaveLength(1);
});

test('hash lists answer from their thread, and a changed list is read with the generation', async () => {
  const bad = folder.write('bad.txt', `${hashOf(1)} Listed.One\n`);
  const good = folder.write('good.txt', `${hashOf(2)} fine\n${hashOf(1)} not fine\n`);
  remember(3, infected);
  store.flush();
  const lookups = openLookups([bad], [good]);
  const hashes = [1, 2, 3, 4].map(hashOf);
  expect((await ask(lookups, hashes)).results).toMatchObject([
    { verdict: 'infected', source: 'hash_list', detections: [{ engine: 'hash', name: 'Listed.One' }] },
    { verdict: 'clean', source: 'hash_list', engines: ['hash'] },
    { verdict: 'infected', source: 'verdict' },
    { known: false },
  ]);
  writeFileSync(bad, `${hashOf(4)} Listed.Four\n`);
  expect((await ask(lookups, hashes)).from_cache).toBe(4);
  inForce = { ...inForce, id: 'next' };
  const changed = await ask(lookups, hashes);
  expect(changed).toMatchObject({ generation: 'next', from_cache: 0 });
  expect(changed.results.map(({ verdict, source }) => [verdict, source])).toEqual([
    ['clean', 'hash_list'],
    ['clean', 'hash_list'],
    ['infected', 'verdict'],
    ['infected', 'hash_list'],
  ]);
});

test('a hash list that cannot be read leaves the rest to the database, and says so', async () => {
  const bad = folder.write('bad.txt', 'no hash\n');
  remember(1);
  store.flush();
  const lookups = openLookups([bad]);
  expect(await ask(lookups, [hashOf(1), hashOf(2)])).toMatchObject({ total_known: 1 });
  expect([lookups.degraded, lookups.stats().entries]).toEqual([true, 1]);
  writeFileSync(bad, `${hashOf(2)}\n`);
  inForce = { ...inForce };
  expect(await ask(lookups, [hashOf(2)])).toMatchObject({ total_infected: 1 });
  expect(lookups.degraded).toBe(false);
});
