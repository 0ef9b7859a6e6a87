// What the verdict cache costs, tier by tier: `node test/bench/cache-facts.ts`, on a quiet machine.
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BloomFilter } from '../../src/core/cache/bloom-filter.ts';
import { KeyHasher } from '../../src/core/cache/key-hasher.ts';
import { Lru } from '../../src/core/cache/lru.ts';
import { VerdictCache } from '../../src/core/cache/verdict-cache.ts';
import { identityOf } from '../../src/core/files/file-identity.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { openStore } from '../../src/core/store/store.ts';
import type { FileIdentity, IdentifiedFile } from '../../src/shared/scan.ts';
import type { Verdict } from '../../src/shared/verdict.ts';
import { loadAverage } from './machine-facts.ts';
import { median } from './statistics.ts';
import { makeWorkFolder } from './work-folder.ts';

const { values } = parseArgs({ options: { files: { type: 'string' } } });
const fileCount = Number(values.files ?? 100_000);
const hotCount = 1000;
const batchSize = 256;
const rounds = 7;
const generation = { id: 'cafecafecafecafe', isCertain: true, isSettled: true };
const dayMs = 86_400_000;
const times = { identityTtlMs: dayMs, verdictTtlMs: dayMs, uncertainTtlMs: 600_000 };

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** New strings each time, as a walk makes them. */
function identity(number: number): FileIdentity {
  const timeNs = 1_760_000_000_000_000_000n + BigInt(number) * 1_234_567n;
  return identityOf({
    dev: 66_306n,
    ino: 12_000_000n + BigInt(number),
    size: 4096n + BigInt(number % 9973),
    mtimeNs: timeNs,
    ctimeNs: timeNs,
  });
}

function filesFrom(start: number): readonly IdentifiedFile[] {
  return Array.from({ length: fileCount }, (_, index) => ({
    path: `/home/somebody/documents/${start + index}`,
    identity: identity(start + index),
    sizeBytes: 4096,
  }));
}

function verdictOf(number: number): Verdict {
  return {
    judgement: { kind: 'clean' },
    engines: ['clamav', 'yara', 'hash'],
    sha256: hash('sha256', `${number}`),
    sizeBytes: 4096,
    durationMs: 1.234,
    cachedFrom: null,
  };
}

/** Median nanoseconds an item, and the best round: what others do on the machine makes no round faster. */
function measure(name: string, items: number, work: () => void, prepare: () => void = () => {}): void {
  const results: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    prepare();
    const startedMs = performance.now();
    work();
    results.push(((performance.now() - startedMs) * 1e6) / items);
  }
  const nanoseconds = median(results);
  const perSecond = (1000 / nanoseconds).toFixed(2);
  const best = Math.min(...results).toFixed(0);
  console.log(
    `${name.padEnd(58)} ${nanoseconds.toFixed(0).padStart(6)} ns ${perSecond.padStart(8)} million/s, best ${best} ns`,
  );
}

function heapBytes(): number {
  if (typeof collectGarbage === 'function') collectGarbage();
  return process.memoryUsage().heapUsed;
}

function measureParts(): void {
  const keys = Array.from({ length: hotCount }, (_, index) =>
    Buffer.from(identity(index)).toString('latin1'),
  );
  const others = keys.map((_, index) => Buffer.from(identity(index + hotCount)).toString('latin1'));
  const turns = 500;
  const hasher = new KeyHasher();
  const filter = BloomFilter.ofSize(10 * 2 ** 20);
  for (let number = hotCount * 2; number < hotCount * 2 + fileCount; number += 1)
    filter.add(identity(number));
  for (const key of keys) filter.add(key);
  let found = 0;
  function repeat(list: readonly string[], each: (key: string) => void): () => void {
    return () => {
      for (let turn = 0; turn < turns; turn += 1) for (const key of list) each(key);
    };
  }
  const items = hotCount * turns;
  console.log(`one identity has ${keys[0]?.length} characters`);
  measure(
    'hash of an identity',
    items,
    repeat(keys, (key) => hasher.hash(key)),
  );
  measure(
    'bloom filter, 10 MiB: never stored',
    items,
    repeat(others, (key) => {
      if (filter.mayHave(key)) found += 1;
    }),
  );
  measure(
    'bloom filter, 10 MiB: stored',
    items,
    repeat(keys, (key) => {
      if (filter.mayHave(key)) found += 1;
    }),
  );
  const lru = new Lru<object>(fileCount, () => 1);
  const value = {};
  for (let number = 0; number < fileCount; number += 1) lru.set(identity(number), value);
  measure(
    'LRU',
    items,
    repeat(keys, (key) => (found += lru.get(key) === undefined ? 0 : 1)),
  );
  if (found < items) throw new Error('what was put in was not found');
}

function measureCache(folder: string): void {
  using store = openStore({ folder, logger: silentLogger });
  function open(memoryEntries: number): VerdictCache {
    const settings = { folder, bloomMegabytes: 10, memoryEntries, times };
    return new VerdictCache({ store: store.verdicts, ...settings });
  }
  let files = filesFrom(0);
  function recallAll(cache: VerdictCache, wanted: 'known' | 'unknown'): void {
    let count = 0;
    for (let start = 0; start < files.length; start += batchSize) {
      for (const { kind } of cache.recallMany(files.slice(start, start + batchSize), generation)) {
        if (kind === wanted) count += 1;
      }
    }
    if (count !== files.length) throw new Error(`only ${count} of ${files.length} were ${wanted}`);
  }

  const before = heapBytes();
  const memory = open(fileCount);
  for (const [number, file] of filesFrom(0).entries()) {
    memory.remember({ file, verdict: verdictOf(number), generation });
    if (number % 5000 === 4999) store.flush();
  }
  store.flush();
  const bytes = (heapBytes() - before) / fileCount;
  console.log(`memory tier: ${bytes.toFixed(0)} bytes an entry, measured on the heap`);
  function freshStrings(start: number): () => void {
    return () => {
      files = filesFrom(start);
    };
  }
  measure('recallMany, all in memory', fileCount, () => recallAll(memory, 'known'), freshStrings(0));
  measure('recallMany, never stored', fileCount, () => recallAll(memory, 'unknown'), freshStrings(fileCount));
  memory[Symbol.dispose]();
  let database = open(0);
  measure('recallMany, all in the database', fileCount, () => recallAll(database, 'known'), freshStrings(0));
  measure(
    'the same, and put into memory',
    fileCount,
    () => recallAll(database, 'known'),
    () => {
      database[Symbol.dispose]();
      database = open(fileCount);
      files = filesFrom(0);
    },
  );
  database[Symbol.dispose]();
  measure('start with the saved filter, for each identity stored', fileCount, () =>
    open(0)[Symbol.dispose](),
  );
}

console.log(
  `${fileCount} files, batches of ${batchSize}, median of ${rounds} rounds, load average ${loadAverage()}`,
);
measureParts();
{
  using work = makeWorkFolder();
  measureCache(work.path);
}
