// The line with one worker that is none: the test decides what it makes of each file.
import { join } from 'node:path';
import { MappedFiles } from '../../src/core/files/mapped-files.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { Pipeline, type PipelineOptions, type ScanOutcome } from '../../src/core/pipeline.ts';
import { ScanPool } from '../../src/core/pool/scan-pool.ts';
import { StrikeList } from '../../src/core/pool/strike-list.ts';
import type { AssignedFile, FileResult } from '../../src/core/pool/worker-protocol.ts';
import type { Priority, ScanRequest } from '../../src/shared/scan.ts';
import type { Judgement, Verdict } from '../../src/shared/verdict.ts';
import { anyScope, cleanVerdict, FakeWorker, resultOf } from './fake-worker.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

export type Decision = FileResult | 'ends' | 'never';

export interface Surroundings {
  readonly folder: TemporaryFolder;
  /** What the worker makes of each file. */
  readonly decide?: (file: AssignedFile) => Decision;
  readonly maxQueueSize?: number;
  readonly filesPerWorker?: number;
  /** Instead of none, and of engines that have been started. */
  readonly options?: (pool: ScanPool) => Partial<PipelineOptions>;
}

export function verdictOf(judgement: Judgement, durationMs = 0): FileResult {
  return resultOf({ ...cleanVerdict, judgement, durationMs });
}

export const clean = verdictOf({ kind: 'clean' });

export async function makePipeline({
  folder,
  decide = () => clean,
  maxQueueSize = 100,
  filesPerWorker = 4,
  options = () => ({}),
}: Surroundings) {
  const scanned: string[] = [];
  const pool = new ScanPool({
    startProcess() {
      const worker = new FakeWorker();
      worker.onSent = (message) => {
        if (message.kind === 'start') queueMicrotask(() => worker.getReady());
        if (message.kind !== 'scan') return;
        for (const file of message.files) {
          scanned.push(file.path);
          const decision = decide(file);
          if (decision === 'ends') setImmediate(() => worker.end('ended by SIGSEGV'));
          else if (decision !== 'never') setImmediate(() => worker.finish(file.path, decision));
        }
      };
      return worker;
    },
    workerSettings: {},
    workers: 1,
    filesPerWorker,
    filesAtOnce: filesPerWorker,
    verdictScope: () => anyScope,
    silenceLimitMs: 60_000,
    startLimitMs: 60_000,
    memoryLimitBytes: 1e9,
    logger: silentLogger,
  });
  await pool.start();
  const strikes = new StrikeList(join(folder.path, 'strikes.json'), () => 'generation');
  const all: PipelineOptions = {
    engines: {
      pool,
      generation: { id: 'generation', isCertain: true, isSettled: true },
      start: async () => pool,
    },
    cache: null,
    strikes,
    maxFileSizeBytes: 1000,
    maxQueueSize,
    requestTimeoutMs: 500,
    logger: silentLogger,
    // Long after the files were written.
    now: () => Date.now() + 60_000,
    mapped: new MappedFiles(
      () => new Set(),
      () => Date.now() + 60_000,
    ),
    ...options(pool),
  };
  return { pipeline: new Pipeline(all), scanned };
}

export function request(path: string, priority: Priority = 'normal'): ScanRequest {
  return { path, priority, origin: 'manual' };
}

export async function whenDone(outcome: Promise<ScanOutcome> | null): Promise<Verdict | undefined> {
  return (await outcome)?.verdict;
}
