// The real scan worker behind the pool: what was identified is what is scanned, and the verdict is about those bytes.
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInRules, scanWorkerEntry } from '../../src/core/antivirus-options.ts';
import { encodePath } from '../../src/core/files/raw-path.ts';
import { identifyFile } from '../../src/core/intake/identify-file.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { Pipeline } from '../../src/core/pipeline.ts';
import { childProcessStarter } from '../../src/core/processes/child-process-worker.ts';
import { ScanPool } from '../../src/core/pool/scan-pool.ts';
import { StrikeList } from '../../src/core/pool/strike-list.ts';
import type { WorkerSettings } from '../../src/core/worker-settings.ts';
import type { IdentifiedFile } from '../../src/shared/scan.ts';
import type { Verdict } from '../../src/shared/verdict.ts';
import { anyScope } from '../helpers/fake-worker.ts';
import { eicar } from '../helpers/eicar.ts';
import { until } from '../helpers/processes.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const kib = 1024;
const wholeFileBytes = 64 * kib;
const marker = 'vedette-marker-7d1e';
const markerRule = `rule Marker { strings: $a = "${marker}" condition: $a }\n`;
const goodContent = `known good, though it holds ${marker}`;
const badContent = 'known bad, and nothing else';

const folder = temporaryFolder();
const disposal = new AsyncDisposableStack();
disposal.use(folder);
let pool: ScanPool;
let turn = 0;

beforeAll(async () => {
  const settings: WorkerSettings = {
    clamd: { kind: 'off' },
    yara: { rulePaths: [builtInRules, folder.write('rules/marker.yar', markerRule)], binding: 'auto' },
    hashLists: {
      knownBad: [folder.write('bad.txt', `${hash('sha256', badContent)}  Test.Bad\n`)],
      knownGood: [folder.write('good.txt', `${hash('sha256', goodContent)}  Test.Good\n`)],
    },
    trustKnownGood: true,
    wholeFileBytes,
    requestTimeoutMs: 20_000,
    filesAtOnce: 4,
    contents: { maxEntries: 100, database: null },
  };
  pool = disposal.use(
    new ScanPool({
      startProcess: childProcessStarter(scanWorkerEntry),
      workerSettings: settings,
      verdictScope: () => anyScope,
      // One, so that all files meet the same memory of contents.
      workers: 1,
      filesPerWorker: 8,
      filesAtOnce: 4,
      silenceLimitMs: 30_000,
      startLimitMs: 60_000,
      memoryLimitBytes: 1024 ** 3,
      logger: silentLogger,
    }),
  );
  await pool.start();
});
afterAll(() => disposal.disposeAsync());

function write(content: string | Uint8Array): string {
  turn += 1;
  return folder.write(`file-${turn}`, content);
}

function identify(path: string): IdentifiedFile {
  const identified = identifyFile(path, { maxFileSizeBytes: 1024 ** 4 });
  if (identified.kind === 'judged') throw new Error(`judged already: ${identified.judgement.reason}`);
  return identified.file;
}

async function verdictFor(path: string): Promise<Verdict> {
  const result = await pool.scan(identify(path));
  if (result.kind !== 'verdict') throw new Error(`no verdict: ${result.kind}`);
  return result.verdict;
}

/** What has happened between the look and the scan. */
async function scanAfter(path: string, happening: () => void): Promise<unknown> {
  const file = identify(path);
  happening();
  const result = await pool.scan(file);
  return result.kind === 'verdict' ? result.verdict.judgement : result.kind;
}

describe('the verdict', () => {
  test('on an ordinary file is clean, by all engines, with the hash of its bytes', async () => {
    const content = 'nothing to see';
    expect(await verdictFor(write(content))).toEqual({
      judgement: { kind: 'clean' },
      engines: ['yara', 'hash'],
      sha256: hash('sha256', content),
      sizeBytes: content.length,
      durationMs: expect.any(Number),
      cachedFrom: null,
    });
  });

  test('on EICAR is infected, found by YARA and by its hash', async () => {
    const { judgement } = await verdictFor(write(eicar()));
    expect(judgement).toMatchObject({ kind: 'infected' });
    const engines = judgement.kind === 'infected' ? judgement.detections.map(({ engine }) => engine) : [];
    expect(new Set(engines)).toEqual(new Set(['yara', 'hash']));
  });

  test('on an empty file is clean', async () => {
    expect(await verdictFor(write(''))).toMatchObject({
      judgement: { kind: 'clean' },
      sha256: hash('sha256', ''),
      sizeBytes: 0,
    });
  });

  test('on known bad content is infected; on known good content clean, by the hash alone', async () => {
    expect(await verdictFor(write(badContent))).toMatchObject({
      judgement: { kind: 'infected', detections: [{ engine: 'hash', name: 'Test.Bad' }] },
    });
    expect(await verdictFor(write(goodContent))).toMatchObject({
      judgement: { kind: 'clean' },
      engines: ['hash'],
    });
    expect(await verdictFor(write(`${goodContent}.`))).toMatchObject({ judgement: { kind: 'infected' } });
  });

  test('on content seen before comes from memory, also when something was found', async () => {
    for (const content of ['seen before', `seen before, with ${marker}`]) {
      const first = await verdictFor(write(content));
      const second = await verdictFor(write(content));
      expect([first.cachedFrom, second.cachedFrom]).toEqual([null, 'content']);
      expect(second.judgement).toEqual(first.judgement);
    }
  });

  test('reaches a file whose name is not UTF-8', async () => {
    const path = `${folder.path}/caf\uDCE9-\uDCFF`;
    writeFileSync(encodePath(path), 'raw name');
    expect(await verdictFor(path)).toMatchObject({
      judgement: { kind: 'clean' },
      sha256: hash('sha256', 'raw name'),
    });
  });
});

describe('a file longer than YARA is shown', () => {
  test.each([
    { sizeBytes: wholeFileBytes - 1, kind: 'clean' },
    { sizeBytes: wholeFileBytes, kind: 'clean' },
    { sizeBytes: wholeFileBytes + 1, kind: 'partial' },
    { sizeBytes: 3 * 1024 * kib + 17, kind: 'partial' },
  ])('of $sizeBytes bytes is $kind, and its hash is over all of it', async ({ sizeBytes, kind }) => {
    const content = Buffer.alloc(sizeBytes, `${turn}-`);
    const verdict = await verdictFor(write(content));
    const reason = kind === 'partial' ? { reason: 'yara_size_limit' } : {};
    expect(verdict).toMatchObject({
      judgement: { kind, ...reason },
      sha256: hash('sha256', content),
      sizeBytes,
    });
  });

  test('is infected when something is found in what was seen of it, and only then', async () => {
    const content = Buffer.alloc(wholeFileBytes * 2, 'x');
    content.write(marker, wholeFileBytes - marker.length);
    expect(await verdictFor(write(content))).toMatchObject({ judgement: { kind: 'infected' } });
    content.fill('y').write(marker, wholeFileBytes - marker.length + 1);
    expect(await verdictFor(write(content))).toMatchObject({ judgement: { kind: 'partial' } });
  });

  test('is partial again the second time: what was not seen as a whole is not remembered', async () => {
    const content = Buffer.alloc(wholeFileBytes + 5, 'z');
    const verdicts = [await verdictFor(write(content)), await verdictFor(write(content))];
    expect(verdicts.map(({ cachedFrom }) => cachedFrom)).toEqual([null, null]);
  });
});

describe('between the look at a file and its scan', () => {
  test('it was replaced, cut, or written to: it has changed', async () => {
    const [replaced, cut, written] = [write('one'), write('one'), write('one')];
    expect(await scanAfter(replaced, () => renameSync(write('two'), replaced))).toBe('changed');
    expect(await scanAfter(cut, () => truncateSync(cut, 1))).toBe('changed');
    expect(await scanAfter(written, () => appendFileSync(written, '.'))).toBe('changed');
  });

  test('it was rewritten with as many bytes and its old time: it has changed', async () => {
    const path = write('harmless');
    const { mtime, ctimeMs } = statSync(path);
    const result = await scanAfter(path, () => {
      // The clock of the filesystem goes in steps of milliseconds.
      do {
        writeFileSync(path, 'harmful!');
        utimesSync(path, mtime, mtime);
      } while (statSync(path).ctimeMs === ctimeMs);
    });
    expect(result).toBe('changed');
  });

  test('it vanished, alone or with its folder', async () => {
    const [path, inFolder] = [write('x'), folder.write('going/x')];
    const vanished = expect.objectContaining({ kind: 'unscannable', reason: 'vanished' });
    expect(await scanAfter(path, () => rmSync(path))).toEqual(vanished);
    expect(await scanAfter(inFolder, () => rmSync(join(folder.path, 'going'), { recursive: true }))).toEqual(
      vanished,
    );
  });

  test('a symbolic link took its place: it is not followed', async () => {
    const target = write(eicar());
    const path = write('x');
    const result = await scanAfter(path, () => {
      rmSync(path);
      symlinkSync(target, path);
    });
    expect(result).toMatchObject({ kind: 'unscannable', reason: 'symbolic_link' });
  });

  test.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a FIFO', (path: string) => void execFileSync('mkfifo', [path])],
    ['a link to /dev/zero', (path: string) => symlinkSync('/dev/zero', path)],
  ])('%s took its place: no byte of it is read, and nobody waits', async (_name, make) => {
    const path = write('x');
    const startedMs = performance.now();
    const result = await scanAfter(path, () => {
      rmSync(path);
      make(path);
    });
    expect(result).toMatchObject({ kind: 'unscannable' });
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect(await verdictFor(write('the worker lives'))).toMatchObject({ judgement: { kind: 'clean' } });
  });
});

describe('a file that is written to while it is read', () => {
  test.skipIf(process.platform !== 'linux')(
    'has changed when it grows, and is unscannable when it goes',
    async () => {
      const [growing, going] = [write(''), write('')];
      for (const path of [growing, going]) truncateSync(path, 256 * 1024 * kib);
      const grown = pool.scan(identify(growing));
      await until(() => isOpenInWorker(growing));
      appendFileSync(growing, 'more');
      expect(await grown).toEqual({ kind: 'changed' });

      const gone = pool.scan(identify(going));
      await until(() => isOpenInWorker(going));
      rmSync(going);
      expect(await gone).toMatchObject({
        verdict: { judgement: { kind: 'unscannable', reason: 'vanished' } },
      });
    },
  );

  test.skipIf(process.platform !== 'linux')('has changed when it is cut under our hands', async () => {
    const path = write('');
    truncateSync(path, 512 * 1024 * kib);
    const result = pool.scan(identify(path));
    await until(() => isOpenInWorker(path));
    truncateSync(path, 10);
    expect(await result).toEqual({ kind: 'changed' });
  });
});

test('no descriptor is left open by all this', async () => {
  await pool.scan(identify(write('the last of them')));
  expect(openInWorker().filter((path) => path.startsWith(folder.path))).toEqual([]);
});

test('content rewritten in place with its old time is found by the pipeline', async () => {
  const path = write('x'.repeat(68));
  const pipeline = new Pipeline({
    engines: { pool, generation: { id: 'g', isCertain: true, isSettled: true }, start: async () => pool },
    cache: null,
    strikes: new StrikeList(join(folder.path, 'strikes.json'), () => 'g'),
    maxFileSizeBytes: 1024 ** 3,
    maxQueueSize: 10,
    requestTimeoutMs: 20_000,
    logger: silentLogger,
  });
  const request = { path, priority: 'normal', origin: 'manual' } as const;
  expect((await pipeline.scan(request))?.verdict.judgement).toEqual({ kind: 'clean' });
  const { mtime } = statSync(path);
  writeFileSync(path, eicar());
  utimesSync(path, mtime, mtime);
  expect(statSync(path)).toMatchObject({ size: 68, mtime });
  expect((await pipeline.scan(request))?.verdict).toMatchObject({
    judgement: { kind: 'infected' },
    sha256: hash('sha256', readFileSync(path)),
  });
});

function openInWorker(): readonly string[] {
  return pool.pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/fd`).map((name) => linkOf(`/proc/${pid}/fd/${name}`)),
  );
}

function isOpenInWorker(path: string): boolean {
  return openInWorker().includes(path);
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since the folder was listed.
    return '';
  }
}
