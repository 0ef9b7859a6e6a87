// Scans that clients of the API ask for, with real workers, rules and databases: by paths, as an upload, warmed, and what is told of them.
import { chmodSync, linkSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePath } from '../../src/core/files/raw-path.ts';
import { recentDetections } from '../../src/core/service/recent-detections.ts';
import { AllowedFolders } from '../../src/core/service/allowed-folders.ts';
import { ServiceScans } from '../../src/core/service/service-scans.ts';
import { uploadRecorder } from '../../src/core/service/upload-recorder.ts';
import { WarmJobs } from '../../src/core/service/warm-jobs.ts';
import type { ScanOutcome } from '../../src/core/pipeline.ts';
import { silentLogger } from '../../src/core/logger.ts';
import {
  batchScanAnswerSchema,
  recentDetectionsInput,
  recentDetectionsSchema,
  scanAnswerSchema,
  warmJobSchema,
} from '../../src/shared/service-documents.ts';
import { eicar } from '../helpers/eicar.ts';
import { marker, RunningScene } from '../helpers/running-scene.ts';
import { temporaryFolder, type TemporaryFolder } from '../helpers/temporary-folder.ts';

const never = new AbortController().signal;
const actor = 'api pipeline';
const upload = { name: 'letter.doc', maxBytes: 1_000_000, actor, fresh: false };

let scene: RunningScene;
let outside: TemporaryFolder;
let scans: ServiceScans;
let warming: WarmJobs;
const heard: ScanOutcome[] = [];
const running = new AsyncDisposableStack();

/** Not watched: nothing but the service looks at it. */
function inFolder(name: string): string {
  return join(outside.path, 'allowed', name);
}

function uploadFolder(): string {
  return join(scene.dataDir, 'uploads');
}

beforeAll(async () => {
  scene = running.use(await RunningScene.open());
  outside = running.use(temporaryFolder());
  mkdirSync(inFolder('deep'), { recursive: true });
  const { antivirus, desk } = scene.vedette;
  const common = {
    pipeline: antivirus.pipeline,
    folders: new AllowedFolders({ folders: () => [inFolder('')] }),
    account: (outcome: ScanOutcome) => heard.push(outcome),
    breathe: () => desk.responder.breathe(),
  };
  scans = running.use(
    new ServiceScans({
      ...common,
      generation: () => antivirus.generation,
      uploadFolder: uploadFolder(),
      allow: desk.allow,
      recordUpload: uploadRecorder(desk.findingDesk),
      maxWaiting: 2000,
    }),
  );
  const lookups = { warm: () => Promise.resolve() };
  warming = running.use(new WarmJobs({ ...common, lookups, logger: silentLogger }));
});

afterAll(() => running.disposeAsync());

describe('a batch', () => {
  test('has one result for each path, in the order asked for, whatever came of it', async () => {
    const clean = outside.write('allowed/clean.txt', 'nothing to see');
    const infected = outside.write('allowed/infected.txt', `here is ${marker}`);
    const foreign = outside.write('elsewhere/foreign.txt', 'not for clients');
    symlinkSync(foreign, inFolder('link-to-file'));
    symlinkSync(join(outside.path, 'elsewhere'), inFolder('link-to-folder'));
    symlinkSync(inFolder('deep'), inFolder('link-inside'));
    linkSync(clean, inFolder('deep/clean.txt'));
    const oddName = inFolder('caf\uDCE9.txt');
    writeFileSync(encodePath(oddName), 'a name of bytes');
    const paths = [
      infected,
      clean,
      oddName,
      inFolder('missing.txt'),
      inFolder('missing-folder/x'),
      inFolder('deep'),
      inFolder('link-to-file'),
      inFolder('link-to-folder/foreign.txt'),
      inFolder('link-inside/clean.txt'),
      foreign,
      'allowed/clean.txt',
      `${inFolder('deep')}/../clean.txt`,
      `${clean}\0.txt`,
      infected,
    ];
    heard.length = 0;
    const answer = await scans.many({ paths, fresh: false, actor }, never);
    expect(batchScanAnswerSchema.strict().parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      total_processed: paths.length,
      total_infected: 2,
      generation: scene.vedette.antivirus.generation,
    });
    expect(answer.from_cache + answer.computed).toBe(paths.length);
    expect(answer.results.map(({ path, verdict, reason }) => [path, reason ?? verdict])).toEqual([
      [infected, 'infected'],
      [clean, 'clean'],
      [oddName.toWellFormed(), 'clean'],
      [inFolder('missing.txt'), 'not_found'],
      [inFolder('missing-folder/x'), 'not_found'],
      [inFolder('deep'), 'special_file'],
      [inFolder('link-to-file'), 'symbolic_link'],
      [inFolder('link-to-folder/foreign.txt'), 'not_allowed'],
      [inFolder('link-inside/clean.txt'), 'clean'],
      [foreign, 'not_allowed'],
      ['allowed/clean.txt', 'not_allowed'],
      [`${inFolder('deep')}/../clean.txt`, 'not_allowed'],
      [`${clean}\0.txt`, 'not_allowed'],
      [infected, 'infected'],
    ]);
    expect(answer.results[5]?.detail).toContain('scan job');
    // Each path once, with the origin and urgency of a batch; and nothing of what nobody may look at.
    expect(heard.map(({ request }) => request.path).toSorted()).toEqual(
      [...new Set([...paths.slice(0, 7), inFolder('link-inside/clean.txt')])].toSorted(),
    );
    expect(heard.every(({ request }) => request.origin === 'api' && request.priority === 'normal')).toBe(
      true,
    );
  });

  test('answers what is known from memory, and asks the engines for what has to be fresh', async () => {
    const paths = Array.from({ length: 20 }, (_, index) =>
      outside.write(`allowed/many/${index}.txt`, `number ${index}`),
    );
    await scans.many({ paths, fresh: false, actor }, never);
    expect(await scans.many({ paths, fresh: false, actor }, never)).toMatchObject({
      from_cache: 20,
      computed: 0,
    });
    expect(await scans.many({ paths, fresh: true, actor }, never)).toMatchObject({
      from_cache: 0,
      computed: 20,
    });
  });
});

describe('one file', () => {
  test('is scanned at once and told as in every report', async () => {
    const path = outside.write('allowed/eicar.com', eicar());
    const answer = await scans.one({ path, fresh: false, actor }, never);
    expect(scanAnswerSchema.strict().parse(answer)).toEqual(answer);
    expect(answer.result).toMatchObject({
      path,
      verdict: 'infected',
      engines: expect.arrayContaining(['hash']),
    });
    expect(heard.at(-1)?.request).toMatchObject({ path, priority: 'high', origin: 'api' });
  });

  test.skipIf(process.getuid?.() === 0)('that may not be read is a result', async () => {
    const path = outside.write('allowed/secret.txt', 'for nobody');
    chmodSync(path, 0);
    const { result } = await scans.one({ path, fresh: false, actor }, never);
    expect(result).toMatchObject({ verdict: 'unscannable', reason: 'permission' });
  });
});

describe('an upload', () => {
  test('is scanned like any file, told by its name, and leaves nothing behind', async () => {
    const body = Readable.from([Buffer.from('some bytes, '), Buffer.from(marker)]);
    const answer = await scans.upload(body, upload, never);
    expect(scanAnswerSchema.strict().parse(answer)).toEqual(answer);
    expect(answer.result).toMatchObject({
      path: 'upload:letter.doc',
      verdict: 'infected',
      size_bytes: 12 + marker.length,
    });
    expect(JSON.stringify(answer)).not.toContain(uploadFolder());
    expect(readdirSync(uploadFolder())).toEqual([]);
    expect(statSync(uploadFolder()).mode & 0o777).toBe(0o700);
  });

  test('is known by its content from then on, and not as a file', async () => {
    const { store } = scene.vedette.antivirus;
    const { verdicts } = store;
    function files(): number {
      return verdicts.counts().files;
    }
    store.flush();
    const before = files();
    const bytes = Buffer.from('bytes that come twice');
    const first = await scans.upload(Readable.from([bytes]), upload, never);
    store.flush();
    const { generation, result } = await scans.upload(Readable.from([bytes]), upload, never);
    expect([first.result.cached, result.cached]).toEqual([false, true]);
    expect(verdicts.recallContents([result.sha256 ?? ''], generation)).toMatchObject([
      { judgement: { kind: 'clean' }, sha256: result.sha256 },
    ]);
    expect(files()).toBe(before);
    expect(
      (await scans.upload(Readable.from([bytes]), { ...upload, fresh: true }, never)).result.cached,
    ).toBe(false);
  });

  test('that is too large is refused', async () => {
    const body = Readable.from([Buffer.alloc(11)]);
    const asked = scans.upload(body, { ...upload, maxBytes: 10 }, never);
    await expect(asked).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(readdirSync(uploadFolder())).toEqual([]);
  });

  test('in which something was found is a finding without a file, and is in the history', async () => {
    await scans.upload(
      Readable.from([Buffer.from(`${marker} again`)]),
      { ...upload, name: 'a\u202Eb' },
      never,
    );
    const finding = scene.findingAt('upload:a\\u{202e}b');
    expect(finding).toMatchObject({
      state: 'gone',
      origin: 'api',
      note: 'It was uploaded to be scanned, and nothing of it was kept.',
    });
    const { events } = await scene.ask('history.list', { kinds: ['detection'], before: null, limit: 1 });
    expect(events).toMatchObject([{ actor: 'api pipeline', path: 'upload:a\\u{202e}b' }]);
  });

  test('that is clean is no finding', async () => {
    const { result } = await scans.upload(
      Readable.from([Buffer.from('fine')]),
      { ...upload, name: '' },
      never,
    );
    expect(result).toMatchObject({ path: 'upload:unnamed', verdict: 'clean' });
    expect(scene.findingAt('upload:unnamed')).toBeNull();
  });
});

describe('warming', () => {
  test('tells apart what was known, what was scanned now and what nobody knows', async () => {
    const known = outside.write('allowed/warm/known.txt', 'known before');
    await scans.one({ path: known, fresh: false, actor }, never);
    const paths = [
      known,
      outside.write('allowed/warm/new.txt', 'new to everybody'),
      inFolder('warm/missing.txt'),
      outside.write('elsewhere/not-for-clients.txt', 'x'),
    ];
    heard.length = 0;
    const { job_id: id, total } = warming.start({ paths, sha256: [], actor });
    expect(total).toBe(4);
    await expect.poll(() => warming.show(id).state, { timeout: 20_000, interval: 5 }).toBe('done');
    const job = warming.show(id);
    expect(warmJobSchema.strict().parse(job)).toEqual(job);
    expect(job).toMatchObject({ done: 4, known: 1, computed: 1, unknown: 2 });
    expect(heard.map(({ request }) => request.priority)).toEqual(['low', 'low', 'low']);
  });
});

describe('recent detections', () => {
  test('are told page by page with what was found in uploads', () => {
    const page = recentDetections(scene.vedette.desk.findings);
    const first = page(recentDetectionsInput.parse({ limit: 1 }));
    expect(recentDetectionsSchema.strict().parse(first)).toEqual(first);
    const second = page(recentDetectionsInput.parse({ limit: 1, cursor: first.next_cursor }));
    expect([...first.detections, ...second.detections].map(({ path }) => path)).toEqual([
      'upload:a\\u{202e}b',
      'upload:letter.doc',
    ]);
    expect(second.next_cursor).toBeNull();
    expect(page(recentDetectionsInput.parse({ severity: ['critical'] })).detections).toEqual([]);
  });
});
