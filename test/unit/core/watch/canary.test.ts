import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../../src/core/logger.ts';
import { Canary, type CanaryOptions, isCanaryName } from '../../../../src/core/watch/canary.ts';
import type { CanaryFiles, CanaryWrite } from '../../../../src/core/watch/canary-file.ts';

const minuteMs = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Folders in memory: what is written in them, and what was left in them by a run before. */
class MemoryFiles implements CanaryFiles {
  readonly there = new Set<string>();
  readonly cleaned: string[] = [];
  written = 0;
  refusal: string | null = null;

  async write(root: string, name: string): Promise<CanaryWrite> {
    if (this.refusal !== null) return { kind: 'impossible', cause: this.refusal };
    this.there.add(`${root}/${name}`);
    this.written += 1;
    return { kind: 'written', key: `${root}/${name}` };
  }

  async remove(_root: string, _name: string, key: string): Promise<void> {
    this.there.delete(key);
  }

  async removeLeftOver(root: string): Promise<void> {
    this.cleaned.push(root);
  }
}

function makeCanary(options: Partial<CanaryOptions> = {}) {
  const files = new MemoryFiles();
  const missed: string[] = [];
  const answered: (readonly [string, number])[] = [];
  const canary = new Canary({
    settings: { intervalMs: 10 * minuteMs, deadlineMs: 30_000 },
    onMissed: (root) => missed.push(root),
    onAnswered: (root, milliseconds) => answered.push([root, milliseconds]),
    logger: silentLogger,
    files,
    ...options,
  });
  /** Every file that is there gets this verdict. */
  function judgeAll(kind: 'clean' | 'unscannable' = 'clean'): void {
    for (const path of files.there) canary.verdictFor(path, kind);
  }
  return { canary, files, missed, answered, judgeAll };
}

describe('a watched folder', () => {
  test('is tested soon after it is watched, and again at intervals; the file is gone after each verdict', async () => {
    const { canary, files, answered, judgeAll } = makeCanary();
    canary.watch(['/a']);
    expect(canary.states).toEqual([
      { root: '/a', state: 'untested', cause: '', lastMs: null, answeredAtMs: null },
    ]);
    await vi.advanceTimersByTimeAsync(2000);
    expect([...files.there].map((path) => [path.slice(0, 3), isCanaryName(path)])).toEqual([['/a/', true]]);
    await vi.advanceTimersByTimeAsync(400);
    judgeAll();
    await vi.advanceTimersByTimeAsync(0);
    expect([files.there.size, answered]).toEqual([0, [['/a', 400]]]);
    expect(canary.states).toEqual([
      { root: '/a', state: 'answered', cause: '', lastMs: 400, answeredAtMs: expect.any(Number) },
    ]);
    await vi.advanceTimersByTimeAsync(10 * minuteMs - 1);
    expect(files.written).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(files.written).toBe(2);
    // What a killed run left is looked for once, before the first test.
    expect(files.cleaned).toEqual(['/a']);
    await canary[Symbol.asyncDispose]();
  });

  test('whose file gets no verdict in time was missed: told once, shown until a later one is answered', async () => {
    const { canary, files, missed, answered, judgeAll } = makeCanary();
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000 + 29_999);
    expect(missed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect([missed, files.there.size]).toEqual([['/a'], 0]);
    expect(canary.states).toEqual([
      {
        root: '/a',
        state: 'missed',
        cause: 'a test file got no verdict within 30 s',
        lastMs: null,
        answeredAtMs: null,
      },
    ]);
    // It is tested again within a minute, not after ten.
    await vi.advanceTimersByTimeAsync(minuteMs + 30_000);
    expect([files.written, missed]).toEqual([2, ['/a']]);
    await vi.advanceTimersByTimeAsync(minuteMs + 10);
    judgeAll();
    await vi.advanceTimersByTimeAsync(0);
    expect([answered, canary.states[0]?.state]).toEqual([[['/a', 10]], 'answered']);
    await canary[Symbol.asyncDispose]();
  });

  test('is not answered by "could not be scanned", nor by a verdict on another file', async () => {
    const { canary, missed, judgeAll } = makeCanary();
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000);
    judgeAll('unscannable');
    canary.verdictFor('/a/.vedette-canary-000000000000', 'clean');
    canary.verdictFor('/a/other', 'clean');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(missed).toEqual(['/a']);
    expect(canary.states[0]?.cause).toBe('a test file got no verdict within 30 s: it could not be scanned');
    await canary[Symbol.asyncDispose]();
  });

  test('in which no file can be written is no alarm, and is tried again', async () => {
    const { canary, files, missed, judgeAll } = makeCanary();
    files.refusal = 'the file system is read-only';
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(40_000);
    expect([missed, canary.states]).toEqual([
      [],
      [
        {
          root: '/a',
          state: 'impossible',
          cause: 'the file system is read-only',
          lastMs: null,
          answeredAtMs: null,
        },
      ],
    ]);
    files.refusal = null;
    await vi.advanceTimersByTimeAsync(10 * minuteMs - 38_000);
    judgeAll();
    await vi.advanceTimersByTimeAsync(0);
    expect(canary.states[0]?.state).toBe('answered');
    await canary[Symbol.asyncDispose]();
  });

  test.each<[Partial<CanaryOptions>, string]>([
    [
      { isExcluded: (path) => path.startsWith('/a/.') },
      'the settings exclude a file named as a test file is',
    ],
    [{ answers: async () => false }, 'the folder does not answer'],
  ])('where a test could not succeed is not written to (%#)', async (options, cause) => {
    const { canary, files, missed } = makeCanary(options);
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(minuteMs);
    expect([files.written, files.cleaned, missed]).toEqual([0, [], []]);
    expect(canary.states).toEqual([
      { root: '/a', state: 'impossible', cause, lastMs: null, answeredAtMs: null },
    ]);
    await canary[Symbol.asyncDispose]();
  });

  test('has one file at most, and others are tested meanwhile', async () => {
    const { canary, files } = makeCanary({ settings: { intervalMs: 100, deadlineMs: 30_000 } });
    canary.watch(['/a', '/b', '/a']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect([...files.there].map((path) => path.slice(0, 2)).toSorted()).toEqual(['/a', '/b']);
    await canary[Symbol.asyncDispose]();
  });

  test('that is watched no more has its test taken back; watched again it is tested anew', async () => {
    const { canary, files, missed } = makeCanary();
    canary.watch(['/a', '/b']);
    await vi.advanceTimersByTimeAsync(2000);
    canary.watch(['/b']);
    await vi.advanceTimersByTimeAsync(0);
    expect([...files.there].map((path) => path.slice(0, 2))).toEqual(['/b']);
    expect(canary.states.map(({ root }) => root)).toEqual(['/b']);
    canary.watch(['/a', '/b']);
    await vi.advanceTimersByTimeAsync(2000);
    expect(files.there.size).toBe(2);
    expect(files.cleaned).toEqual(['/a', '/b', '/a']);
    await canary[Symbol.asyncDispose]();
    expect(missed).toEqual([]);
  });

  test('is not blamed for a deadline that passed while the machine slept', async () => {
    let nowMs = 0;
    const { canary, missed, answered, judgeAll } = makeCanary({ now: () => nowMs });
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000);
    nowMs += 8 * 60 * minuteMs;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(missed).toEqual([]);
    judgeAll();
    await vi.advanceTimersByTimeAsync(0);
    expect(answered).toHaveLength(1);
    await canary[Symbol.asyncDispose]();
  });

  test('that keeps waiting after such a deadline is missed after another', async () => {
    let nowMs = 0;
    const { canary, missed } = makeCanary({ now: () => nowMs });
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000);
    nowMs += 8 * 60 * minuteMs;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(missed).toEqual(['/a']);
    await canary[Symbol.asyncDispose]();
  });

  test('in which a test fails in a way nobody foresaw stays under test', async () => {
    const { canary, files, judgeAll } = makeCanary();
    const write = vi.spyOn(files, 'write').mockRejectedValueOnce(new TypeError('a bug'));
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000);
    expect(canary.states).toMatchObject([{ state: 'impossible', cause: 'a bug' }]);
    write.mockRestore();
    await vi.advanceTimersByTimeAsync(10 * minuteMs);
    judgeAll();
    await vi.advanceTimersByTimeAsync(0);
    expect(canary.states).toMatchObject([{ state: 'answered' }]);
    await canary[Symbol.asyncDispose]();
  });
});

describe('the canary', () => {
  test('rests while it is paused: its file is removed and nothing is missed', async () => {
    const { canary, files, missed } = makeCanary();
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000);
    canary.pause();
    canary.watch(['/a', '/b']);
    await vi.advanceTimersByTimeAsync(60 * minuteMs);
    expect([files.there.size, files.written, missed]).toEqual([0, 1, []]);
    canary.resume();
    await vi.advanceTimersByTimeAsync(2000);
    expect([files.there.size, files.written]).toEqual([2, 3]);
    await canary[Symbol.asyncDispose]();
  });

  test('that is paused while it still asks whether the folder answers writes nothing there', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const { canary, files } = makeCanary({ answers: () => promise });
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000);
    canary.pause();
    resolve(true);
    await canary[Symbol.asyncDispose]();
    expect([files.written, files.cleaned]).toEqual([0, []]);
  });

  test('that is paused while it removes what was left has nothing there a moment later', async () => {
    const { canary, files } = makeCanary();
    const { promise, resolve } = Promise.withResolvers<void>();
    vi.spyOn(files, 'removeLeftOver').mockReturnValue(promise);
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000);
    canary.pause();
    resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(files.there.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that is paused and resumed waits for a folder that hangs before it writes there again', async () => {
    const { canary, files } = makeCanary();
    const write = vi.spyOn(files, 'write').mockReturnValue(Promise.withResolvers<CanaryWrite>().promise);
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000);
    for (let times = 0; times < 3; times += 1) {
      canary.pause();
      canary.resume();
      await vi.advanceTimersByTimeAsync(2000);
    }
    expect(write).toHaveBeenCalledTimes(1);
    canary.pause();
  });

  test('is off with an interval of 0, and can be turned on', async () => {
    const { canary, files } = makeCanary({ settings: { intervalMs: 0, deadlineMs: 30_000 } });
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(60 * minuteMs);
    expect(files.written).toBe(0);
    canary.configure({ intervalMs: minuteMs, deadlineMs: 5000 });
    await vi.advanceTimersByTimeAsync(2000);
    expect(files.written).toBe(1);
    canary.configure({ intervalMs: 0, deadlineMs: 5000 });
    await vi.advanceTimersByTimeAsync(60 * minuteMs);
    expect([files.there.size, files.written]).toEqual([0, 1]);
    await canary[Symbol.asyncDispose]();
  });

  test('tells what half and most of the latest tests took', async () => {
    const { canary, judgeAll } = makeCanary({ settings: { intervalMs: 1000, deadlineMs: 30_000 } });
    expect(canary.latency).toEqual({ count: 0, p50Ms: null, p95Ms: null });
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(1000);
    // 300 tests of 1 to 300 ms: the first 44 are forgotten.
    for (let milliseconds = 1; milliseconds <= 300; milliseconds += 1) {
      await vi.advanceTimersByTimeAsync(milliseconds);
      judgeAll();
      await vi.advanceTimersByTimeAsync(0);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(canary.latency).toEqual({ count: 256, p50Ms: 172, p95Ms: 288 });
    await canary[Symbol.asyncDispose]();
  });

  test('leaves nothing behind when it ends in the middle of a test', async () => {
    const { canary, files } = makeCanary();
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000);
    await canary[Symbol.asyncDispose]();
    expect([files.written, files.there.size]).toEqual([1, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends although a folder hangs', async () => {
    const { canary, files } = makeCanary();
    vi.spyOn(files, 'write').mockReturnValue(Promise.withResolvers<CanaryWrite>().promise);
    canary.watch(['/a']);
    await vi.advanceTimersByTimeAsync(2000);
    const ended = canary[Symbol.asyncDispose]();
    await vi.advanceTimersByTimeAsync(3000);
    await expect(ended).resolves.toBeUndefined();
  });

  test.each([
    ['/a/.vedette-canary-0123456789ab', true],
    ['C:\\a\\.vedette-canary-0123456789ab', true],
    ['.vedette-canary-0123456789ab', true],
    ['/a/.vedette-canary-0123456789ab/x', false],
    ['/a/.vedette-canary-0123456789abc', false],
    ['/a/.vedette-canary-0123456789AB', false],
    ['/a/x.vedette-canary-0123456789ab', false],
    ['/a/.vedette-canary-0123456789ab\n', false],
  ])('knows its names: %j is one: %j', (path, expected) => {
    expect(isCanaryName(path)).toBe(expected);
  });
});
