// What the line remembers and recalls: an answer from the cache needs no worker, and none is kept that may not be.
import { statSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { FreshVerdict } from '../../../src/core/cache/verdict-cache.ts';
import type { Generation, Recall } from '../../../src/core/cache/recall.ts';
import { MappedFiles } from '../../../src/core/files/mapped-files.ts';
import type { PipelineOptions } from '../../../src/core/pipeline.ts';
import type { ScanPool } from '../../../src/core/pool/scan-pool.ts';
import type { FileResult } from '../../../src/core/pool/worker-protocol.ts';
import type { IdentifiedFile } from '../../../src/shared/scan.ts';
import type { Detection, Verdict } from '../../../src/shared/verdict.ts';
import { cleanVerdict, resultOf } from '../../helpers/fake-worker.ts';
import { clean, makePipeline, request, whenDone } from '../../helpers/pipeline-of.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const detection: Detection = {
  engine: 'hash',
  name: 'Bad',
  severity: 'high',
  kind: 'hash',
  meta: {},
  matches: [],
};
const read: Verdict = { ...cleanVerdict, sha256: 'a'.repeat(64), sizeBytes: 1 };
const infected: Verdict = { ...read, judgement: { kind: 'infected', detections: [detection] } };
const known: Recall = { kind: 'known', verdict: { ...read, cachedFrom: 'memory' }, savedMs: 7 };
const standing: Recall = { kind: 'standing', verdict: { ...infected, cachedFrom: 'database' } };
const unavailable: FileResult = {
  ...resultOf({
    ...read,
    judgement: { kind: 'partial', reason: 'engine_unavailable', detail: '' },
  }),
  reusable: false,
};

/** A cache that says what the test wants, and remembers what it was told. */
function cacheThat(
  answers: (file: IdentifiedFile) => Recall,
  findings: ReadonlyMap<string, Verdict> = new Map(),
) {
  const remembered: FreshVerdict[] = [];
  const lookups: [number, number][] = [];
  const cache: NonNullable<PipelineOptions['cache']> = {
    recallMany: (files) => files.map(answers),
    standing(file, sha256) {
      const recall = answers(file);
      return recall.kind === 'standing' ? recall.verdict : (findings.get(sha256 ?? '') ?? null);
    },
    remember: (fresh) => void remembered.push(fresh),
    recordContentLookups: (hits, misses) => void lookups.push([hits, misses]),
  };
  return { cache, remembered, lookups };
}

function enginesOf(pool: ScanPool, now: () => Generation): PipelineOptions['engines'] {
  return {
    pool,
    start: async () => pool,
    get generation() {
      return now();
    },
  };
}

function unknown(): Recall {
  return { kind: 'unknown' };
}

describe('what is known', () => {
  test('is answered for many at once, without a worker and in the order asked', async () => {
    using folder = temporaryFolder();
    const paths = ['new', 'old'].map((name) => folder.write(name, name));
    const { cache } = cacheThat(({ path }) => (path === paths[1] ? known : { kind: 'unknown' }));
    const heard = vi.fn<() => void>();
    const { pipeline, scanned } = await makePipeline({
      folder,
      decide: () => 'never',
      options: () => ({ cache, onOutcome: heard }),
    });
    const asked = [...paths, `${folder.path}/gone`].map((path) => request(path));
    const outcomes = pipeline.recall(asked);
    expect(outcomes).toEqual([
      null,
      {
        request: asked[1],
        verdict: { ...read, cachedFrom: 'memory' },
        savedMs: 7,
        identity: expect.any(String),
      },
      {
        request: asked[2],
        verdict: { ...cleanVerdict, judgement: expect.objectContaining({ reason: 'vanished' }) },
        savedMs: 0,
        identity: null,
      },
    ]);
    expect(scanned).toEqual([]);
    expect(heard.mock.calls).toEqual([[outcomes[1]], [outcomes[2]]]);
  });

  test('is no news in a sweep, whatever it is', async () => {
    using folder = temporaryFolder();
    const path = folder.write('old');
    const { cache } = cacheThat(() => known);
    const heard = vi.fn<() => void>();
    const { pipeline } = await makePipeline({ folder, options: () => ({ cache, onOutcome: heard }) });
    const outcomes = pipeline.recall([request(path), request(`${folder.path}/gone`)], true);
    expect(outcomes.map((outcome) => outcome?.verdict.judgement.kind)).toEqual(['clean', 'unscannable']);
    expect(heard).not.toHaveBeenCalled();
  });

  test('does not count where a fresh look is wanted, or without a cache', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a');
    const { cache } = cacheThat(() => known);
    const { pipeline } = await makePipeline({ folder, options: () => ({ cache }) });
    expect(pipeline.recall([{ ...request(path), fresh: true }])).toEqual([null]);
    const without = await makePipeline({ folder });
    expect(without.pipeline.recall([request(path)])).toEqual([null]);
  });
});

describe('a fresh verdict', () => {
  test('is remembered with the file and the generation it was made in', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a');
    const { cache, remembered, lookups } = cacheThat(unknown);
    const { pipeline } = await makePipeline({
      folder,
      decide: () => resultOf(read),
      options: () => ({ cache }),
    });
    await pipeline.scan(request(path));
    expect(remembered).toEqual([
      {
        file: expect.objectContaining({ path }),
        verdict: read,
        generation: { id: 'generation', isCertain: true, isSettled: true },
        contentOnly: false,
      },
    ]);
    expect(lookups).toEqual([[0, 1]]);
  });

  test('of a file that passes is remembered with its content alone, however fresh the file is', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a');
    const { cache, remembered } = cacheThat(unknown);
    const { pipeline } = await makePipeline({
      folder,
      decide: () => resultOf(read),
      options: () => ({ cache, now: () => statSync(path).ctimeMs }),
    });
    await pipeline.scan({ ...request(path), isPassing: true });
    expect(remembered).toMatchObject([
      { verdict: read, generation: { id: 'generation' }, contentOnly: true },
    ]);
  });

  test.each([true, false])(
    'is remembered with its content alone, or not at all, of a file that was read in the tick of its last change (one reading: %s)',
    async (isOneReading) => {
      using folder = temporaryFolder();
      const path = folder.write('a');
      const { cache, remembered } = cacheThat(unknown);
      const { ctimeMs } = statSync(path);
      const { pipeline } = await makePipeline({
        folder,
        decide: () => ({ ...resultOf(read), ...(isOneReading && { isOneReading }) }),
        options: () => ({ cache, now: () => ctimeMs }),
      });
      expect((await pipeline.scan(request(path)))?.verdict).toEqual(read);
      expect(remembered).toMatchObject(isOneReading ? [{ verdict: read, contentOnly: true }] : []);
    },
  );

  test.each([true, false])(
    'is remembered with its content alone, or not at all, of a file that a program has mapped for writing (one reading: %s)',
    async (isOneReading) => {
      using folder = temporaryFolder();
      const path = folder.write('a');
      const { cache, remembered } = cacheThat(unknown);
      const mapped = new MappedFiles(
        () => new Set([`${statSync(path).ino}`]),
        () => Date.now() + 60_000,
      );
      const { pipeline } = await makePipeline({
        folder,
        decide: () => ({ ...resultOf(read), ...(isOneReading && { isOneReading }) }),
        options: () => ({ cache, mapped }),
      });
      expect((await pipeline.scan(request(path)))?.verdict).toEqual(read);
      expect(remembered).toMatchObject(isOneReading ? [{ verdict: read, contentOnly: true }] : []);
    },
  );

  test.each<[string, Partial<PipelineOptions>, boolean | undefined, true | undefined]>([
    ['was read in the tick of its last change', { now: () => 0 }, undefined, true],
    [
      'is mapped for writing',
      {
        mapped: new MappedFiles(
          () => null,
          () => 0,
        ),
      },
      undefined,
      true,
    ],
    ['is old', {}, undefined, undefined],
    ['only Vedette writes, however fresh it is', { now: () => 0 }, true, undefined],
    ['nothing would be remembered of', { now: () => 0, cache: null }, undefined, undefined],
  ])('of a file that %s: the worker knows whether its bytes may change unseen', async (...row) => {
    const [, changes, isPassing, expected] = row;
    using folder = temporaryFolder();
    const { cache } = cacheThat(unknown);
    const told: (boolean | undefined)[] = [];
    const { pipeline } = await makePipeline({
      folder,
      decide({ mayChangeUnseen }) {
        told.push(mayChangeUnseen);
        return resultOf(read);
      },
      options: () => ({ cache, ...changes }),
    });
    await pipeline.scan({ ...request(folder.write('a')), ...(isPassing === true && { isPassing }) });
    expect(told).toEqual([expected]);
  });

  test('by contents counts as found there', async () => {
    using folder = temporaryFolder();
    const { cache, lookups } = cacheThat(unknown);
    const verdict: Verdict = { ...read, cachedFrom: 'content' };
    const { pipeline } = await makePipeline({
      folder,
      decide: () => ({ ...resultOf(verdict), savedMs: 9 }),
      options: () => ({ cache }),
    });
    const outcome = await pipeline.scan(request(folder.write('a')));
    expect(outcome).toMatchObject({ verdict, savedMs: 9 });
    expect(lookups).toEqual([[1, 0]]);
  });

  test.each<[string, FileResult]>([
    ['an engine did not look', { ...resultOf(infected), reusable: false }],
    ['it is incomplete', unavailable],
  ])('is not remembered when %s', async (_why, result) => {
    using folder = temporaryFolder();
    const { cache, remembered } = cacheThat(unknown);
    const { pipeline } = await makePipeline({ folder, decide: () => result, options: () => ({ cache }) });
    await pipeline.scan(request(folder.write('a')));
    expect(remembered).toEqual([]);
  });

  test('of signatures that changed while it was made does not count: the file is scanned again', async () => {
    using folder = temporaryFolder();
    const { cache, remembered } = cacheThat(unknown);
    let generation = { id: 'before', isCertain: true, isSettled: true };
    const { pipeline, scanned } = await makePipeline({
      folder,
      decide() {
        if (generation.id === 'after') return resultOf(infected);
        generation = { ...generation, id: 'after' };
        return resultOf(read);
      },
      options: (pool) => ({ cache, engines: enginesOf(pool, () => generation) }),
    });
    const outcome = await pipeline.scan(request(folder.write('a')));
    expect(outcome?.verdict).toEqual(infected);
    expect(scanned).toHaveLength(2);
    expect(remembered).toMatchObject([{ verdict: infected, generation: { id: 'after' } }]);
  });

  test('while signatures are exchanged is kept as one of no generation', async () => {
    using folder = temporaryFolder();
    const { cache, remembered } = cacheThat(unknown);
    const generation = { id: 'before', isCertain: true, isSettled: false };
    const { pipeline } = await makePipeline({
      folder,
      decide: () => resultOf(read),
      options: (pool) => ({ cache, engines: enginesOf(pool, () => generation) }),
    });
    await pipeline.scan(request(folder.write('a')));
    expect(remembered).toMatchObject([{ verdict: read, generation: { id: 'mixed' } }]);
  });

  test('of signatures that change all the time is given in the end, and kept as one of no generation', async () => {
    using folder = temporaryFolder();
    const { cache, remembered } = cacheThat(unknown);
    let turn = 0;
    const { pipeline, scanned } = await makePipeline({
      folder,
      decide() {
        turn += 1;
        return resultOf(read);
      },
      options: (pool) => ({
        cache,
        engines: enginesOf(pool, () => ({ id: `${turn}`, isCertain: true, isSettled: true })),
      }),
    });
    expect((await pipeline.scan(request(folder.write('a'))))?.verdict).toEqual(read);
    expect(scanned).toHaveLength(3);
    expect(remembered).toMatchObject([{ generation: { id: 'mixed' } }]);
  });
});

describe('a finding with earlier signatures', () => {
  test('is looked at again, and is gone when the engines say so', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a');
    const { cache } = cacheThat(() => standing);
    const { pipeline } = await makePipeline({
      folder,
      decide: () => resultOf(read),
      options: () => ({ cache }),
    });
    expect(pipeline.recall([request(path)])).toEqual([null]);
    expect(await whenDone(pipeline.scan(request(path)))).toEqual(read);
  });

  test.each<[string, FileResult | 'ends']>([
    ['an engine is away', unavailable],
    ['workers die over it', 'ends'],
  ])('stays when %s', async (_why, decision) => {
    using folder = temporaryFolder();
    const { cache } = cacheThat(() => standing);
    const { pipeline } = await makePipeline({ folder, decide: () => decision, options: () => ({ cache }) });
    expect(await whenDone(pipeline.scan(request(folder.write('a'))))).toEqual({
      ...infected,
      cachedFrom: 'database',
    });
  });
});

test('a finding for the same content stays when the engines cannot look at all of it', async () => {
  using folder = temporaryFolder();
  const { cache } = cacheThat(unknown, new Map([['a'.repeat(64), { ...infected, cachedFrom: 'content' }]]));
  const { pipeline } = await makePipeline({ folder, decide: () => unavailable, options: () => ({ cache }) });
  expect(await whenDone(pipeline.scan(request(folder.write('copy'))))).toEqual({
    ...infected,
    cachedFrom: 'content',
  });
});

describe('engines', () => {
  test('are started by the first file that needs them, once', async () => {
    using folder = temporaryFolder();
    const paths = ['a', 'b', 'c'].map((name) => folder.write(name));
    const start = vi.fn<() => void>();
    const { pipeline } = await makePipeline({
      folder,
      decide: () => clean,
      options(pool) {
        const engines = {
          pool: null as typeof pool | null,
          generation: { id: 'generation', isCertain: true, isSettled: true },
          async start() {
            start();
            await Promise.resolve();
            engines.pool = pool;
            return pool;
          },
        };
        return { engines };
      },
    });
    const outcomes = paths.map((path) => pipeline.scan(request(path)));
    expect(pipeline.queueDepth).toBe(3);
    expect(await Promise.all(outcomes.map(whenDone))).toEqual([cleanVerdict, cleanVerdict, cleanVerdict]);
    expect(start).toHaveBeenCalledOnce();
  });

  test('that cannot be started leave each file unscannable, and the next file tries again', async () => {
    using folder = temporaryFolder();
    const paths = ['a', 'b'].map((name) => folder.write(name));
    let starts = 0;
    const { pipeline } = await makePipeline({
      folder,
      options: () => ({
        engines: {
          pool: null,
          generation: { id: 'generation', isCertain: true, isSettled: true },
          async start() {
            starts += 1;
            throw new Error('no room for a process');
          },
        },
      }),
    });
    const detail = 'no room for a process';
    const judgement = { kind: 'unscannable', reason: 'no_scanner', detail };
    const outcomes = await Promise.all(paths.map((path) => whenDone(pipeline.scan(request(path)))));
    expect(outcomes).toMatchObject([{ judgement }, { judgement }]);
    expect(await whenDone(pipeline.scan(request(folder.write('c'))))).toMatchObject({ judgement });
    expect(starts).toBe(2);
  });
});
