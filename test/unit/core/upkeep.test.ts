import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { livePartsOf } from '../../../src/core/antivirus-options.ts';
import type { Generation } from '../../../src/core/cache/recall.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import type { ScanOutcome } from '../../../src/core/pipeline.ts';
import { Upkeep } from '../../../src/core/upkeep.ts';
import type { ScanRequest } from '../../../src/shared/scan.ts';
import { settingsSchema } from '../../../src/shared/settings.ts';
import { unread, type Judgement } from '../../../src/shared/verdict.ts';
import { anyFile, cleanVerdict } from '../../helpers/fake-worker.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const minuteMs = 60_000;
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const [a, b, c] = ['a', 'b', 'c'].map((name) => folder.write(name));
/** Two that are there, and one that was deleted since. */
const recent = [a, b, `${folder.path}/gone`, c].map((path) => anyFile(path ?? ''));

function settings(checkMinutes: number, files: number) {
  return livePartsOf(
    settingsSchema.parse({ updates: { signature_check_minutes: checkMinutes, rescan_recent_files: files } }),
  );
}

function outcomeOf(request: ScanRequest): ScanOutcome {
  return { request, verdict: cleanVerdict, savedMs: 0, identity: null };
}

function surroundings(rescans = true) {
  const requests: ScanRequest[] = [];
  const listeners: ((generation: Generation) => void)[] = [];
  const refresh = vi.fn<() => Promise<boolean>>(async () => false);
  const prune = vi.fn<() => number>(() => 0);
  const rollUp = vi.fn<() => void>();
  const rescanned: string[] = [];
  const upkeep = new Upkeep({
    room: {
      refresh,
      onGeneration(listener) {
        listeners.push(listener);
        return () => listeners.splice(listeners.indexOf(listener), 1);
      },
    },
    pipeline: {
      recall: (asked) => asked.map((request) => (request.path === b ? outcomeOf(request) : null)),
      async scan(request) {
        requests.push(request);
        return outcomeOf(request);
      },
      judged: (request, judgement: Judgement, sizeBytes) => ({
        request,
        verdict: unread(judgement, sizeBytes),
        savedMs: 0,
        identity: null,
      }),
    },
    store: { verdicts: { recentFiles: (limit) => recent.slice(0, limit), prune }, flush() {} },
    history: { rollUp },
    maxFiles: 5,
    rescans,
    onRescanned: ({ request }) => void rescanned.push(request.path),
    live: settings(10, 3),
    logger: silentLogger,
  });
  function change(): void {
    for (const listener of listeners) listener({ id: 'other', isCertain: true, isSettled: true });
  }
  return { upkeep, requests, rescanned, refresh, prune, rollUp, change, listeners };
}

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] }));
afterEach(() => vi.useRealTimers());

describe('signatures', () => {
  test('are looked at in the interval of the settings, also when it changes', async () => {
    const { upkeep, refresh } = surroundings();
    await using _end = upkeep;
    vi.advanceTimersByTime(20 * minuteMs);
    expect(refresh).toHaveBeenCalledTimes(2);
    upkeep.configure(settings(1, 3));
    vi.advanceTimersByTime(5 * minuteMs);
    expect(refresh).toHaveBeenCalledTimes(7);
  });

  test('that changed have the recent files scanned again, at low priority, where the cache has no answer', async () => {
    const { upkeep, requests, rescanned, change } = surroundings();
    change();
    await vi.waitFor(() => expect(requests).not.toEqual([]));
    await upkeep[Symbol.asyncDispose]();
    expect(requests).toEqual([{ path: a, priority: 'low', origin: 'rescan' }]);
    // Whoever answers findings hears of all of them.
    expect(rescanned.toSorted()).toEqual([a, b]);
  });

  test('that change again meanwhile begin the rescan anew', async () => {
    const { upkeep, requests, change } = surroundings();
    change();
    // While the first is under way: one more, however often.
    change();
    change();
    await vi.waitFor(() => expect(requests).toHaveLength(2));
    await upkeep[Symbol.asyncDispose]();
    expect(requests).toHaveLength(2);
  });

  test('that changed during a command cause no rescan', async () => {
    const { upkeep, requests, change } = surroundings(false);
    change();
    await upkeep[Symbol.asyncDispose]();
    expect(requests).toEqual([]);
  });
});

describe('old rows', () => {
  test('are removed now and then, and at the end', async () => {
    vi.setSystemTime(100 * 24 * 3600_000);
    const { upkeep, prune, rollUp } = surroundings();
    vi.advanceTimersByTime(10 * minuteMs);
    expect(prune).toHaveBeenCalledExactlyOnceWith(
      {
        hashedBeforeMs: Date.now() - 24 * 3600_000,
        scannedBeforeMs: Date.now() - 24 * 3600_000,
        findingsBeforeMs: Date.now() - 30 * 24 * 3600_000,
        maxFiles: 5,
      },
      expect.any(Number),
    );
    expect(rollUp).toHaveBeenCalledExactlyOnceWith(Date.now() / 1000, { retentionDays: 30 });
    await upkeep[Symbol.asyncDispose]();
    expect(prune).toHaveBeenCalledTimes(2);
  });
});

test('what is much is removed a slice at a time, until nothing is left to remove', async () => {
  const { upkeep, prune } = surroundings();
  for (const removed of [2000, 2000, 7, 0]) prune.mockReturnValueOnce(removed);
  vi.advanceTimersByTime(10 * minuteMs);
  await vi.waitFor(() => expect(prune).toHaveBeenCalledTimes(4));
  prune.mockReturnValue(2000);
  await upkeep[Symbol.asyncDispose]();
  expect(prune).toHaveBeenCalledTimes(4 + 5);
});

test('after its end nothing is listened to any more', async () => {
  const { upkeep, listeners, refresh } = surroundings();
  await upkeep[Symbol.asyncDispose]();
  vi.advanceTimersByTime(60 * minuteMs);
  expect(listeners).toEqual([]);
  expect(refresh).not.toHaveBeenCalled();
});
