import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../../src/core/logger.ts';
import type { ScanOutcome } from '../../../../src/core/pipeline.ts';
import { AllowedFolders } from '../../../../src/core/service/allowed-folders.ts';
import { WarmJobs, type WarmJobsOptions } from '../../../../src/core/service/warm-jobs.ts';
import { clean, makePipeline, verdictOf, type Decision } from '../../../helpers/pipeline-of.ts';
import { hashOf } from '../../../helpers/store-entries.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

type Warm = WarmJobsOptions['lookups']['warm'];

function allKnown(...[hashes, onProgress]: Parameters<Warm>): Promise<void> {
  onProgress(hashes.length, 0);
  return Promise.resolve();
}

async function jobsIn(
  folder: TemporaryFolder,
  { decide = () => clean, warm = allKnown }: { decide?: () => Decision; warm?: Warm } = {},
) {
  const { pipeline, scanned } = await makePipeline({ folder, decide, maxQueueSize: 1000 });
  const accounted: ScanOutcome[] = [];
  mkdirSync(join(folder.path, 'in'));
  const jobs = new WarmJobs({
    pipeline,
    lookups: { warm },
    folders: new AllowedFolders({ folders: () => [join(folder.path, 'in')] }),
    account: (outcome) => accounted.push(outcome),
    breathe: () => undefined,
    logger: silentLogger,
    now: () => 5000,
  });
  return { jobs, scanned, accounted };
}

/** Until it is cancelled. */
function stalled(...[_hashes, _onProgress, signal]: Parameters<Warm>): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

async function whenEnded(jobs: WarmJobs, id: string) {
  await expect.poll(() => jobs.show(id).state).not.toBe('running');
  return jobs.show(id);
}

const actor = 'api pipeline';
const hashes = { paths: [], sha256: [hashOf(1)], actor };

describe('a job', () => {
  test('loads hashes and scans files, and counts what came of each once', async () => {
    using folder = temporaryFolder();
    const partial = verdictOf({ kind: 'partial', reason: 'encrypted', detail: '' });
    const decisions = [clean, partial];
    const warm = vi.fn<Warm>((_hashes, onProgress) => {
      onProgress(1, 0);
      onProgress(0, 1);
      return Promise.resolve();
    });
    const { jobs, accounted } = await jobsIn(folder, { decide: () => decisions.shift() ?? 'never', warm });
    const files = [folder.write('in/a'), folder.write('in/b')];
    const paths = [...files, ...files, join(folder.path, 'in/missing'), folder.write('out'), 'relative'];
    const sha256 = [hashOf(1).toUpperCase(), hashOf(2), hashOf(1)];
    const started = jobs.start({ paths, sha256, actor });
    expect(started).toEqual({ job_id: expect.stringMatching(/^[\da-f-]{36}$/), total: 7 });
    expect(jobs.show(started.job_id)).toMatchObject({ state: 'running', done: 2, ended_at: null });
    expect(await whenEnded(jobs, started.job_id)).toEqual({
      job_id: started.job_id,
      state: 'done',
      total: 7,
      done: 7,
      known: 1,
      computed: 1,
      unknown: 5,
      started_at: 5,
      ended_at: 5,
    });
    expect(warm.mock.calls[0]?.[0]).toEqual([hashOf(1), hashOf(2)]);
    expect(accounted.map(({ request: { priority, origin } }) => [priority, origin])).toEqual([
      ['low', 'api'],
      ['low', 'api'],
      ['low', 'api'],
    ]);
  });

  test('has few files in the queue at a time', async () => {
    using folder = temporaryFolder();
    const scan = vi.fn<WarmJobsOptions['pipeline']['scan']>(() => new Promise(() => {}));
    const jobs = new WarmJobs({
      pipeline: { scan, recall: (requests) => requests.map(() => null) },
      lookups: { warm: allKnown },
      folders: new AllowedFolders({ folders: () => [folder.path] }),
      account: () => {},
      breathe: () => undefined,
      logger: silentLogger,
    });
    const paths = Array.from({ length: 100 }, (_, index) => join(folder.path, 'in', String(index)));
    for (let job = 0; job < 4; job += 1) jobs.start({ paths, sha256: [], actor });
    await expect.poll(() => scan.mock.calls.length).toBe(64);
    await jobs[Symbol.asyncDispose]();
    expect(scan).toHaveBeenCalledTimes(64);
  });

  test('that is cancelled stops, and counts nothing more', async () => {
    using folder = temporaryFolder();
    const tellers: Parameters<Warm>[1][] = [];
    const { jobs, scanned } = await jobsIn(folder, {
      async warm(all, onProgress, signal) {
        tellers.push(onProgress);
        await stalled(all, onProgress, signal);
      },
    });
    const { job_id: id } = jobs.start({ ...hashes, paths: [folder.write('in/a')] });
    expect(jobs.cancel(id)).toMatchObject({ state: 'cancelled', done: 0, ended_at: 5 });
    for (const tell of tellers) tell(1, 0);
    expect(tellers).toHaveLength(1);
    await jobs[Symbol.asyncDispose]();
    expect(jobs.show(id)).toMatchObject({ state: 'cancelled', done: 0 });
    expect(scanned).toEqual([]);
    expect(jobs.cancel(id)).toEqual(jobs.show(id));
  });

  test('that goes wrong ends, and the next one goes on', async () => {
    using folder = temporaryFolder();
    const warm = vi.fn<Warm>(allKnown).mockRejectedValueOnce(new Error('a bug'));
    const { jobs } = await jobsIn(folder, { warm });
    expect(await whenEnded(jobs, jobs.start(hashes).job_id)).toMatchObject({ state: 'cancelled', done: 0 });
    expect(await whenEnded(jobs, jobs.start(hashes).job_id)).toMatchObject({ state: 'done', done: 1 });
  });

  test('that nobody has started, or that is long over, is not found', async () => {
    using folder = temporaryFolder();
    const { jobs } = await jobsIn(folder);
    const ids: string[] = [];
    for (let number = 0; number <= 100; number += 1) {
      ids.push(jobs.start(hashes).job_id);
      await whenEnded(jobs, ids.at(-1) ?? '');
    }
    for (const id of ['', '1', ids[0] ?? '']) {
      expect(() => jobs.show(id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
      expect(() => jobs.cancel(id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    }
    expect(jobs.show(ids[1] ?? '').state).toBe('done');
  });

  test('that runs is kept however many end after it', async () => {
    using folder = temporaryFolder();
    const warm = vi.fn<Warm>(allKnown).mockImplementationOnce(stalled);
    const { jobs } = await jobsIn(folder, { warm });
    const { job_id: first } = jobs.start(hashes);
    for (let number = 0; number < 100; number += 1) await whenEnded(jobs, jobs.start(hashes).job_id);
    expect(jobs.show(first).state).toBe('running');
    await jobs[Symbol.asyncDispose]();
  });
});

describe('the jobs', () => {
  test('are four at a time, and end with the service', async () => {
    using folder = temporaryFolder();
    const { jobs } = await jobsIn(folder, { warm: stalled });
    const ids = Array.from({ length: 4 }, () => jobs.start(hashes).job_id);
    expect(() => jobs.start(hashes)).toThrow(expect.objectContaining({ code: 'CALL_REFUSED' }));
    jobs.cancel(ids[2] ?? '');
    ids.push(jobs.start(hashes).job_id);
    await jobs[Symbol.asyncDispose]();
    expect(ids.map((id) => jobs.show(id).state)).toEqual(ids.map(() => 'cancelled'));
    expect(() => jobs.start(hashes)).toThrow(expect.objectContaining({ code: 'SHUTTING_DOWN' }));
  });
});
