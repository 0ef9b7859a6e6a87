// What becomes of a scan when its memory is damaged, locked, full, gone: the verdicts of a scan without one, and a word about it.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scanResultSchema, scanSummarySchema, type ScanResult } from '../../src/shared/scan-report.ts';
import { z } from 'zod';
import { eicar } from '../helpers/eicar.ts';
import { processesNaming, until } from '../helpers/processes.ts';
import { markOf, outcomeOf, startVedette, type RunningVedette } from '../helpers/run-vedette.ts';
import { factsOf, ScanHome, type HomeScan } from '../helpers/scan-home.ts';
import { canMount, smallDisk } from '../helpers/store-mount.ts';

const databases = ['cache.db', 'history.db'] as const;
const mib = 1024 * 1024;
/** EICAR is known by its hash; loading the rules would take longer than all else. */
const noRules = '--no-yara';
let home: ScanHome;
/** What a scan without a cache says of the tree. */
let expected: ReadonlyMap<string, unknown>;
/** A data folder in which all of it is remembered. */
let remembered: string;
let dataDir: string;
let copies = 0;

beforeAll(async () => {
  home = new ScanHome();
  for (let index = 0; index < 40; index += 1) home.plant(`file-${index}`, `content ${index}`);
  home.plant('found', eicar());
  expected = factsOf((await home.scan([noRules, '--no-cache'])).results);
  remembered = join(home.path, 'remembered');
  await home.scan([noRules, '--data-dir', remembered]);
});
afterAll(() => home[Symbol.dispose]());
beforeEach(() => {
  copies += 1;
  dataDir = join(home.path, `data-${copies}`);
  cpSync(remembered, dataDir, { recursive: true });
});

/** Verdicts and exit code are as they would be without a cache; EICAR is among them. */
function expectVerdicts({ results, code }: Pick<HomeScan, 'results' | 'code'>): void {
  expect(factsOf(results)).toEqual(expected);
  expect(code).toBe(1);
}

function noticesOf({ summary }: HomeScan): string {
  return (summary.notices ?? []).join('\n');
}

function scanHere(env: Readonly<Record<string, string>> = {}): Promise<HomeScan> {
  return home.scan([noRules, '--data-dir', dataDir], { env });
}

function fillUp(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(bavail * bsize));
}

function makeNewer(path: string): void {
  const db = new Database(path);
  db.pragma('user_version = 99');
  db.close();
}

describe('databases that', () => {
  const garbage = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 131 + 89) % 256));

  function overwrite(path: string, position: number): void {
    const descriptor = openSync(path, 'r+');
    for (let at = position; at < statSync(path).size; at += garbage.length) {
      writeSync(descriptor, garbage, 0, garbage.length, at);
    }
    closeSync(descriptor);
  }

  // All other damage: store-damage.test.ts.
  it.each<[string, string, (path: string) => void]>([
    ['hold garbage behind the first page', 'was damaged', (path) => overwrite(path, 4096)],
    ['are of a newer Vedette', 'was made by a newer Vedette', makeNewer],
  ])('%s are set aside, and everything is judged anew', async (_what, why, damage) => {
    for (const name of databases) damage(join(dataDir, name));
    const scanned = await scanHere();
    expectVerdicts(scanned);
    expect(scanned.summary.from_cache).toBe(0);
    expect(noticesOf(scanned)).toMatch(new RegExp(`^The verdict cache ${why}: it was set aside`, 'm'));
    expect(noticesOf(scanned)).toMatch(new RegExp(`^The history ${why}: it was set aside`, 'm'));
    const aside = readdirSync(dataDir).filter((name) => /\.db\.\w+-\d{8}-\d{6}$/.test(name));
    expect(new Set(aside.map((name) => name.split('.')[0]))).toEqual(new Set(['cache', 'history']));

    const again = await scanHere();
    expectVerdicts(again);
    expect([again.summary.from_cache, again.summary.notices]).toEqual([expected.size, undefined]);
  });
});

function lock(mode: 'writers' | 'everybody'): DisposableStack {
  const locks = new DisposableStack();
  for (const name of databases) {
    const db = locks.adopt(new Database(join(dataDir, name)), (open) => open.close());
    if (mode === 'everybody') db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; CREATE TABLE held (it INTEGER)');
  }
  return locks;
}

describe('another program that keeps the databases locked all the time', () => {
  it.each(['writers', 'everybody'] as const)('keeping out %s costs no verdict, and is told', async (mode) => {
    home.plant('late', 'late');
    using _late = new DisposableStack();
    _late.defer(() => rmSync(join(home.tree, 'late')));
    using _locks = lock(mode);
    const scanned = await scanHere();
    expect(scanned.told['late']).toBe('clean');
    expectVerdicts({ ...scanned, results: scanned.results.filter(({ path }) => !path.endsWith('/late')) });
    expect(noticesOf(scanned)).toMatch(/verdict cache/);
    expect(noticesOf(scanned)).toMatch(/history/);
  });
});

describe.runIf(canMount())('a data folder', () => {
  it('that is read-only costs no verdict, and is told', async () => {
    using disk = smallDisk('16m');
    cpSync(remembered, disk.path, { recursive: true });
    disk.remount('ro');
    const scanned = await home.scan([noRules, '--data-dir', disk.path]);
    expectVerdicts(scanned);
    expect(noticesOf(scanned)).toMatch(/cannot be written to.*verdict cache/);
    expect(noticesOf(scanned)).toMatch(/cannot be written to.*history/);
    const status = await home.status(['--data-dir', disk.path]);
    expect([status.store.state, status.store.problems.length]).toEqual(['read_only', 2]);
  });

  it('on a disk that has been full from the start costs no verdict, and is told', async () => {
    using disk = smallDisk('2m');
    fillUp(disk.path);
    const scanned = await home.scan([noRules, '--data-dir', disk.path]);
    expectVerdicts(scanned);
    expect(noticesOf(scanned)).toMatch(/The disk is full: there is no room for the verdict cache/);
    expect(noticesOf(scanned)).toMatch(/The disk is full: there is no room for the history/);
  });

  it.each([
    ['at rest', false],
    ['open in another Vedette', true],
  ])('on a disk that became full, %s, costs no verdict, and is told', async (_what, isOpen) => {
    using disk = smallDisk('2m');
    cpSync(remembered, disk.path, { recursive: true });
    using others = new DisposableStack();
    for (const name of isOpen ? databases : []) {
      const db = others.adopt(new Database(join(disk.path, name)), (open) => open.close());
      // What SQLite keeps beside a database is there as long as somebody reads.
      db.exec('BEGIN; SELECT * FROM sqlite_schema');
    }
    fillUp(disk.path);
    home.plant('late', 'late');
    using _late = new DisposableStack();
    _late.defer(() => rmSync(join(home.tree, 'late')));
    const scanned = await home.scan([noRules, '--data-dir', disk.path]);
    expect(scanned.told['late']).toBe('clean');
    expectVerdicts({ ...scanned, results: scanned.results.filter(({ path }) => !path.endsWith('/late')) });
    expect(noticesOf(scanned)).toMatch(/The disk is full.*verdict cache/);
    expect(noticesOf(scanned)).toMatch(/The disk is full.*history/);
  });
});

describe.runIf(process.platform !== 'win32')('a saved bloom filter', () => {
  const megabyte = { VEDETTE_PERFORMANCE_BLOOM_FILTER_MB: '1' };

  // All other damage: bloom-file.test.ts.
  it('that is damaged, or no file at all, denies nothing', async () => {
    const bloom = join(dataDir, 'bloom.bin');
    const damages: readonly (() => void)[] = [
      () => writeFileSync(bloom, Buffer.concat([Buffer.from('vedbloom'), Buffer.alloc(88 + mib, 0xff)])),
      () => execFileSync('mkfifo', [bloom]),
      () => symlinkSync('/dev/zero', bloom),
    ];
    for (const damage of damages) {
      rmSync(bloom, { recursive: true, force: true });
      damage();
      const scanned = await scanHere(megabyte);
      expectVerdicts(scanned);
      expect([scanned.summary.from_cache, noticesOf(scanned)]).toEqual([expected.size, '']);
    }
  });
});

function resultsIn(lines: readonly string[]): readonly ScanResult[] {
  return lines.flatMap((line) => {
    const parsed = scanResultSchema.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  });
}

describe('in the middle of a scan', () => {
  const count = 1000;
  const large = new ScanHome();
  let all: ReadonlyMap<string, unknown>;
  let ownData: string;

  beforeAll(async () => {
    for (let index = 0; index < count; index += 1) large.plant(`${index % 10}/${index}`, `content ${index}`);
    for (const name of ['0/first', '5/found', '9/last']) large.plant(name, eicar());
    all = factsOf((await large.scan(['--no-cache'])).results);
  });
  beforeEach(() => {
    copies += 1;
    ownData = join(large.path, `data-${copies}`);
  });
  afterAll(() => large[Symbol.dispose]());

  /** A scan that has told `told` files of many more. */
  async function underWay(told: number): Promise<{ child: RunningVedette; lines: string[] }> {
    const args = ['scan', '--clamd', 'none', '--ndjson', '--all', '--data-dir', ownData, '--', large.tree];
    const child = startVedette(args, { home: large.path });
    const lines: string[] = [];
    const reading = createInterface({ input: child.stdout });
    const reached = Promise.withResolvers<void>();
    reading.on('line', (line) => {
      lines.push(line);
      if (lines.length === told) reached.resolve();
    });
    reading.on('close', () => reached.resolve());
    await reached.promise;
    expect(lines.length).toBeLessThan(count);
    return { child, lines };
  }

  async function ended({ child, lines }: Awaited<ReturnType<typeof underWay>>) {
    const { code, stderr } = await outcomeOf(child);
    const { summary } = z.object({ summary: scanSummarySchema }).parse(JSON.parse(lines.at(-1) ?? ''));
    return { code, stderr, summary, results: resultsIn(lines), notices: (summary.notices ?? []).join('\n') };
  }

  it('a kill leaves only verdicts that were reached, and the next scan has them all', async () => {
    const { child, lines } = await underWay(350);
    child.kill('SIGKILL');
    await once(child, 'close');
    await until(() => processesNaming(markOf(large.path)).length === 0);
    const told = resultsIn(lines.slice(0, -1));
    for (const [key, facts] of factsOf(told)) expect(facts).toEqual(all.get(key));
    const again = await large.scan(['--data-dir', ownData]);
    expect(factsOf(again.results)).toEqual(all);
    expect([again.code, again.summary.notices]).toEqual([1, undefined]);
    // Something had been kept, or the kill would have proved nothing.
    expect(again.summary.from_cache).toBeGreaterThan(0);
    expect(again.summary.from_cache).toBeLessThan(count);
    expect((await large.scan(['--data-dir', ownData])).summary.from_cache).toBe(all.size);
  });

  it('the cache may be deleted: every verdict is the same, and the next scan has a cache', async () => {
    const running = await underWay(150);
    for (const ending of ['', '-wal', '-shm']) rmSync(join(ownData, `cache.db${ending}`), { force: true });
    const { code, stderr, results } = await ended(running);
    expect([code, stderr]).toEqual([1, '']);
    expect(factsOf(results)).toEqual(all);
    const again = await large.scan(['--data-dir', ownData]);
    expect(factsOf(again.results)).toEqual(all);
    expect(again.summary.notices).toBeUndefined();
    expect((await large.scan(['--data-dir', ownData])).summary.from_cache).toBe(all.size);
  });

  it('the data folder may be removed: every verdict is the same, and it is told', async () => {
    const running = await underWay(150);
    rmSync(ownData, { recursive: true });
    const { code, stderr, results, notices } = await ended(running);
    expect([code, stderr]).toEqual([1, '']);
    expect(factsOf(results)).toEqual(all);
    expect(notices).toMatch(/verdict cache/);
    expect(existsSync(join(ownData, 'cache.db'))).toBe(false);
    expect(factsOf((await large.scan(['--data-dir', ownData])).results)).toEqual(all);
  });
});
