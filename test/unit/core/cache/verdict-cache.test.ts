import { describe, expect, test } from 'vitest';
import type { Generation, Recall } from '../../../../src/core/cache/recall.ts';
import { VerdictCache, type VerdictCacheOptions } from '../../../../src/core/cache/verdict-cache.ts';
import { unread, type Detection, type Verdict } from '../../../../src/shared/verdict.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { FakeVerdictStore, fileNumber } from './fake-verdict-store.ts';

const hourMs = 3_600_000;
const times = { identityTtlMs: 24 * hourMs, verdictTtlMs: 24 * hourMs, uncertainTtlMs: hourMs };
const A: Generation = { id: 'A', isCertain: true, isSettled: true };
const B: Generation = { id: 'B', isCertain: true, isSettled: true };
const file = fileNumber(1);
const other = fileNumber(2);

const detection: Detection = {
  engine: 'clamav',
  name: 'Test.Virus',
  severity: 'high',
  kind: 'signature',
  meta: {},
  matches: [],
};

function verdictOf(changes: Partial<Verdict> = {}): Verdict {
  return {
    judgement: { kind: 'clean' },
    engines: ['clamav', 'yara'],
    sha256: 'aa'.repeat(32),
    sizeBytes: 4096,
    durationMs: 12,
    cachedFrom: null,
    ...changes,
  };
}

const infected = verdictOf({ judgement: { kind: 'infected', detections: [detection] } });

function makeScene(changes: Partial<VerdictCacheOptions> = {}) {
  const folder = temporaryFolder();
  const store = new FakeVerdictStore();
  const clock = { nowMs: 1_760_000_000_000 };
  const operations: string[] = [];
  function open(): VerdictCache {
    return new VerdictCache({
      store,
      folder: folder.path,
      bloomMegabytes: 0.25,
      memoryEntries: 100,
      times,
      now: () => clock.nowMs,
      onOperation: (type, operation, seconds) => {
        expect(seconds).toBeGreaterThanOrEqual(0);
        operations.push(`${type} ${operation}`);
      },
      ...changes,
    });
  }
  const cache = open();
  return {
    store,
    clock,
    operations,
    cache,
    /** As after a restart: nothing in memory. */
    open,
    [Symbol.dispose]() {
      cache[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** Without the time the look-up took. */
function plain(recall: Recall): unknown {
  if (recall.kind === 'unknown') return recall;
  expect(recall.verdict.durationMs).toBeGreaterThanOrEqual(0);
  return { ...recall, verdict: { ...recall.verdict, durationMs: 'look-up' } };
}

describe('what is remembered', () => {
  test('is known from memory, and after a restart from the database and then from memory', () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf(), generation: A });
    const known = {
      kind: 'known',
      savedMs: 12,
      verdict: { ...verdictOf(), durationMs: 'look-up', cachedFrom: 'memory' },
    };
    expect(plain(scene.cache.recall(file, A))).toEqual(known);
    expect(scene.store.asked).toEqual([]);
    using restarted = scene.open();
    const fromDatabase = { ...known, verdict: { ...known.verdict, cachedFrom: 'database' } };
    expect(plain(restarted.recall(file, A))).toEqual(fromDatabase);
    expect(plain(restarted.recall(file, A))).toEqual(known);
    expect(scene.store.asked).toEqual([[file.identity]]);
  });

  test.each([
    ['partial', verdictOf({ judgement: { kind: 'partial', reason: 'encrypted', detail: '' } })],
    ['unscannable', verdictOf({ judgement: { kind: 'unscannable', reason: 'timeout', detail: '' } })],
    ['unread', unread({ kind: 'unscannable', reason: 'poison', detail: '' }, 1)],
    ['without a hash', verdictOf({ sha256: null })],
    ['recalled from memory', verdictOf({ cachedFrom: 'memory' })],
    ['recalled from the database', verdictOf({ cachedFrom: 'database' })],
  ])('is not a verdict that is %s', (_, verdict) => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict, generation: A });
    expect(scene.store.counts().files).toBe(0);
    expect(scene.cache.recall(file, A)).toEqual({ kind: 'unknown' });
    expect(scene.operations).toEqual(['identity get']);
  });

  test('is never clean for another generation', () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf(), generation: A });
    expect(scene.cache.recall(file, B)).toEqual({ kind: 'unknown' });
    using restarted = scene.open();
    expect(restarted.recall(file, B)).toEqual({ kind: 'unknown' });
  });

  test('stands as a finding under another generation until the file is scanned again', () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: infected, generation: A });
    const standing = {
      kind: 'standing',
      verdict: { ...infected, durationMs: 'look-up', cachedFrom: 'memory' },
    };
    expect(plain(scene.cache.recall(file, B))).toEqual(standing);
    scene.clock.nowMs += 100 * hourMs;
    expect(plain(scene.cache.recall(file, B))).toEqual(standing);
    using restarted = scene.open();
    expect(plain(restarted.recall(file, B))).toEqual({
      ...standing,
      verdict: { ...standing.verdict, cachedFrom: 'database' },
    });
    scene.cache.remember({ file, verdict: verdictOf(), generation: B });
    expect(scene.cache.recall(file, B)).toMatchObject({
      kind: 'known',
      verdict: { judgement: { kind: 'clean' } },
    });
    expect(scene.cache.recall(file, A)).toEqual({ kind: 'unknown' });
  });

  test('as a finding is the last word on its content, whatever file holds it and however old it is', () => {
    using scene = makeScene();
    const { cache, clock } = scene;
    const clean = verdictOf({ sha256: 'bb'.repeat(32) });
    cache.remember({ file, verdict: infected, generation: A });
    cache.remember({ file: other, verdict: clean, generation: A });
    clock.nowMs += 1000 * hourMs;
    const { judgement, engines, sizeBytes } = infected;
    expect(cache.standing(fileNumber(9), 'aa'.repeat(32), B)).toEqual({
      judgement,
      engines,
      sizeBytes,
      sha256: 'aa'.repeat(32),
      durationMs: 0,
      cachedFrom: 'content',
    });
    expect(cache.standing(fileNumber(9), 'bb'.repeat(32), A)).toBeNull();
    expect(cache.standing(fileNumber(9), 'cc'.repeat(32), A)).toBeNull();
    expect(cache.standing(fileNumber(9), null, A)).toBeNull();
    expect(cache.standing(file, null, B)).toMatchObject({ judgement, cachedFrom: 'memory' });
    // None of this was a look-up of a scan.
    expect(cache.stats().types.identity).toMatchObject({ hits: 0, misses: 0 });
  });

  test('of nobody knows which signatures takes no finding back, and is no answer when it is clean', () => {
    using scene = makeScene();
    const { cache, open } = scene;
    const mixed: Generation = { id: 'mixed', isCertain: false, isSettled: false };
    cache.remember({ file, verdict: infected, generation: A });
    cache.remember({ file, verdict: verdictOf(), generation: mixed });
    cache.remember({ file: other, verdict: verdictOf({ sha256: 'bb'.repeat(32) }), generation: mixed });
    using later = open();
    for (const one of [cache, later]) {
      expect(one.recall(file, B)).toMatchObject({ kind: 'standing' });
      expect(one.recall(other, B)).toEqual({ kind: 'unknown' });
      expect(one.recall(other, mixed)).toEqual({ kind: 'unknown' });
    }
  });

  test('of the content alone leaves no trace of the file', () => {
    using scene = makeScene();
    const { cache, store } = scene;
    cache.remember({ file, verdict: verdictOf(), generation: A, contentOnly: true });
    const [content] = store.recallContents(['aa'.repeat(32)], 'A');
    expect(content?.judgement).toEqual({ kind: 'clean' });
    expect([cache, scene.open()].map((one) => one.recall(file, A).kind)).toEqual(['unknown', 'unknown']);
    const before = store.recallContents(['bb'.repeat(32)], 'A');
    const known = verdictOf({ cachedFrom: 'content', sha256: 'bb'.repeat(32) });
    cache.remember({ file, verdict: known, generation: A, contentOnly: true });
    expect(store.recallContents(['bb'.repeat(32)], 'A')).toEqual(before);
    expect(store.asked).toEqual([]);
  });

  test('outlives the database in memory', () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: infected, generation: A });
    scene.store.isBroken = true;
    expect(scene.cache.recall(file, A)).toMatchObject({ kind: 'known' });
    expect(scene.cache.recall(file, B)).toMatchObject({ kind: 'standing' });
  });
});

describe('time', () => {
  test('ends a verdict a day after the engines looked, in both tiers, however often it is asked for', () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf(), generation: A });
    using restarted = scene.open();
    for (let hour = 0; hour < 24; hour += 1) {
      expect(scene.cache.recall(file, A)).toMatchObject({ kind: 'known' });
      const recall = restarted.recall(file, A);
      expect(recall).toMatchObject({ kind: 'known' });
      // What came from the cache is handed back to it.
      if (recall.kind === 'known') restarted.remember({ file, verdict: recall.verdict, generation: A });
      scene.clock.nowMs += hourMs;
    }
    expect(scene.cache.recall(file, A)).toEqual({ kind: 'unknown' });
    expect(restarted.recall(file, A)).toEqual({ kind: 'unknown' });
    expect(restarted.stats().types.identity).toMatchObject({ hits: 24, misses: 1, expired: 1 });
  });

  test('counts from the engines for a content that was known, from the hashing for the file', () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf(), generation: A });
    scene.clock.nowMs += 23 * hourMs;
    scene.cache.remember({ file: other, verdict: verdictOf({ cachedFrom: 'content' }), generation: A });
    expect(scene.cache.recall(other, A)).toMatchObject({
      kind: 'known',
      verdict: { cachedFrom: 'database' },
    });
    expect(scene.cache.recall(other, A)).toMatchObject({ kind: 'known', verdict: { cachedFrom: 'memory' } });
    scene.clock.nowMs += hourMs;
    expect(scene.cache.recall(other, A)).toEqual({ kind: 'unknown' });
    expect(scene.cache.stats().types).toMatchObject({
      identity: { hits: 3, misses: 0, expired: 0 },
      verdict: { hits: 2, misses: 1, expired: 1 },
    });
  });

  test('a known content puts out what memory held of the file', () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf({ sha256: 'bb'.repeat(32) }), generation: A });
    scene.cache.remember({ file, verdict: verdictOf({ cachedFrom: 'content' }), generation: A });
    expect(scene.cache.recall(file, A)).toEqual({ kind: 'unknown' });
    expect(scene.store.asked).toEqual([[file.identity]]);
  });

  test('is short where the generation is not certain', () => {
    using scene = makeScene();
    const unsure: Generation = { id: 'A', isCertain: false, isSettled: true };
    scene.cache.remember({ file, verdict: verdictOf(), generation: unsure });
    expect(scene.cache.contentsNotBeforeMs(unsure)).toBe(scene.clock.nowMs - hourMs);
    expect(scene.cache.contentsNotBeforeMs(A)).toBe(scene.clock.nowMs - 24 * hourMs);
    scene.clock.nowMs += hourMs - 1;
    expect(scene.cache.recall(file, unsure)).toMatchObject({ kind: 'known' });
    scene.clock.nowMs += 1;
    expect(scene.cache.recall(file, unsure)).toEqual({ kind: 'unknown' });
    expect(scene.cache.recall(file, A)).toMatchObject({ kind: 'known' });
  });

  test('set back ends everything from after it', () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf(), generation: A });
    using restarted = scene.open();
    scene.clock.nowMs -= 1;
    expect(scene.cache.recall(file, A)).toEqual({ kind: 'unknown' });
    expect(restarted.recall(file, A)).toEqual({ kind: 'unknown' });
  });

  test('can be set anew while it runs', () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf(), generation: A });
    scene.clock.nowMs += 2 * hourMs;
    scene.cache.setTimes({ ...times, identityTtlMs: hourMs });
    expect(scene.cache.recall(file, A)).toEqual({ kind: 'unknown' });
    scene.cache.setTimes({ ...times, verdictTtlMs: hourMs });
    expect(scene.cache.recall(file, A)).toEqual({ kind: 'unknown' });
    scene.cache.setTimes(times);
    expect(scene.cache.recall(file, A)).toMatchObject({ kind: 'known' });
  });
});

describe('a batch', () => {
  test('is answered in its order, with one call to the database for what nobody else settled', () => {
    using scene = makeScene();
    const [one, two, three, never] = [fileNumber(11), fileNumber(12), fileNumber(13), fileNumber(14)];
    scene.cache.remember({ file: one, verdict: infected, generation: A });
    using restarted = scene.open();
    restarted.remember({ file: two, verdict: verdictOf({ sha256: 'bb'.repeat(32) }), generation: A });
    restarted.remember({ file: three, verdict: verdictOf({ sha256: 'cc'.repeat(32) }), generation: B });
    scene.operations.length = 0;
    const recalls = restarted.recallMany([never, one, two, three, one], A);
    expect(
      recalls.map((recall) => (recall.kind === 'known' ? recall.verdict.cachedFrom : recall.kind)),
    ).toEqual(['unknown', 'database', 'memory', 'unknown', 'database']);
    expect(scene.store.asked).toEqual([[one.identity, three.identity, one.identity]]);
    expect(scene.operations).toEqual(['identity get']);
    const shares = recalls.flatMap((recall) => (recall.kind === 'known' ? [recall.verdict.durationMs] : []));
    expect(new Set(shares).size).toBe(1);
  });

  test('of nothing is nothing', () => {
    using scene = makeScene();
    expect(scene.cache.recallMany([], A)).toEqual([]);
    expect(scene.operations).toEqual([]);
  });

  test('tells the types of operation apart', async () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf(), generation: A });
    scene.cache.remember({ file: other, verdict: verdictOf({ cachedFrom: 'content' }), generation: A });
    await scene.cache.warm(A);
    expect(scene.operations).toEqual(['verdict set', 'identity set', 'identity warm']);
  });
});

describe('what is counted', () => {
  test('by type, with the filter apart', () => {
    using scene = makeScene({ memoryEntries: 1 });
    scene.cache.remember({ file, verdict: infected, generation: A });
    scene.cache.remember({ file: other, verdict: verdictOf({ sha256: 'bb'.repeat(32) }), generation: A });
    scene.store.remove(file.identity);
    scene.cache.recallMany([file, other, fileNumber(3), fileNumber(4)], A);
    scene.cache.recall(other, B);
    scene.cache.recordContentLookups(5, 3);
    expect(scene.cache.stats()).toEqual({
      types: {
        identity: {
          hits: 2,
          misses: 3,
          hit_rate: 0.4,
          entries: 1,
          size_bytes: 333 + 400,
          evictions: 1,
          expired: 0,
        },
        verdict: { hits: 6, misses: 4, hit_rate: 0.6, entries: 2, size_bytes: 667, evictions: 0, expired: 0 },
      },
      bloom: {
        size_bytes: 2 ** 18,
        entries: 2,
        ready: true,
        lookups: 3,
        avoided: 2,
        avoided_percent: expect.closeTo(66.7, 1),
        false_positives: 1,
        false_positive_rate: 1 / 3,
      },
    });
  });

  test('is nothing before anything happened', () => {
    using scene = makeScene();
    const nothing = { hits: 0, misses: 0, hit_rate: 0, entries: 0, evictions: 0, expired: 0 };
    expect(scene.cache.stats().types).toEqual({
      identity: { ...nothing, size_bytes: 0 },
      verdict: { ...nothing, size_bytes: 1000 },
    });
  });
});

describe('clearing', () => {
  test('empties all tiers, and what comes after is kept', () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: infected, generation: A });
    expect(scene.cache.clear()).toBe(true);
    expect(scene.cache.recall(file, A)).toEqual({ kind: 'unknown' });
    expect(scene.cache.recall(file, B)).toEqual({ kind: 'unknown' });
    expect(scene.cache.stats()).toMatchObject({
      types: { identity: { entries: 0 }, verdict: { entries: 0 } },
      bloom: { entries: 0, avoided: 2 },
    });
    scene.cache.remember({ file, verdict: verdictOf(), generation: A });
    expect(scene.cache.recall(file, A)).toMatchObject({ kind: 'known' });
  });
});

test('a database that could not be emptied is said, and is still asked', () => {
  using scene = makeScene();
  scene.cache.remember({ file, verdict: verdictOf(), generation: A });
  scene.store.isBroken = true;
  expect(scene.cache.clear()).toBe(false);
  scene.store.isBroken = false;
  expect(scene.cache.recall(file, A)).toMatchObject({ kind: 'known', verdict: { cachedFrom: 'database' } });
});

describe('warming', () => {
  test('puts the most recent files into memory without asking for each', async () => {
    using scene = makeScene();
    for (let number = 0; number < 600; number += 1) {
      scene.cache.remember({ file: fileNumber(number), verdict: verdictOf(), generation: A });
    }
    using restarted = scene.open();
    expect(await restarted.warm(A)).toBe(100);
    const recalls = restarted.recallMany(
      Array.from({ length: 100 }, (_, index) => fileNumber(500 + index)),
      A,
    );
    expect(recalls.every((recall) => recall.kind === 'known' && recall.verdict.cachedFrom === 'memory')).toBe(
      true,
    );
    expect(scene.store.asked).toEqual([]);
  });

  test('takes stored files and identities, at most as many as it is told', async () => {
    using scene = makeScene();
    for (const each of [file, other, fileNumber(3)]) {
      scene.cache.remember({ file: each, verdict: verdictOf(), generation: A });
    }
    using restarted = scene.open();
    const [newest] = scene.store.mostRecent(1, 'A');
    if (newest === undefined) throw new Error('nothing is stored');
    expect(await restarted.warm(A, [newest, file.identity, other.identity], 2)).toBe(2);
    expect(scene.store.asked).toEqual([[file.identity]]);
    restarted.recallMany([fileNumber(3), file], A);
    expect(scene.store.asked).toHaveLength(1);
  });

  test('passes by what would not be an answer, and leaves alone what memory holds', async () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf(), generation: B });
    scene.cache.remember({ file: other, verdict: infected, generation: A });
    expect(await scene.cache.warm(B)).toBe(0);
    scene.clock.nowMs += 25 * hourMs;
    using restarted = scene.open();
    expect(await restarted.warm(A)).toBe(0);
  });

  test('puts nothing out that came meanwhile, and nothing in that is there', async () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf(), generation: A });
    expect(await scene.cache.warm(A)).toBe(0);
    using restarted = scene.open();
    const warming = restarted.warm(A);
    for (let number = 10; number < 110; number += 1) {
      restarted.remember({ file: fileNumber(number), verdict: verdictOf(), generation: A });
    }
    expect(await warming).toBe(0);
    expect(restarted.stats().types.identity?.evictions).toBe(0);
  });

  test('ends when the cache is disposed of', async () => {
    using scene = makeScene();
    scene.cache.remember({ file, verdict: verdictOf(), generation: A });
    const restarted = scene.open();
    const warming = restarted.warm(A);
    restarted[Symbol.dispose]();
    expect(await warming).toBe(0);
  });
});

test('what another process stores meanwhile is a hit that is missed, never a wrong answer', () => {
  using scene = makeScene();
  using process = scene.open();
  process.remember({ file, verdict: verdictOf(), generation: A });
  expect(scene.cache.recall(file, A)).toEqual({ kind: 'unknown' });
});
