import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Generation } from '../../../../src/core/cache/recall.ts';
import type { ListAnswers } from '../../../../src/core/service/hash-list-protocol.ts';
import { Lookups, type LookupsOptions } from '../../../../src/core/service/lookups.ts';
import type { ContentSource } from '../../../../src/core/service/stored-contents.ts';
import {
  batchLookupAnswerSchema,
  lookupResultSchema,
  type BatchLookupAnswer,
  type LookupResult,
} from '../../../../src/shared/service-documents.ts';
import type { StoredVerdict } from '../../../../src/shared/stored-verdict.ts';
import { generation, hashOf, infected, verdictOn } from '../../../helpers/store-entries.ts';

const [one, two, three] = [hashOf(1), hashOf(2), hashOf(3)];
const startMs = 1_800_000_000_000;
const queryTtlMs = 300_000;

/** Made when it is called, not with the first answer: what was queued before counts. */
class Scene implements ContentSource, Disposable {
  readonly stored = new Map<string, StoredVerdict>();
  readonly queued = new Map<string, StoredVerdict>();
  readonly asked: (readonly string[])[] = [];
  readonly operations: string[] = [];
  generation: Generation = { id: generation, isCertain: true, isSettled: true };
  nowMs = startMs;
  ttlMs = queryTtlMs;
  verdictTtlMs = 3_600_000;
  answers = true;
  reloads = 0;
  lists: (sha256s: readonly string[]) => ListAnswers | Promise<ListAnswers> = (sha256s) =>
    sha256s.map(() => ({ kind: 'unknown' }));
  readonly lookups: Lookups;

  constructor(options: Partial<LookupsOptions> = {}) {
    this.lookups = new Lookups({
      store: this,
      generation: () => this.generation,
      times: () => ({ identityTtlMs: 1, verdictTtlMs: this.verdictTtlMs, uncertainTtlMs: 60_000 }),
      ttlMs: () => this.ttlMs,
      hashLists: { knownBad: [], knownGood: [] },
      trustsKnownGood: true,
      now: () => this.nowMs,
      onOperation: (type, operation) => this.operations.push(`${type} ${operation}`),
      openLists: () => ({
        isSilent: false,
        ask: (sha256s) => this.lists(sha256s),
        reload: () => {
          this.reloads += 1;
        },
        [Symbol.dispose]() {},
      }),
      ...options,
    });
  }

  askContents(sha256s: readonly string[], wanted: string, writesFirst = false) {
    this.asked.push(sha256s);
    if (!this.answers) return null;
    if (writesFirst) for (const [sha256, verdict] of this.queued) this.stored.set(sha256, verdict);
    return sha256s.map((sha256) => {
      const verdict = this.stored.get(sha256) ?? null;
      return verdict?.generation === wanted || verdict?.judgement.kind !== 'clean' ? verdict : null;
    });
  }

  store(sha256: string, changes: Partial<StoredVerdict> = {}): void {
    this.stored.set(sha256, verdictOn(sha256, { scannedAtMs: this.nowMs - 1000, ...changes }));
  }

  async one(sha256: string): Promise<LookupResult> {
    return lookupResultSchema.parse(JSON.parse(await this.lookups.one(sha256)));
  }

  async many(...hashes: readonly string[]): Promise<BatchLookupAnswer> {
    return batchLookupAnswerSchema.parse(JSON.parse(await this.lookups.many(hashes)));
  }

  [Symbol.dispose](): void {
    this.lookups[Symbol.dispose]();
  }
}

function heldBack(): PromiseWithResolvers<ListAnswers> {
  return Promise.withResolvers();
}

describe('one look-up', () => {
  test('asks the database once, and memory answers at once afterwards, in either case', () => {
    using scene = new Scene();
    scene.store(one);
    const first = scene.lookups.one(one.toUpperCase());
    expect(typeof first).toBe('string');
    expect([scene.lookups.one(one), scene.lookups.one(one.toUpperCase())]).toEqual([first, first]);
    expect(scene.asked).toEqual([[one]]);
    expect(scene.lookups.stats()).toMatchObject({
      hits: 2,
      misses: 1,
      hit_rate: 2 / 3,
      entries: 1,
      expired: 0,
    });
    expect(scene.operations).toEqual(['query get', 'query get', 'query get']);
  });

  test('of what nobody has looked at is unknown, and is kept as such', async () => {
    using scene = new Scene();
    expect([await scene.one(one), await scene.one(one)]).toMatchObject([
      { sha256: one, known: false, verdict: null, source: null },
      { sha256: one, known: false, verdict: null, source: null },
    ]);
    expect(scene.asked).toHaveLength(1);
  });

  test('of what is no hash is a bug of the caller', () => {
    using scene = new Scene();
    for (const text of ['', one.slice(1), `${one}0`, `g${one.slice(1)}`]) {
      expect(() => scene.lookups.one(text)).toThrow(TypeError);
    }
  });

  test.each<[string, (scene: Scene) => void]>([
    ['its time is over', (scene) => (scene.nowMs += queryTtlMs)],
    ['a shorter time is set', (scene) => ((scene.ttlMs = 500), (scene.nowMs += 500))],
    ['the clock is set back', (scene) => (scene.nowMs -= 1)],
    ['others are in force', (scene) => (scene.generation = { ...scene.generation, id: 'next' })],
    ['others may be in force', (scene) => (scene.generation = { ...scene.generation, isSettled: false })],
    ['verdicts are believed for another time', (scene) => (scene.verdictTtlMs *= 2)],
    ['a scan says something of it', (scene) => scene.lookups.forget(one)],
    ['all verdicts are removed', (scene) => scene.lookups.clear()],
  ])('is asked for again when %s, known or unknown', (_what, change) => {
    using scene = new Scene();
    scene.store(one, { judgement: infected });
    void scene.lookups.one(one);
    void scene.lookups.one(two);
    void scene.lookups.one(two);
    expect(scene.asked).toHaveLength(2);
    change(scene);
    scene.lookups.forget(two);
    void scene.lookups.one(one);
    void scene.lookups.one(two);
    expect(scene.asked.slice(2).map((hashes) => hashes[0])).toEqual([one, two]);
  });

  test('ends with the verdict when that is sooner', async () => {
    using scene = new Scene();
    scene.verdictTtlMs = 60_000;
    scene.store(one);
    expect(await scene.one(one)).toMatchObject({ verdict: 'clean' });
    scene.nowMs += 59_000;
    expect(await scene.one(one)).toMatchObject({ known: false, verdict: null });
  });

  test('of another generation is no clean, but a finding stands', async () => {
    using scene = new Scene();
    scene.store(one);
    scene.store(two, { judgement: infected });
    expect(await scene.many(one, two)).toMatchObject({ total_known: 2, total_infected: 1, generation });
    scene.generation = { ...scene.generation, id: 'next' };
    expect(await scene.many(one, two)).toMatchObject({
      total_known: 1,
      total_infected: 1,
      generation: 'next',
      results: [
        { known: false, verdict: null },
        { known: true, verdict: 'infected' },
      ],
    });
    expect(scene.reloads).toBe(1);
  });

  test('right after a scan tells what the scan said', async () => {
    using scene = new Scene();
    expect(await scene.one(one)).toMatchObject({ known: false });
    scene.queued.set(one, verdictOn(one, { scannedAtMs: startMs }));
    scene.lookups.forget(one);
    expect(await scene.one(one)).toMatchObject({ known: true, verdict: 'clean' });
  });
});

describe('look-ups in a batch', () => {
  test('are answered in their order, with one question for all that memory does not hold', async () => {
    using scene = new Scene();
    scene.store(one);
    scene.store(two, { judgement: infected });
    await scene.one(one);
    const answer = await scene.many(three, two.toUpperCase(), one, two, three);
    expect(scene.asked).toEqual([[one], [three, two]]);
    expect(answer.results.map(({ sha256, verdict }) => [sha256, verdict])).toEqual([
      [three, null],
      [two, 'infected'],
      [one, 'clean'],
      [two, 'infected'],
      [three, null],
    ]);
    expect(answer).toMatchObject({
      total_processed: 5,
      total_known: 3,
      total_infected: 2,
      from_cache: 1,
      computed: 4,
      generation,
    });
    expect(await scene.many(three, two, one)).toMatchObject({ from_cache: 3, computed: 0 });
    expect(scene.asked).toHaveLength(2);
    expect(scene.operations).toHaveLength(3);
  });

  test('of none are an answer too', async () => {
    using scene = new Scene();
    expect(await scene.many()).toMatchObject({ total_processed: 0, results: [] });
  });

  test('say the same as each of them alone', async () => {
    using scene = new Scene();
    scene.store(one);
    scene.store(two, { judgement: infected });
    const alone = [await scene.one(one), await scene.one(two), await scene.one(three)];
    scene.lookups.clear();
    expect((await scene.many(one, two, three)).results).toEqual(alone);
  });
});

describe('without an answer of the database', () => {
  test('everything is unknown, said, and not kept', async () => {
    using scene = new Scene();
    scene.store(one);
    scene.answers = false;
    expect([await scene.one(one), scene.lookups.degraded]).toMatchObject([
      { known: false, verdict: null },
      true,
    ]);
    expect(await scene.many(one, two)).toMatchObject({ total_known: 0, total_processed: 2 });
    expect(scene.lookups.stats().entries).toBe(0);
    expect(scene.asked).toHaveLength(1);
  });

  test('memory goes on', async () => {
    using scene = new Scene();
    scene.store(one);
    await scene.one(one);
    scene.answers = false;
    expect(await scene.many(one, two)).toMatchObject({ total_known: 1, from_cache: 1 });
  });
});

describe('hash lists', () => {
  test('are asked only about what the engines in force have not judged', async () => {
    using scene = new Scene();
    const asked: unknown[] = [];
    scene.lists = (sha256s) => {
      asked.push(sha256s);
      return Promise.resolve(
        sha256s.map((hash) => (hash === two ? { kind: 'bad', name: 'B' } : { kind: 'unknown' })),
      );
    };
    scene.store(one);
    const answer = await scene.many(three, one, two);
    expect(asked).toEqual([[three, two]]);
    expect(answer.results.map(({ verdict, source }) => [verdict, source])).toEqual([
      [null, null],
      ['clean', 'verdict'],
      ['infected', 'hash_list'],
    ]);
    await scene.many(three, two);
    expect(asked).toHaveLength(1);
  });

  test('that do not answer leave unknown what they alone could tell, and that is not kept', async () => {
    using scene = new Scene();
    scene.lists = () => null;
    scene.store(one);
    expect(await scene.many(one, two)).toMatchObject({ total_known: 1 });
    expect(scene.lookups.stats().entries).toBe(1);
  });

  test.each<[string, (scene: Scene) => void]>([
    ['other lists come into force', (scene) => (scene.generation = { ...scene.generation })],
    ['a scan speaks', (scene) => scene.lookups.forget(one)],
    [
      'a scan speaks, which is written for somebody else',
      (scene) => {
        scene.lookups.forget(one);
        scene.lists = (sha256s) => sha256s.map(() => ({ kind: 'unknown' }));
        scene.lookups.forget(two);
        void scene.lookups.one(two);
      },
    ],
  ])('are waited for while %s: then their answer is given, and not kept', async (_what, change) => {
    using scene = new Scene();
    const answers = heldBack();
    scene.lists = () => answers.promise;
    const answer = scene.one(one);
    change(scene);
    scene.lookups.stats();
    answers.resolve([{ kind: 'good', name: 'G' }]);
    expect(await answer).toMatchObject({ verdict: 'clean' });
    scene.lists = (sha256s) => sha256s.map(() => ({ kind: 'unknown' }));
    expect(await scene.one(one)).toMatchObject({ known: false });
  });

  test('know EICAR without any being configured', async () => {
    using scene = new Scene();
    using lookups = new Lookups({
      store: scene,
      generation: () => scene.generation,
      times: () => ({ identityTtlMs: 1, verdictTtlMs: 1, uncertainTtlMs: 1 }),
      ttlMs: () => 1000,
      hashLists: { knownBad: [], knownGood: [] },
      trustsKnownGood: true,
    });
    const text = await lookups.one('275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f');
    expect(JSON.parse(text)).toMatchObject({
      known: true,
      verdict: 'infected',
      source: 'hash_list',
      engines: ['hash'],
      detections: [{ name: 'Vedette.Test.EICAR' }],
    });
  });
});

describe('warming', () => {
  test('brings what is known into memory, a slice at a time, and tells how it goes', async () => {
    using scene = new Scene();
    const hashes = Array.from({ length: 1200 }, (_, number) => hashOf(number));
    for (const hash of hashes.slice(0, 700)) scene.store(hash);
    const progress: unknown[] = [];
    let turns = 0;
    const turning = (async () => {
      while (progress.length < 3) {
        await nextTurn();
        turns += 1;
      }
    })();
    await scene.lookups.warm(
      hashes.map((hash) => hash.toUpperCase()),
      (known, unknown) => progress.push([known, unknown]),
      new AbortController().signal,
    );
    await turning;
    expect(progress).toEqual([
      [500, 0],
      [200, 300],
      [0, 200],
    ]);
    expect(turns).toBeGreaterThan(1);
    expect(scene.asked).toHaveLength(3);
    expect(await scene.many(...hashes.slice(0, 1000))).toMatchObject({ from_cache: 1000, total_known: 700 });
    expect(scene.asked).toHaveLength(3);
    expect(scene.lookups.stats()).toMatchObject({ hits: 1000, misses: 0 });
    expect(scene.operations).toEqual(['query warm', 'query get']);
  });

  test('ends when it is told to', async () => {
    using scene = new Scene();
    const end = new AbortController();
    const hashes = Array.from({ length: 1200 }, (_, number) => hashOf(number));
    await scene.lookups.warm(hashes, () => end.abort(), end.signal);
    expect(scene.asked).toHaveLength(1);
  });
});

test('memory is bounded', async () => {
  using scene = new Scene({ maxEntries: 2 });
  await scene.many(one, two, three);
  expect(scene.lookups.stats()).toMatchObject({ entries: 2, evictions: 1 });
});
