// The pool with real processes that misbehave on purpose: every file is answered once, whatever its workers do.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anyFile } from '../helpers/fake-worker.ts';
import { poolOf, scanNames, wordFor } from '../helpers/pool-of.ts';
import { isAlive, until } from '../helpers/processes.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const innocent = ['a', 'b', 'c', 'd', 'e', 'f'];
const mib = 1024 * 1024;

function eachClean(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, 'clean']));
}

describe('a file over which the worker', () => {
  test('ends is blamed when a second worker ended over it alone; the others get their verdicts', async () => {
    using folder = temporaryFolder();
    const logFile = join(folder.path, 'log');
    await using pool = poolOf('obeys-names', { workers: 1, workerSettings: { logFile } });
    await pool.start();
    const found = await scanNames(pool, ['a', 'b', 'crash-1', 'c', 'd']);
    expect(found).toEqual({ ...eachClean(['a', 'b', 'c', 'd']), 'crash-1': 'crashed' });
    const tries = readFileSync(logFile, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('crash-1'));
    // Twice, in two processes, and never again.
    expect(new Set(tries).size).toBe(2);
    expect(tries).toHaveLength(2);
  });

  test('ends says in its result how it ended, with the last words of the process', async () => {
    await using pool = poolOf('obeys-names', { workers: 1 });
    await pool.start();
    expect(await pool.scan(anyFile('/crash'))).toEqual({
      kind: 'killed_workers',
      how: 'crashed',
      cause: 'ended with code 7: crashed on purpose',
    });
  });

  test('hangs in a loop is answered after two silences, beside a second worker that goes on', async () => {
    await using pool = poolOf('obeys-names', { silenceLimitMs: 1500 });
    await pool.start();
    expect(await scanNames(pool, [...innocent, 'hang'])).toEqual({ ...eachClean(innocent), hang: 'hung' });
    expect(await scanNames(pool, innocent)).toEqual(eachClean(innocent));
  });

  test.each([
    'nonsense-null',
    'nonsense-text',
    'nonsense-kind',
    'nonsense-results',
    'nonsense-verdict',
    'nonsense-memory',
    'unknown',
  ])('sends %s is blamed, and nothing of what it said is believed', async (name) => {
    await using pool = poolOf('obeys-names', { workers: 1 });
    await pool.start();
    expect(await scanNames(pool, ['a', name, 'b'])).toEqual({ a: 'clean', b: 'clean', [name]: 'crashed' });
  });

  test('answers twice has its first answer, and the worker is replaced', async () => {
    await using pool = poolOf('obeys-names', { workers: 1 });
    await pool.start();
    const [before] = pool.pids;
    expect(await scanNames(pool, ['twice', ...innocent])).toEqual(eachClean(['twice', ...innocent]));
    expect(pool.pids).not.toContain(before);
  });

  test('grows far past its memory limit at once is blamed', async () => {
    await using pool = poolOf('obeys-names', { workers: 1, memoryLimitBytes: 220 * mib });
    await pool.start();
    expect(await scanNames(pool, ['a', 'explode'])).toEqual({ a: 'clean', explode: 'crashed' });
  });
});

describe('a worker', () => {
  test('that leaks is replaced when it is over its limit, and no file is lost', async () => {
    await using pool = poolOf('obeys-names', { workers: 1, filesPerWorker: 2, memoryLimitBytes: 250 * mib });
    await pool.start();
    const [before] = pool.pids;
    const names = Array.from({ length: 6 }, (_, index) => `leak-${index}`);
    for (const name of names) expect(await scanNames(pool, [name])).toEqual({ [name]: 'clean' });
    expect(pool.pids).not.toContain(before);
  });

  test('that ends while it is idle is replaced', async () => {
    await using pool = poolOf('obeys-names');
    await pool.start();
    const [victim = 0] = pool.pids;
    process.kill(victim, 'SIGKILL');
    await until(() => pool.workers === 2 && !pool.pids.includes(victim));
    expect(await scanNames(pool, innocent)).toEqual(eachClean(innocent));
  });

  test('that is killed from outside in the middle of its files loses none of them', async () => {
    await using pool = poolOf('obeys-names', { workers: 1 });
    await pool.start();
    const answers = scanNames(pool, ['slow-300', 'slow-301', 'slow-302']);
    await new Promise((resolve) => setImmediate(resolve));
    for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
    expect(await answers).toEqual(eachClean(['slow-300', 'slow-301', 'slow-302']));
  });

  test('that starts slowly keeps nobody from waiting for it', async () => {
    await using pool = poolOf('obeys-names', { workerSettings: { startDelayMs: 700 } });
    const started = pool.start();
    expect(await scanNames(pool, innocent)).toEqual(eachClean(innocent));
    await started;
  });

  test('reports a full engine, and goes on', async () => {
    await using pool = poolOf('obeys-names');
    await pool.start();
    const told = new Promise<void>((resolve) => pool.onEngineBusy(resolve));
    expect(await scanNames(pool, ['busy'])).toEqual({ busy: 'clean' });
    await told;
    expect(pool.engineBusyAtMs).toBeGreaterThan(0);
    expect(pool.targetWorkers).toBe(2);
    expect(await scanNames(pool, innocent)).toEqual(eachClean(innocent));
  });
});

describe('fewer workers', () => {
  test('finish what they have before they end, and more come when asked', async () => {
    await using pool = poolOf('obeys-names', { filesPerWorker: 3 });
    await pool.start();
    await until(() => pool.pids.length === 2);
    const names = Array.from({ length: 6 }, (_, index) => `slow-${400 + index}`);
    const answers = scanNames(pool, names);
    await new Promise((resolve) => setImmediate(resolve));
    const before = pool.pids;
    pool.setTarget(1);
    expect(await answers).toEqual(eachClean(names));
    await until(() => pool.workers === 1);
    expect(before).toEqual(expect.arrayContaining([...pool.pids]));
    await until(() => before.filter(isAlive).length === 1);
    pool.setTarget(3);
    await until(() => pool.workers === 3);
    expect(await scanNames(pool, innocent)).toEqual(eachClean(innocent));
  });

  test('end even when they do not do as they are told', async () => {
    const workerSettings = { ignoresDrain: true };
    await using pool = poolOf('obeys-names', { silenceLimitMs: 1000, workerSettings });
    await pool.start();
    expect(await scanNames(pool, innocent)).toEqual(eachClean(innocent));
    pool.setTarget(1);
    await until(() => pool.workers === 1);
  });
});

describe('other settings', () => {
  test('reach every worker while files are scanned: all are answered once, each by one process', async () => {
    using folder = temporaryFolder();
    const logs = [join(folder.path, 'old'), join(folder.path, 'new')];
    const [oldLog = '', newLog = ''] = logs;
    await using pool = poolOf('obeys-names', { filesPerWorker: 4, workerSettings: { logFile: oldLog } });
    await pool.start();
    await until(() => pool.pids.length === 2);
    const before = pool.pids;
    const names: string[] = [];
    let isSwitched = false;
    async function scanOn(): Promise<Readonly<Record<string, string>>> {
      const isLast = isSwitched;
      const next = Array.from({ length: 100 }, (_, index) => `slow-${5 + (names.length + index) / 100_000}`);
      names.push(...next);
      const answered = await scanNames(pool, next);
      return isLast ? answered : { ...answered, ...(await scanOn()) };
    }
    // Some always wait, however long the new ones take to start.
    const answers = Promise.all([scanOn(), scanOn()]);
    await until(() => existsSync(oldLog));
    await pool.restart({ logFile: newLog });
    const atSwitch = readFileSync(oldLog, 'utf8').trim().split('\n').length;
    isSwitched = true;
    expect(Object.assign({}, ...(await answers))).toEqual(eachClean(names));
    await until(() => !before.some(isAlive));
    const [old = [], fresh = []] = logs.map((log) => readFileSync(log, 'utf8').trim().split('\n'));
    expect(old.length + fresh.length).toBe(names.length);
    expect(new Set([...old, ...fresh].map((line) => line.split(' ')[1])).size).toBe(names.length);
    expect(fresh.length).toBeGreaterThan(0);
    // Two workers with four files each at most may have been on their way.
    expect(old.length - atSwitch).toBeLessThanOrEqual(8);
    await until(() => pool.pids.length === 2);
    expect(pool.pids.filter((pid) => before.includes(pid))).toEqual([]);
  });

  test('that no worker comes up with leave those in service that are there', async () => {
    using folder = temporaryFolder();
    const readyWhenThere = folder.write('ready');
    await using pool = poolOf('fails-to-start', { workerSettings: { how: 'refuses', readyWhenThere } });
    await pool.start();
    await until(() => pool.pids.length === 2);
    const before = pool.pids;
    const broken = { how: 'refuses', readyWhenThere: join(folder.path, 'missing') };
    await expect(pool.restart(broken)).rejects.toMatchObject({
      code: 'WORKER_START_FAILED',
      message: 'rules cannot be read',
    });
    expect(await scanNames(pool, ['a'])).toEqual({ a: 'changed' });
    await until(() => pool.workers === 2);
    expect(pool.pids).toEqual(before);
  });
});

describe('the end of a pool', () => {
  test('answers what is under way and leaves no process behind', async () => {
    const pool = poolOf('obeys-names', { workers: 3 });
    await pool.start();
    const answers = scanNames(pool, ['slow-60000', 'hang', 'slow-60001']);
    await new Promise((resolve) => setImmediate(resolve));
    const { pids } = pool;
    expect(pids).toHaveLength(3);
    await pool[Symbol.asyncDispose]();
    expect(await answers).toEqual({
      'slow-60000': 'no_worker',
      'slow-60001': 'no_worker',
      hang: 'no_worker',
    });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('by SIGKILL of its process ends the workers too', async () => {
    const holder = fork(join(import.meta.dirname, '..', 'helpers', 'bad-workers', 'holds-a-pool.ts'), [], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [pids]: unknown[] = await once(holder, 'message');
    if (!Array.isArray(pids)) throw new TypeError('no list of processes');
    const workers = pids.map(Number);
    expect(workers.map(isAlive)).toEqual([true, true]);
    holder.kill('SIGKILL');
    await until(() => !workers.some(isAlive));
  });
});

describe('a pool whose workers do not start', () => {
  test.each([
    { how: 'refuses', message: 'rules cannot be read' },
    { how: 'ends', message: 'no scan worker could be started: ended with code 3: no such engine' },
    { how: 'nonsense', message: 'no scan worker could be started: it sent what is no message' },
    { how: 'silent', message: 'no scan worker could be started: ended by SIGKILL' },
  ])('because each $how rejects its start, answers at once, and recovers', async ({ how, message }) => {
    using folder = temporaryFolder();
    const readyWhenThere = join(folder.path, 'ready');
    await using pool = poolOf('fails-to-start', {
      workerSettings: { how, readyWhenThere },
      workers: 1,
      startLimitMs: how === 'silent' ? 2000 : 30_000,
    });
    const waiting = scanNames(pool, ['a']);
    await expect(pool.start()).rejects.toMatchObject({ code: 'WORKER_START_FAILED', message });
    expect(await waiting).toEqual({ a: 'no_worker' });
    folder.write('ready');
    let last = '';
    await until(() => {
      void pool.scan(anyFile('/b')).then((result) => (last = wordFor(result)));
      return last === 'changed';
    });
  });
});

test('2,000 files with workers killed at random moments are all answered, and once', async () => {
  await using pool = poolOf('obeys-names', { workers: 3, filesPerWorker: 16 });
  await pool.start();
  let answered = 0;
  let killed = 0;
  const names = Array.from({ length: 2000 }, (_, index) =>
    index % 5 === 0 ? `slow-${index % 40}` : `plain${index}`,
  );
  const answers = names.map(async (name) => {
    const result = await pool.scan(anyFile(`/${name}`));
    answered += 1;
    if (answered % 90 !== 0) return wordFor(result);
    const victim = pool.pids[answered % 3];
    if (victim !== undefined) {
      process.kill(victim, 'SIGKILL');
      killed += 1;
    }
    return wordFor(result);
  });
  const words = await Promise.all(answers);
  expect(answered).toBe(2000);
  expect(killed).toBeGreaterThan(10);
  // A file may have the bad luck to be alone with two workers that are killed; no other answer is allowed.
  expect(new Set(words).difference(new Set(['clean', 'crashed']))).toEqual(new Set());
  expect(words.filter((word) => word === 'crashed').length).toBeLessThan(killed / 2);
  expect(pool.room).toBe(48);
});
