import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../../src/core/logger.ts';
import { ScanPool, type ScanPoolOptions } from '../../../../src/core/pool/scan-pool.ts';
import { anyFile, anyScope, cleanResult as clean, FakeWorker } from '../../../helpers/fake-worker.ts';

const mib = 1024 * 1024;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function makePool(options: Partial<ScanPoolOptions> = {}) {
  const workers: FakeWorker[] = [];
  const pool = new ScanPool({
    startProcess: () => {
      const made = new FakeWorker();
      workers.push(made);
      return made;
    },
    workerSettings: {},
    verdictScope: () => anyScope,
    workers: 2,
    filesPerWorker: 4,
    filesAtOnce: 2,
    silenceLimitMs: 10_000,
    startLimitMs: 60_000,
    memoryLimitBytes: 100 * mib,
    logger: silentLogger,
    ...options,
  });

  function worker(index: number): FakeWorker {
    const found = workers[index];
    if (found === undefined) throw new RangeError(`no worker ${index}`);
    return found;
  }
  return { pool, workers, worker };
}

/** A pool whose first workers are ready. */
async function readyPool(options: Partial<ScanPoolOptions> = {}) {
  const made = makePool(options);
  const started = made.pool.start();
  for (const each of made.workers) each.getReady();
  await started;
  return made;
}

/** Files are handed out at the end of the turn. */
async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a file', () => {
  test('handed in twice as the same object is answered twice', async () => {
    const { pool, worker } = await readyPool({ workers: 1 });
    const file = anyFile('/a');
    const answers = Promise.all([pool.scan(file), pool.scan(file)]);
    await nextTurn();
    for (const { id } of worker(0).files) {
      worker(0).say({ kind: 'results', results: [{ id, result: clean }] });
    }
    expect(await answers).toEqual([clean, clean]);
    expect(pool.room).toBe(4);
  });

  test('that a worker died with is not given to one that is being ended, and so not blamed for its death', async () => {
    const { pool, worker } = await readyPool();
    const answer = pool.scan(anyFile('/a'));
    await nextTurn();
    const [holder, other] = worker(0).files.length > 0 ? [worker(0), worker(1)] : [worker(1), worker(0)];
    other.say({ kind: 'alive', memoryBytes: 1000 * mib, engineBusyCount: 0 });
    expect(other.killed).toBe(true);
    holder.end('ended by SIGKILL');
    expect(other.files).toEqual([]);
    other.end('ended by SIGKILL');
    worker(2).getReady();
    worker(2).finish('/a');
    expect(await answer).toEqual(clean);
  });

  test('that ends the worker it is alone with is answered so; the others of its batch get their verdicts', async () => {
    const { pool, worker, workers } = await readyPool({ workers: 1 });
    const answers = Promise.all(['/bad', '/good'].map((path) => pool.scan(anyFile(path))));
    await nextTurn();
    worker(0).end('ended by SIGSEGV');
    worker(1).getReady();
    // Suspects are alone: the second is not handed out before the first is done.
    expect(worker(1).files.map(({ path }) => path)).toEqual(['/bad']);
    worker(1).end('ended by SIGSEGV');
    worker(2).getReady();
    worker(2).finish('/good');
    expect(await answers).toEqual([
      { kind: 'killed_workers', how: 'crashed', cause: 'ended by SIGSEGV' },
      clean,
    ]);
    expect(workers).toHaveLength(3);
    expect(pool.losses).toEqual({ count: 2, lastAtMs: expect.any(Number), lastCause: 'ended by SIGSEGV' });
  });
});

describe('a worker', () => {
  test.each([null, 'text', { kind: 'hello' }, { kind: 'results' }])(
    'that says %j is ended, and its file goes to another',
    async (message) => {
      const { pool, worker } = await readyPool({ workers: 1 });
      const answer = pool.scan(anyFile('/a'));
      await nextTurn();
      worker(0).say(message);
      expect(worker(0).killed).toBe(true);
      worker(0).end();
      worker(1).getReady();
      worker(1).finish('/a');
      expect(await answer).toEqual(clean);
    },
  );

  test('that is silent with work is ended; an idle one, or one that says it lives, is not', async () => {
    const { pool, worker } = await readyPool();
    vi.advanceTimersByTime(60_000);
    expect([worker(0).killed, worker(1).killed]).toEqual([false, false]);
    const answer = pool.scan(anyFile('/a'));
    await nextTurn();
    for (let second = 0; second < 30; second += 1) {
      vi.advanceTimersByTime(1000);
      worker(0).say({ kind: 'alive', memoryBytes: 1, engineBusyCount: 0 });
    }
    expect(worker(0).killed).toBe(false);
    vi.advanceTimersByTime(10_500);
    expect([worker(0).killed, worker(1).killed]).toEqual([true, false]);
    worker(0).end('ended by SIGKILL');
    expect(worker(1).files.map(({ path }) => path)).toEqual(['/a']);
    vi.advanceTimersByTime(10_500);
    worker(1).end('ended by SIGKILL');
    expect(await answer).toEqual({ kind: 'killed_workers', how: 'hung', cause: 'ended by SIGKILL' });
  });

  test('that does not get ready in time is ended and replaced', async () => {
    const { pool, worker, workers } = makePool({ workers: 1 });
    const started = pool.start();
    vi.advanceTimersByTime(60_500);
    expect(worker(0).killed).toBe(true);
    worker(0).end();
    vi.advanceTimersByTime(200);
    expect(workers).toHaveLength(2);
    worker(1).getReady();
    await expect(started).resolves.toMatchObject({ engines: [] });
  });

  test('over its memory limit is replaced, after it has finished what it has', async () => {
    const { pool, worker, workers } = await readyPool({ workers: 1 });
    const answer = pool.scan(anyFile('/a'));
    await nextTurn();
    for (const _again of [1, 2]) worker(0).say({ kind: 'alive', memoryBytes: 120 * mib, engineBusyCount: 0 });
    expect(worker(0).sent.filter(({ kind }) => kind === 'drain')).toHaveLength(1);
    expect(workers).toHaveLength(2);
    worker(0).finish('/a');
    expect(await answer).toEqual(clean);
    worker(0).end('ended with code 0');
    worker(1).getReady();
    expect(pool.workers).toBe(1);
  });

  test('that was told to finish and end, and does not, is ended', async () => {
    const { pool, worker } = await readyPool();
    pool.setTarget(1);
    expect(worker(1).sent.at(-1)).toEqual({ kind: 'drain' });
    for (let second = 0; second < 12; second += 1) {
      worker(1).say({ kind: 'alive', memoryBytes: 1, engineBusyCount: 0 });
      vi.advanceTimersByTime(1000);
    }
    expect([worker(0).killed, worker(1).killed]).toEqual([false, true]);
  });

  test('that ends over nothing, again and again, is not restarted without a pause', async () => {
    const { workers, worker } = await readyPool({ workers: 1, restartDelayMs: 1000 });
    worker(0).end('ended with code 1');
    expect(workers).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    expect(workers).toHaveLength(2);
  });
});

describe('the number of workers', () => {
  test('stays when the engine is full: that is told, each time it is news', async () => {
    const { pool, worker } = await readyPool({ workers: 2 });
    const told: number[] = [];
    const remove = pool.onEngineBusy(() => told.push(performance.now()));
    expect(pool.engineBusyAtMs).toBeNull();
    vi.advanceTimersByTime(1000);
    const firstMs = performance.now();
    // The same count again is no news.
    for (const engineBusyCount of [1, 1]) worker(0).say({ kind: 'alive', memoryBytes: 1, engineBusyCount });
    expect(pool.engineBusyAtMs).toBe(firstMs);
    vi.advanceTimersByTime(1000);
    worker(1).say({ kind: 'alive', memoryBytes: 1, engineBusyCount: 1 });
    expect(told).toEqual([firstMs, firstMs + 1000]);
    expect(pool.engineBusyAtMs).toBe(firstMs + 1000);
    expect(pool.targetWorkers).toBe(2);
    remove();
    worker(1).say({ kind: 'alive', memoryBytes: 1, engineBusyCount: 2 });
    expect(told).toHaveLength(2);
  });

  test('can be raised and lowered; a worker that is not ready yet ends at once', async () => {
    const { pool, workers, worker } = await readyPool({ workers: 1 });
    pool.setTarget(3);
    expect(workers).toHaveLength(3);
    expect(pool.room).toBe(12);
    pool.setTarget(0);
    expect(pool.targetWorkers).toBe(1);
    expect([worker(0).killed, worker(1).killed, worker(2).killed]).toEqual([false, true, true]);
  });
});

describe('what a pool tells of itself', () => {
  test('backlog: files that no worker can have begun, wherever they wait', async () => {
    const { pool, worker } = await readyPool({ workers: 2, filesPerWorker: 4, filesAtOnce: 2 });
    const names = Array.from({ length: 11 }, (_, index) => `/${index}`);
    const answers = Promise.all(names.map((name) => pool.scan(anyFile(name))));
    expect(pool.backlog).toBe(11);
    await nextTurn();
    // Four with each, two of them begun; three with nobody.
    expect([worker(0).files.length, worker(1).files.length]).toEqual([4, 4]);
    expect([pool.backlog, pool.activeWorkers]).toEqual([7, 2]);
    worker(0).finishAll();
    expect([pool.backlog, pool.activeWorkers]).toEqual([5, 1]);
    await nextTurn();
    expect([pool.backlog, pool.activeWorkers]).toEqual([3, 2]);
    for (const index of [0, 1]) worker(index).finishAll();
    expect(await answers).toHaveLength(11);
    expect([pool.backlog, pool.activeWorkers]).toEqual([0, 0]);
  });

  test('utilization: the share of worker time with a file, since the last call', async () => {
    const { pool, worker } = await readyPool();
    vi.advanceTimersByTime(1000);
    expect(pool.utilization()).toBe(0);
    void pool.scan(anyFile('/a'));
    await nextTurn();
    const busy = worker(0).files.length > 0 ? worker(0) : worker(1);
    vi.advanceTimersByTime(3000);
    busy.finish('/a');
    vi.advanceTimersByTime(1000);
    // 3 s of 2 × 4 s.
    expect(pool.utilization()).toBeCloseTo(3 / 8);
    expect(pool.utilization()).toBe(0);
    vi.advanceTimersByTime(500);
    expect(pool.utilization()).toBe(0);
  });

  test('utilization: a worker that ended is remembered, one that only starts is not counted', async () => {
    const { pool, worker } = await readyPool({ workers: 1 });
    const answer = pool.scan(anyFile('/a'));
    await nextTurn();
    vi.advanceTimersByTime(1000);
    worker(0).end('ended by SIGKILL');
    vi.advanceTimersByTime(5000);
    expect(pool.utilization()).toBeCloseTo(1);
    worker(1).getReady();
    worker(1).finish('/a');
    await answer;
    vi.advanceTimersByTime(1000);
    expect(pool.utilization()).toBe(0);
  });
});

describe('other settings', () => {
  test('take over with the first worker that is ready with them; the old ones finish what they have', async () => {
    const { pool, worker, workers } = await readyPool({ workers: 2, filesPerWorker: 1, filesAtOnce: 1 });
    const before = Promise.all(['/a', '/b'].map((name) => pool.scan(anyFile(name))));
    await nextTurn();
    const restarted = pool.restart({ rules: 'new' });
    await nextTurn();
    expect(worker(2).sent).toEqual([{ kind: 'start', settings: { rules: 'new' } }]);
    expect(workers).toHaveLength(3);
    // Until then the old ones work as ever.
    for (const index of [0, 1]) worker(index).finishAll();
    expect(await before).toEqual([clean, clean]);
    const between = pool.scan(anyFile('/between'));
    await nextTurn();
    const old = workers.find((each) => each.files.some(({ path }) => path === '/between'));
    expect([worker(0), worker(1)]).toContain(old);

    worker(2).getReady();
    expect(await restarted).toMatchObject({ engines: [] });
    expect([worker(0), worker(1)].map(({ sent }) => sent.at(-1))).toEqual([
      { kind: 'drain' },
      { kind: 'drain' },
    ]);
    expect(worker(3).sent).toEqual([{ kind: 'start', settings: { rules: 'new' } }]);
    const after = Promise.all(['/c', '/d'].map((name) => pool.scan(anyFile(name))));
    await nextTurn();
    worker(2).finish('/c');
    await nextTurn();
    worker(2).finish('/d');
    expect(await after).toEqual([clean, clean]);
    old?.finish('/between');
    expect(await between).toEqual(clean);
    for (const each of [worker(0), worker(1)]) {
      expect(each.files.map(({ path }) => path)).not.toContain('/c');
      each.end('ended with code 0');
    }
    worker(3).getReady();
    expect([pool.workers, workers.length]).toEqual([2, 4]);
    // Whoever is replaced from now on gets the new settings too.
    worker(3).end('ended by SIGKILL');
    vi.advanceTimersByTime(200);
    expect(worker(4).sent).toEqual([{ kind: 'start', settings: { rules: 'new' } }]);
  });

  test.each([
    {
      how: 'refused',
      fail: (worker: FakeWorker) => {
        worker.say({ kind: 'start_failed', message: 'bad rule' });
        worker.end();
      },
      message: 'bad rule',
    },
    {
      how: 'fatal',
      fail: (worker: FakeWorker) => worker.end('ended with code 3'),
      message: 'ended with code 3',
    },
  ])('that are $how leave the old ones in service', async ({ fail, message }) => {
    const { pool, worker, workers } = await readyPool({ workers: 1 });
    const restarted = pool.restart({ rules: 'bad' });
    restarted.catch(() => {});
    await nextTurn();
    fail(worker(1));
    await expect(restarted).rejects.toMatchObject({ code: 'WORKER_START_FAILED', message });
    const answer = pool.scan(anyFile('/a'));
    await nextTurn();
    worker(0).finish('/a');
    expect(await answer).toEqual(clean);
    vi.advanceTimersByTime(60_000);
    expect(workers).toHaveLength(2);
    expect(worker(0).sent.map(({ kind }) => kind)).toEqual(['start', 'scan']);
    worker(0).end('ended by SIGKILL');
    vi.advanceTimersByTime(200);
    expect(worker(2).sent[0]).toEqual({ kind: 'start', settings: {} });
  });

  test('come one after the other, and the last ones asked for are the ones in force', async () => {
    const { pool, worker, workers } = await readyPool({ workers: 1 });
    const restarts = [1, 2].map((version) => pool.restart({ version }));
    await nextTurn();
    expect(workers).toHaveLength(2);
    worker(1).getReady();
    await restarts[0];
    await nextTurn();
    worker(2).getReady();
    await restarts[1];
    expect(worker(2).sent[0]).toEqual({ kind: 'start', settings: { version: 2 } });
    expect(worker(1).sent.at(-1)).toEqual({ kind: 'drain' });
    worker(0).end('ended with code 0');
    worker(1).end('ended with code 0');
    expect(workers).toHaveLength(3);
  });

  test('are given up when the pool is closed', async () => {
    const { pool, worker } = await readyPool({ workers: 1 });
    const restarted = pool.restart({});
    const later = pool.restart({});
    await nextTurn();
    const disposed = pool[Symbol.asyncDispose]();
    await expect(restarted).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(later).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(worker(1).killed).toBe(true);
    for (const index of [0, 1]) worker(index).end();
    await disposed;
    expect(pool.workers).toBe(0);
  });

  test('do not keep the number of workers from changing meanwhile', async () => {
    const { pool, worker, workers } = await readyPool({ workers: 2 });
    const restarted = pool.restart({ rules: 'new' });
    await nextTurn();
    pool.setTarget(1);
    expect([worker(1).sent.at(-1), worker(2).killed]).toEqual([{ kind: 'drain' }, false]);
    worker(2).getReady();
    await restarted;
    expect(worker(0).sent.at(-1)).toEqual({ kind: 'drain' });
    expect(workers).toHaveLength(3);
  });
});

test('a worker that came up with other signatures than those before it is told of, and works all the same', async () => {
  const told: unknown[] = [];
  const { pool, worker } = await readyPool({
    workers: 1,
    onFingerprintsDiffer: (introduction) => told.push(introduction),
  });
  pool.setTarget(2);
  worker(1).getReady();
  expect(told).toEqual([]);
  pool.setTarget(3);
  const introduction = { engines: [], fingerprints: { yara: 'changed' }, startMs: 0 };
  worker(2).say({ kind: 'ready', introduction });
  expect(told).toEqual([introduction]);
  const answers = Promise.all(['/a', '/b', '/c'].map((name) => pool.scan(anyFile(name))));
  await nextTurn();
  for (const index of [0, 1, 2]) worker(index).finishAll();
  // Nobody may take its answers for those of the signatures in force.
  expect(await answers).toEqual([clean, clean, { ...clean, isOfOthers: true }]);
  expect(worker(2).files).toHaveLength(1);
});

describe('a pool that cannot have workers', () => {
  test('rejects its start, refuses files at once, and tries again later', async () => {
    const { pool, worker, workers } = makePool({ workers: 1 });
    const started = pool.start();
    const waiting = pool.scan(anyFile('/a'));
    worker(0).say({ kind: 'start_failed', message: 'bad list' });
    worker(0).end();
    await expect(started).rejects.toMatchObject({ code: 'WORKER_START_FAILED', message: 'bad list' });
    const refused = { kind: 'no_worker', cause: 'bad list' };
    expect([await waiting, await pool.scan(anyFile('/b'))]).toEqual([refused, refused]);
    vi.advanceTimersByTime(29_000);
    expect(workers).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    const answer = pool.scan(anyFile('/c'));
    worker(1).getReady();
    await nextTurn();
    worker(1).finish('/c');
    expect(await answer).toEqual(clean);
  });

  test('gives up after five ends before ready, with the last words of the fifth', async () => {
    const { pool, workers } = makePool({ workers: 1 });
    const started = pool.start();
    started.catch(() => {});
    for (let count = 1; count <= 5; count += 1) {
      expect(workers).toHaveLength(count);
      workers.at(-1)?.end(`end ${count}`);
      vi.advanceTimersByTime(count * 200);
    }
    await expect(started).rejects.toMatchObject({ message: 'no scan worker could be started: end 5' });
  });

  test('goes on with the workers it has when only another one cannot be had', async () => {
    const { pool, workers, worker } = await readyPool();
    const first = pool.scan(anyFile('/a'));
    await nextTurn();
    worker(1).end('ended by SIGKILL');
    vi.advanceTimersByTime(200);
    expect(workers).toHaveLength(3);
    worker(2).say({ kind: 'start_failed', message: 'bad list' });
    worker(2).end();
    const second = pool.scan(anyFile('/b'));
    await nextTurn();
    worker(0).finish('/a');
    worker(0).finish('/b');
    expect(await Promise.all([first, second])).toEqual([clean, clean]);
  });

  test('is not brought down by a system without room for another process', async () => {
    const { pool } = makePool({
      startProcess: () => {
        throw new Error('spawn ENOMEM');
      },
    });
    const started = pool.start();
    started.catch(() => {});
    vi.advanceTimersByTime(10_000);
    await expect(started).rejects.toMatchObject({ code: 'WORKER_START_FAILED' });
    expect(await pool.scan(anyFile('/a'))).toMatchObject({ kind: 'no_worker' });
  });
});

describe('the end of a pool', () => {
  test('answers every file, also later ones, and resolves when the processes are gone', async () => {
    const { pool, workers } = await readyPool();
    const answer = pool.scan(anyFile('/a'));
    await nextTurn();
    const disposed = pool[Symbol.asyncDispose]();
    const stopped = { kind: 'no_worker', cause: 'the scan was stopped' };
    expect(await answer).toEqual(stopped);
    expect(await pool.scan(anyFile('/b'))).toEqual(stopped);
    expect(workers.map((worker) => worker.killed)).toEqual([true, true]);
    for (const worker of workers) worker.end();
    await disposed;
    expect(pool.workers).toBe(0);
    vi.advanceTimersByTime(60_000);
    expect(workers).toHaveLength(2);
  });

  test('ends a start that is still waiting', async () => {
    const { pool, worker, workers } = makePool({ workers: 1 });
    const started = pool.start();
    const disposed = pool[Symbol.asyncDispose]();
    for (const each of workers) each.end();
    await expect(started).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await disposed;
    expect(worker(0).killed).toBe(true);
  });
});
