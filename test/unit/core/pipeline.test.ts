import { existsSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Judgement } from '../../../src/shared/verdict.ts';
import { clean, makePipeline, request, verdictOf, whenDone } from '../../helpers/pipeline-of.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const timeout: Judgement = { kind: 'unscannable', reason: 'timeout', detail: 'clamd did not answer' };

describe('a file that changes', () => {
  test('is identified and scanned again, and has the verdict on what it is then', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', 'one');
    const identities: string[] = [];
    const { pipeline } = await makePipeline({
      folder,
      decide: ({ identity }) => {
        identities.push(identity);
        if (identities.length > 1) return clean;
        truncateSync(path, 1);
        return { kind: 'changed' };
      },
    });
    expect((await pipeline.scan(request(path)))?.verdict.judgement).toEqual({ kind: 'clean' });
    expect(new Set(identities).size).toBe(2);
  });

  test('during each of three scans is partial/unstable', async () => {
    using folder = temporaryFolder();
    const { pipeline, scanned } = await makePipeline({ folder, decide: () => ({ kind: 'changed' }) });
    const outcome = await pipeline.scan(request(folder.write('a')));
    expect(outcome?.verdict.judgement).toEqual({
      kind: 'partial',
      reason: 'unstable',
      detail: 'changed during each of 3 scans',
    });
    expect(scanned).toHaveLength(3);
  });

  test('and is gone at the second look is unscannable/vanished', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a');
    const { pipeline } = await makePipeline({
      folder,
      decide: () => {
        rmSync(path);
        return { kind: 'changed' };
      },
    });
    const outcome = await pipeline.scan(request(path));
    expect(outcome?.verdict.judgement).toMatchObject({ kind: 'unscannable', reason: 'vanished' });
  });
});

describe('a file that ended two workers', () => {
  test('is poison, and is not tried again, also not after a restart, until it changes', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a', 'bad');
    const first = await makePipeline({ folder, decide: () => 'ends' });
    expect((await first.pipeline.scan(request(path)))?.verdict.judgement).toEqual({
      kind: 'unscannable',
      reason: 'poison',
      detail: 'two scan workers ended over this file (ended by SIGSEGV)',
    });
    expect(first.scanned).toHaveLength(2);

    const second = await makePipeline({ folder });
    expect((await second.pipeline.scan(request(path)))?.verdict.judgement).toMatchObject({
      reason: 'poison',
    });
    expect(second.scanned).toEqual([]);

    folder.write('a', 'other');
    expect((await second.pipeline.scan(request(path)))?.verdict.judgement).toEqual({ kind: 'clean' });
  });
});

describe('a file over which the deadline passes', () => {
  test('is poison after three strikes', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a');
    const { pipeline, scanned } = await makePipeline({ folder, decide: () => verdictOf(timeout, 500) });
    const reasons: (string | undefined)[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const judgement = (await pipeline.scan(request(path)))?.verdict.judgement;
      reasons.push(judgement?.kind === 'unscannable' ? judgement.reason : judgement?.kind);
    }
    expect(reasons).toEqual(['timeout', 'timeout', 'timeout', 'poison']);
    expect(scanned).toHaveLength(3);
  });

  test('has no strike when the engine was given up sooner: that was not its doing', async () => {
    using folder = temporaryFolder();
    const path = folder.write('a');
    const { pipeline, scanned } = await makePipeline({ folder, decide: () => verdictOf(timeout, 499) });
    for (let turn = 0; turn < 4; turn += 1) await pipeline.scan(request(path));
    expect(scanned).toHaveLength(4);
    expect(existsSync(join(folder.path, 'strikes.json'))).toBe(false);
  });

  test('has its verdict also when the strike cannot be written', async () => {
    using folder = temporaryFolder();
    folder.write('strikes.json/in-the-way');
    const { pipeline } = await makePipeline({ folder, decide: () => verdictOf(timeout, 500) });
    const outcome = await pipeline.scan(request(folder.write('a')));
    expect(outcome?.verdict.judgement).toEqual(timeout);
  });
});

describe('the line', () => {
  test('takes the same path asked for twice while it waits as one scan with one outcome', async () => {
    using folder = temporaryFolder();
    const paths = ['a', 'b', 'c'].map((name) => folder.write(name));
    const { pipeline, scanned } = await makePipeline({ folder, filesPerWorker: 1 });
    const outcomes = [...paths, ...paths].map((path) => pipeline.scan(request(path)));
    expect(outcomes[5]).toBe(outcomes[2]);
    await Promise.all(outcomes.map(whenDone));
    // The first was under way already: what it becomes now may be another file.
    expect(scanned.filter((path) => path === paths[2])).toHaveLength(1);
    expect(scanned.filter((path) => path === paths[0])).toHaveLength(2);
  });

  test('says null at the bound of its queue, and takes the file later', async () => {
    using folder = temporaryFolder();
    const paths = ['a', 'b', 'c', 'd'].map((name) => folder.write(name));
    const { pipeline } = await makePipeline({ folder, filesPerWorker: 1, maxQueueSize: 1 });
    const offered = paths.map((path) => pipeline.scan(request(path)));
    expect(offered.map((outcome) => outcome === null)).toEqual([false, false, true, true]);
    // One in the queue, and one that the pool has not given to its worker yet.
    expect(pipeline.queueDepth).toBe(2);
    await Promise.all(offered.map(whenDone));
    expect((await pipeline.scan(request(paths[3] ?? '')))?.verdict.judgement).toEqual({ kind: 'clean' });
  });

  test('scans the urgent before the others, whatever came first', async () => {
    using folder = temporaryFolder();
    const { pipeline, scanned } = await makePipeline({ folder, filesPerWorker: 1 });
    const asked = (['low', 'normal', 'critical', 'high'] as const).map((priority) =>
      pipeline.scan(request(folder.write(priority), priority)),
    );
    await Promise.all(asked.map(whenDone));
    const order = scanned.map((path) => path.slice(folder.path.length + 1));
    expect(order).toEqual(['low', 'critical', 'high', 'normal']);
  });

  test('needs no worker for what the first look decides', async () => {
    using folder = temporaryFolder();
    const { pipeline, scanned } = await makePipeline({ folder, decide: () => 'never' });
    const large = folder.write('large');
    truncateSync(large, 100 * 1024 ** 3);
    const outcomes = await Promise.all(
      [large, folder.path, join(folder.path, 'missing')].map((path) =>
        whenDone(pipeline.scan(request(path))),
      ),
    );
    expect(outcomes).toMatchObject([
      { judgement: { kind: 'partial', reason: 'too_large' }, sizeBytes: 100 * 1024 ** 3, sha256: null },
      { judgement: { kind: 'unscannable', reason: 'special_file' } },
      { judgement: { kind: 'unscannable', reason: 'vanished' } },
    ]);
    expect(scanned).toEqual([]);
  });
});
