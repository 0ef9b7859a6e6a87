import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { ScanOutcome } from '../../../../src/core/pipeline.ts';
import { AllowedFolders } from '../../../../src/core/service/allowed-folders.ts';
import { ServiceScans, type ServiceScansOptions } from '../../../../src/core/service/service-scans.ts';
import { AllowList } from '../../../../src/core/respond/allow-list.ts';
import type { AssignedFile } from '../../../../src/core/pool/worker-protocol.ts';
import { clean, makePipeline, verdictOf, type Decision } from '../../../helpers/pipeline-of.ts';
import { finding } from '../../../helpers/store-entries.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

const never = new AbortController().signal;
const actor = 'api pipeline';
const facts = { name: 'a.zip', maxBytes: 100, actor, fresh: false };
const infected = verdictOf({ kind: 'infected', detections: [finding] });

interface Scene {
  readonly scans: ServiceScans;
  /** Paths that a worker was given. */
  readonly scanned: readonly string[];
  readonly accounted: ScanOutcome[];
  readonly uploads: string;
  readonly recorded: (readonly [boolean | undefined, string, string])[];
  readonly files: (count: number) => string[];
}

async function sceneIn(
  folder: TemporaryFolder,
  decide: (file: AssignedFile) => Decision = () => clean,
  options: Partial<ServiceScansOptions> = {},
): Promise<Scene> {
  const { pipeline, scanned } = await makePipeline({ folder, decide, maxQueueSize: 1000 });
  const accounted: ScanOutcome[] = [];
  const recorded: (readonly [boolean | undefined, string, string])[] = [];
  const uploads = join(folder.path, 'uploads');
  mkdirSync(join(folder.path, 'in'));
  const scans = new ServiceScans({
    pipeline,
    generation: () => 'generation',
    account: (outcome) => accounted.push(outcome),
    breathe: () => undefined,
    folders: new AllowedFolders({ folders: () => [join(folder.path, 'in')] }),
    uploadFolder: uploads,
    allow: new AllowList(),
    recordUpload: ({ request }, name, by) => recorded.push([request.isPassing, name, by]),
    maxWaiting: 100,
    ...options,
  });
  return {
    scans,
    scanned,
    accounted,
    uploads,
    recorded,
    files: (count) =>
      Array.from({ length: count }, (_, index) => folder.write(join('in', `${count}-${index}`), 'x')),
  };
}

function reasonsOf(answer: { readonly results: readonly { readonly reason: string | null }[] }): unknown[] {
  return answer.results.map(({ reason }) => reason);
}

describe('a batch', () => {
  test('is answered in full when the client goes away, and what was not handed in is not scanned', async () => {
    using folder = temporaryFolder();
    const end = new AbortController();
    const { scans, scanned, accounted, files } = await sceneIn(folder, () => 'never', { maxWaiting: 10 });
    const paths = files(600);
    const asked = scans.many({ paths, fresh: false, actor }, end.signal);
    await expect.poll(() => scanned.length).toBe(4);
    end.abort();
    const answer = await asked;
    expect(reasonsOf(answer)).toEqual(paths.map(() => 'interrupted'));
    expect(answer.results[0]?.detail).toBe('the request was given up');
    expect([scanned.length, accounted]).toEqual([4, []]);
    // What the worker has still takes room.
    await expect(scans.one({ path: paths[0] ?? '', fresh: false, actor }, never)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    await scans[Symbol.asyncDispose]();
  });

  test('that is given up leaves the queue at once, but for what others want too', async () => {
    using folder = temporaryFolder();
    const end = new AbortController();
    const { pipeline, scanned } = await makePipeline({ folder, maxQueueSize: 1000, decide: () => 'never' });
    const { scans, files } = await sceneIn(folder, undefined, { pipeline, maxWaiting: 200 });
    const paths = files(200);
    const asked = scans.many({ paths, fresh: false, actor }, end.signal);
    await expect.poll(() => scanned.length).toBe(4);
    expect(pipeline.queueDepth).toBe(124);
    void pipeline.scan({ path: paths[100] ?? '', priority: 'normal', origin: 'realtime' });
    end.abort();
    expect(reasonsOf(await asked)).toEqual(paths.map(() => 'interrupted'));
    expect([pipeline.queueDepth, scanned.length]).toEqual([1, 4]);
    await scans[Symbol.asyncDispose]();
  });

  test('that is given up has its findings answered all the same', async () => {
    using folder = temporaryFolder();
    const end = new AbortController();
    const { scans, accounted, files } = await sceneIn(folder, () => {
      end.abort();
      return infected;
    });
    const [path = ''] = files(1);
    const answer = await scans.many({ paths: [path], fresh: false, actor }, end.signal);
    expect(reasonsOf(answer)).toEqual(['interrupted']);
    await expect.poll(() => accounted.map(({ verdict }) => verdict.judgement.kind)).toEqual(['infected']);
  });

  test('leaves the queue to others: a part of it is there at a time', async () => {
    using folder = temporaryFolder();
    let atOnce = 0;
    let most = 0;
    const { pipeline } = await makePipeline({ folder, maxQueueSize: 1000 });
    const counting: ServiceScansOptions['pipeline'] = {
      recall: (requests) => pipeline.recall(requests),
      scan(request, signal) {
        atOnce += 1;
        most = Math.max(most, atOnce);
        return pipeline.scan(request, signal)?.finally(() => (atOnce -= 1)) ?? null;
      },
    };
    const { scans, files } = await sceneIn(folder, undefined, { pipeline: counting, maxWaiting: 1000 });
    expect(reasonsOf(await scans.many({ paths: files(400), fresh: false, actor }, never))).toEqual(
      Array.from({ length: 400 }, () => null),
    );
    expect(most).toBe(128);
  });

  test('tells a file that was never there from one that went away', async () => {
    using folder = temporaryFolder();
    const vanished = verdictOf({ kind: 'unscannable', reason: 'vanished', detail: 'gone' });
    const { scans, files } = await sceneIn(folder, () => vanished);
    const [path = ''] = files(1);
    const answer = await scans.many({ paths: [path, `${path}-missing`], fresh: false, actor }, never);
    expect(answer.results.map(({ reason, detail }) => [reason, detail])).toEqual([
      ['vanished', 'gone'],
      ['not_found', 'there is no such file'],
    ]);
  });

  test('waits for room in a queue that others have filled', async () => {
    using folder = temporaryFolder();
    const { pipeline } = await makePipeline({ folder });
    let refusals = 3;
    const full: ServiceScansOptions['pipeline'] = {
      recall: (requests) => pipeline.recall(requests),
      scan(request, signal) {
        refusals -= 1;
        return refusals >= 0 ? null : pipeline.scan(request, signal);
      },
    };
    const { scans, files } = await sceneIn(folder, undefined, { pipeline: full });
    expect(reasonsOf(await scans.many({ paths: files(1), fresh: false, actor }, never))).toEqual([null]);
    expect(refusals).toBe(-1);
  });

  test('that is one too many is told when to come again, and the room comes back', async () => {
    using folder = temporaryFolder();
    const held = Promise.withResolvers<void>();
    const letIn = Promise.withResolvers<void>();
    const { scans, files } = await sceneIn(folder, undefined, {
      breathe() {
        letIn.resolve();
        return held.promise;
      },
      maxWaiting: 10,
    });
    const paths = files(10);
    const first = scans.many({ paths, fresh: false, actor }, never);
    await letIn.promise;
    await expect(scans.many({ paths: paths.slice(0, 1), fresh: false, actor }, never)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retry_after_seconds: 2 },
    });
    await expect(scans.upload(Readable.from([]), facts, never)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    held.resolve();
    expect(await first).toMatchObject({
      total_processed: 10,
      total_infected: 0,
      computed: 10,
      from_cache: 0,
    });
    expect(await scans.many({ paths, fresh: false, actor }, never)).toMatchObject({ total_processed: 10 });
  });

  test('of what nobody may look at takes no room', async () => {
    using folder = temporaryFolder();
    const held = Promise.withResolvers<void>();
    const letIn = Promise.withResolvers<void>();
    const { scans, files } = await sceneIn(folder, undefined, {
      breathe() {
        letIn.resolve();
        return held.promise;
      },
      maxWaiting: 10,
    });
    const first = scans.many({ paths: files(10), fresh: false, actor }, never);
    await letIn.promise;
    const answer = await scans.many({ paths: ['a', 'b', 'a'], fresh: false, actor }, never);
    expect(reasonsOf(answer)).toEqual(['not_allowed', 'not_allowed', 'not_allowed']);
    held.resolve();
    await first;
  });

  test('is answered when the service ends, and none is taken afterwards', async () => {
    using folder = temporaryFolder();
    const { scans, scanned, files } = await sceneIn(folder, () => 'never');
    const [path = ''] = files(1);
    const asked = scans.one({ path, fresh: false, actor }, never);
    await expect.poll(() => scanned.length).toBe(1);
    await scans[Symbol.asyncDispose]();
    expect((await asked).result).toMatchObject({ reason: 'interrupted', detail: 'Vedette is stopping' });
    const late = scans.one({ path, fresh: false, actor }, never);
    await expect(late).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    const lateUpload = scans.upload(Readable.from([]), facts, never);
    await expect(lateUpload).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});

describe('an upload', () => {
  test('is given to a worker as a file that passes, and recorded only when something was found', async () => {
    using folder = temporaryFolder();
    const { scans, accounted, recorded, uploads } = await sceneIn(folder, ({ sizeBytes }) =>
      sizeBytes === 3 ? infected : clean,
    );
    const found = await scans.upload(Readable.from([Buffer.from('bad')]), facts, never);
    const fine = await scans.upload(Readable.from([Buffer.from('good')]), facts, never);
    expect([found, fine].map(({ result }) => [result.path, result.verdict])).toEqual([
      ['upload:a.zip', 'infected'],
      ['upload:a.zip', 'clean'],
    ]);
    expect(recorded).toEqual([[true, 'a.zip', actor]]);
    expect([accounted, readdirSync(uploads)]).toEqual([[], []]);
  });

  test('is gone when the scan throws', async () => {
    using folder = temporaryFolder();
    const bug = new Error('a bug');
    const { scans, uploads } = await sceneIn(folder, undefined, {
      pipeline: {
        recall: () => [],
        scan: () => Promise.reject(bug),
      },
    });
    await expect(scans.upload(Readable.from([]), facts, never)).rejects.toBe(bug);
    expect(readdirSync(uploads)).toEqual([]);
  });

  test('is gone when the service ends, whether it is on its way or being scanned', async () => {
    using folder = temporaryFolder();
    const { scans, scanned, uploads } = await sceneIn(folder, () => 'never');
    const scanning = scans.upload(Readable.from([Buffer.from('x')]), facts, never);
    const coming = scans.upload(new PassThrough(), facts, never);
    const refusal = coming.catch((error: unknown) => error);
    await expect.poll(() => [scanned.length, readdirSync(uploads).length]).toEqual([1, 2]);
    await scans[Symbol.asyncDispose]();
    expect(readdirSync(uploads)).toEqual([]);
    expect((await scanning).result).toMatchObject({ path: 'upload:a.zip', reason: 'interrupted' });
    expect(await refusal).toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  test('is refused beside 64 others: each of them has a file', async () => {
    using folder = temporaryFolder();
    const { scans } = await sceneIn(folder);
    const bodies = Array.from({ length: 64 }, () => new PassThrough());
    const uploads = bodies.map((body) => scans.upload(body, facts, never));
    const oneMore = scans.upload(Readable.from([]), facts, never);
    await expect(oneMore).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    for (const body of bodies) body.end();
    expect((await Promise.all(uploads)).map(({ result }) => result.verdict)).toEqual(
      bodies.map(() => 'clean'),
    );
    expect((await scans.upload(Readable.from([]), facts, never)).result.verdict).toBe('clean');
  });
});
