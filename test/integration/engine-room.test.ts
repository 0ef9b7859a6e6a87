// Engines with real workers: started when they are needed, started again when what they scan with has changed.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineRoom, type EngineRoomOptions } from '../../src/core/engine-room.ts';
import type { EngineStart } from '../../src/core/store/engine-start-store.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { childProcessStarter } from '../../src/core/processes/child-process-worker.ts';
import { scanWorkerEntry } from '../../src/core/antivirus-options.ts';
import { anyScope } from '../helpers/fake-worker.ts';
import { temporaryFolder, type TemporaryFolder } from '../helpers/temporary-folder.ts';

const limit = 1024 ** 2;
let folder: TemporaryFolder;
let remembered: Map<string, EngineStart>;

beforeEach(() => {
  folder = temporaryFolder();
  remembered = new Map();
  folder.write('rules/a.yar', 'rule A { strings: $a = "aaaa" condition: $a }');
});
afterEach(() => folder[Symbol.dispose]());

function options(): EngineRoomOptions {
  return {
    clamd: {
      choice: 'none',
      dataDir: folder.path,
      limits: {
        maxStreamBytes: limit,
        maxFileBytes: limit,
        maxScanBytes: limit,
        maxRecursion: 5,
        maxFiles: 5,
      },
      maxScanSeconds: 10,
      logger: silentLogger,
    },
    workers: {
      yara: { rulePaths: [`${folder.path}/rules`], binding: 'auto' },
      hashLists: { knownBad: [], knownGood: [] },
      trustKnownGood: true,
      wholeFileBytes: limit,
      requestTimeoutMs: 10_000,
      filesAtOnce: 2,
      contents: null,
    },
    pool: {
      startProcess: childProcessStarter(scanWorkerEntry),
      verdictScope: () => anyScope,
      workers: 1,
      filesAtOnce: 2,
      filesPerWorker: 4,
      silenceLimitMs: 20_000,
      startLimitMs: 20_000,
      memoryLimitBytes: 1024 * limit,
      logger: silentLogger,
    },
    decisive: {},
    memory: {
      recall: (inputs) => remembered.get(inputs) ?? null,
      remember: (inputs, start) => void remembered.set(inputs, start),
    },
    logger: silentLogger,
    signal: new AbortController().signal,
  };
}

describe('engines', () => {
  test('are started at once the first time, and only when needed once they are known', async () => {
    await using first = await EngineRoom.open(options());
    expect(first.pool?.workers).toBe(1);
    const { id } = first.generation;
    await using second = await EngineRoom.open(options());
    expect(second.pool).toBeNull();
    expect(second.generation).toEqual({ id, isCertain: true, isSettled: true });
    expect(await second.engines()).toMatchObject([
      { name: 'clamav', state: 'unavailable' },
      { name: 'yara', state: 'ready', detail: expect.stringContaining('no file needed it') },
      { name: 'hash', state: 'ready' },
    ]);
    const [pool, same] = await Promise.all([second.start(), second.start()]);
    expect(pool).toBe(same);
    expect(second.generation.id).toBe(id);
    expect((await second.engines())[1]?.detail).not.toContain('no file needed it');
  });

  test('that were known are started when a rule has changed since', async () => {
    const first = await EngineRoom.open(options());
    await first[Symbol.asyncDispose]();
    folder.write('rules/b.yar', 'rule B { strings: $a = "bbbb" condition: $a }');
    await using second = await EngineRoom.open(options());
    expect(second.pool?.workers).toBe(1);
    expect(second.generation.id).not.toBe(first.generation.id);
  });
});

describe('a look at what has changed', () => {
  test('finds nothing while nothing has, and leaves the workers as they are', async () => {
    await using room = await EngineRoom.open(options());
    const pids = room.pool?.pids;
    expect(await room.refresh()).toBe(false);
    expect(room.pool?.pids).toEqual(pids);
  });

  test('brings other rules into force with other workers, and says so once', async () => {
    await using room = await EngineRoom.open(options());
    const before = room.generation.id;
    const pids = room.pool?.pids;
    const heard: string[] = [];
    room.onGeneration(({ id }) => heard.push(id));
    folder.write('rules/b.yar', 'rule B { strings: $a = "bbbb" condition: $a }');
    expect(await room.refresh()).toBe(true);
    expect(room.generation.id).not.toBe(before);
    expect(heard).toEqual([room.generation.id]);
    expect(room.pool?.pids).not.toEqual(pids);
    expect(await room.refresh()).toBe(false);
  });

  test('starts engines that were known when their rules are other ones now', async () => {
    const first = await EngineRoom.open(options());
    await first[Symbol.asyncDispose]();
    await using room = await EngineRoom.open(options());
    folder.write('rules/a.yar', 'rule A { strings: $a = "cccc" condition: $a }');
    expect(await room.refresh()).toBe(true);
    expect(room.pool?.workers).toBe(1);
  });
});

test('what is disposed of while it looks starts nothing afterwards', async () => {
  const first = await EngineRoom.open(options());
  await first[Symbol.asyncDispose]();
  const started: number[] = [];
  const all = options();
  const room = await EngineRoom.open({
    ...all,
    pool: {
      ...all.pool,
      startProcess() {
        started.push(1);
        return all.pool.startProcess();
      },
    },
  });
  folder.write('rules/b.yar', 'rule B { strings: $a = "bbbb" condition: $a }');
  const refreshed = room.refresh();
  await room[Symbol.asyncDispose]();
  await refreshed.catch(() => {});
  expect(await room.refresh()).toBe(false);
  expect(started).toEqual([]);
});

test('without a memory the engines are always started', async () => {
  const withoutMemory = { ...options(), memory: null };
  await using first = await EngineRoom.open(withoutMemory);
  await using second = await EngineRoom.open(withoutMemory);
  expect([first.pool === null, second.pool === null]).toEqual([false, false]);
  expect(remembered.size).toBe(0);
});
