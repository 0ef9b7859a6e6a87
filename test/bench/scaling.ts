// The scaling benchmark: the same files with two workers and with an adaptive pool, once waiting for an engine and once computing.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInRules, scanWorkerEntry } from '../../src/core/antivirus-options.ts';
import { identifyFile } from '../../src/core/intake/identify-file.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { childProcessStarter } from '../../src/core/processes/child-process-worker.ts';
import { SystemLoadSampler } from '../../src/core/pool/load-sampler.ts';
import { ScalingLoop, type ScalingLoopSettings } from '../../src/core/pool/scaling-loop.ts';
import { formatReplay } from '../../src/core/pool/scaling-replay-table.ts';
import { replayScaling } from '../../src/core/pool/scaling-replay.ts';
import { parseTrace } from '../../src/core/pool/scaling-trace.ts';
import { ScanPool, type PoolResult } from '../../src/core/pool/scan-pool.ts';
import type { WorkerSettings } from '../../src/core/worker-settings.ts';
import type { IdentifiedFile } from '../../src/shared/scan.ts';
import { plainContent } from '../helpers/corpus.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { loadAverage, machineFacts } from './machine-facts.ts';
import type { BenchOptions } from './options.ts';
import { markdownTable, writeSection } from './performance-page.ts';
import { copyOfUsr } from './scan-corpus.ts';
import { median } from './statistics.ts';
import { startWaitingClamd } from './waiting-clamd.ts';
import { makeWorkFolder } from './work-folder.ts';

interface Work {
  readonly name: string;
  readonly files: readonly IdentifiedFile[];
  readonly settings: WorkerSettings;
}

interface Run {
  readonly seconds: number;
  /** Most worker processes at a time. */
  readonly workers: number;
}

const answerMs = 20;
const smallFiles = 10_000;
const usrFiles = 4000;
/** Over the same files, so that the start of further workers is not most of what is measured. */
const computingPasses = 6;
const fewest = 2;
const mib = 2 ** 20;

/** As the product sets them, but for the number of workers, which there depends on the machine. */
const scaling: ScalingLoopSettings = {
  enabled: true,
  checkEveryMs: 30_000,
  minWorkers: fewest,
  maxWorkers: 8,
  scaleUpThreshold: 50,
  scaleDownThreshold: 10,
  cooldownMs: 30_000,
  memoryCeilingPercent: 85,
  cpuCeilingPercent: 0,
  batteryMaxWorkers: fewest,
};
const filesAtOnce = 8;
const filesPerWorker = filesAtOnce * 4;

const workerSettings: WorkerSettings = {
  clamd: { kind: 'off' },
  yara: null,
  hashLists: { knownBad: [], knownGood: [] },
  wholeFileBytes: 128 * mib,
  requestTimeoutMs: 55_000,
  trustKnownGood: false,
  filesAtOnce,
  contents: null,
};

export async function measureScaling(options: BenchOptions, signal: AbortSignal): Promise<boolean> {
  if (options.trace !== undefined && options.trace !== null) {
    console.log(formatReplay(replayScaling(parseTrace(readFileSync(options.trace, 'utf8')), scaling)));
    return true;
  }
  using folder = makeWorkFolder();
  await using clamd = await startWaitingClamd(answerMs);
  const works = prepareWorks(folder.path, options, clamd.target);
  const facts = [...(await machineFacts())];
  const runs = works.map((work) => ({ work, fixed: new Array<Run>(), adaptive: new Array<Run>() }));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { work, fixed, adaptive } of runs) {
      // Who is first in one round is second in the next.
      const order = round % 2 === 0 ? [fixed, adaptive] : [adaptive, fixed];
      for (const list of order) list.push(await measure(work, list === adaptive, signal));
      console.log(
        `round ${round + 1}, ${work.name}: ${told(fixed.at(-1))} fixed, ${told(adaptive.at(-1))} adaptive`,
      );
    }
  }
  facts.push(
    `${options.rounds} rounds, fixed (${fewest} workers) and adaptive (${fewest} to ${scaling.maxWorkers}) in turn; the start of the first ${fewest} workers is not timed, that of further ones is`,
    `waiting: a stand-in for clamd that answers each file after ${answerMs} ms without working; ${filesAtOnce} files at a time in a worker`,
    `computing: SHA-256 and the built-in YARA rules, ${computingPasses} times over the same files, nothing remembered`,
    `load average at the end ${loadAverage()}`,
  );
  const rows = runs.map(({ work, fixed, adaptive }) => rowOf(work, fixed, adaptive));
  const table = markdownTable(head, rows);
  console.log(`\n${facts.join('\n')}\n\n${table}`);
  if (options.writes) writeSection('scaling', `${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${table}`);
  return true;
}

function prepareWorks(
  folder: string,
  options: BenchOptions,
  target: Extract<WorkerSettings['clamd'], { kind: 'on' }>['target'],
): readonly Work[] {
  const small = join(folder, 'small');
  mkdirSync(small);
  const random = seededRandom(1);
  for (let index = 0; index < (options.files ?? smallFiles); index += 1) {
    writeFileSync(join(small, `${index}.dat`), plainContent(random, random.between(1, 600)));
  }
  const usr = options.corpus ?? copyOfUsr(join(folder, 'usr'), options.files ?? usrFiles).folder;
  const yara: WorkerSettings['yara'] = { rulePaths: [builtInRules], binding: 'auto' };
  const computing = identifyAll(usr);
  return [
    {
      name: 'waiting',
      files: identifyAll(small),
      settings: { ...workerSettings, clamd: { kind: 'on', target } },
    },
    {
      name: 'computing',
      files: Array.from({ length: computingPasses }, () => computing).flat(),
      settings: { ...workerSettings, yara },
    },
  ];
}

function identifyAll(folder: string): readonly IdentifiedFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const identified = identifyFile(join(folder, name), { maxFileSizeBytes: 2048 * mib });
    return identified.kind === 'regular' ? [identified.file] : [];
  });
}

/** @throws when a file was not looked at by every engine: a benchmark of errors says nothing. */
async function measure({ files, settings }: Work, isAdaptive: boolean, signal: AbortSignal): Promise<Run> {
  await using pool = new ScanPool({
    startProcess: childProcessStarter(scanWorkerEntry),
    workerSettings: settings,
    verdictScope: () => ({ generation: 'bench', notBeforeMs: Number.POSITIVE_INFINITY }),
    workers: fewest,
    filesPerWorker,
    filesAtOnce,
    silenceLimitMs: 60_000,
    startLimitMs: 120_000,
    memoryLimitBytes: 1024 * mib,
    logger: silentLogger,
  });
  await pool.start();
  await scanAll(pool, files.slice(0, fewest * filesPerWorker), () => {}, signal);
  using load = new SystemLoadSampler();
  let waiting = 0;
  function queueDepth(): number {
    return waiting + pool.backlog;
  }
  using loop = isAdaptive
    ? new ScalingLoop({ pool, load, queueDepth, settings: scaling, logger: silentLogger })
    : null;
  let workers = pool.workers;
  const startedMs = performance.now();
  await scanAll(
    pool,
    files,
    (left) => {
      waiting = left;
      workers = Math.max(workers, pool.workers);
      loop?.observeDepth(queueDepth());
    },
    signal,
  );
  return { seconds: (performance.now() - startedMs) / 1000, workers };
}

/** Hands in as many as there is room for, as the product's line does. */
async function scanAll(
  pool: ScanPool,
  files: readonly IdentifiedFile[],
  onChange: (left: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const all = Promise.withResolvers<void>();
  function onAbort(): void {
    all.reject(new Error('stopped'));
  }
  signal.addEventListener('abort', onAbort);
  let next = 0;
  let answered = 0;

  async function scan(file: IdentifiedFile): Promise<void> {
    const result = await pool.scan(file);
    if (!isLookedAt(result)) {
      all.reject(new Error(`${file.path}: ${JSON.stringify(result)}`));
      return;
    }
    answered += 1;
    if (answered === files.length) all.resolve();
    else feed();
  }

  function feed(): void {
    while (pool.room > 0 && next < files.length) {
      const file = files[next];
      next += 1;
      if (file !== undefined) void scan(file);
    }
    onChange(files.length - next);
  }

  try {
    signal.throwIfAborted();
    if (files.length === 0) return;
    feed();
    await all.promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function isLookedAt(result: PoolResult): boolean {
  if (result.kind !== 'verdict') return false;
  const { judgement } = result.verdict;
  if (judgement.kind === 'unscannable') return false;
  return judgement.kind !== 'partial' || judgement.reason !== 'engine_unavailable';
}

const head = ['work', 'files', 'fixed, s', 'adaptive, s', 'workers at most', 'adaptive is faster by'];

function rowOf({ name, files }: Work, fixed: readonly Run[], adaptive: readonly Run[]): readonly string[] {
  const [before, after] = [fixed, adaptive].map((runs) => median(runs.map(({ seconds }) => seconds)));
  const most = Math.max(...adaptive.map(({ workers }) => workers));
  const ratio = (before ?? 0) / (after ?? Number.NaN);
  return [
    name,
    `${files.length}`,
    (before ?? 0).toFixed(2),
    (after ?? 0).toFixed(2),
    `${most}`,
    `${ratio.toFixed(2)} times`,
  ];
}

function told(run: Run | undefined): string {
  return run === undefined ? '?' : `${run.seconds.toFixed(2)} s with ${run.workers} workers`;
}
