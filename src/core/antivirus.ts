// Builds the line by hand, in the order it starts; what was started last is stopped first.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { EngineReport } from '../shared/engine-report.ts';
import { AppError } from '../shared/errors.ts';
import { askClamd } from './engines/clamd/ask-clamd.ts';
import {
  findClamd,
  reportManaged,
  type FindClamdOptions,
  type FoundEngine,
} from './engines/clamd/find-clamd.ts';
import type { ClamdLimits } from './engines/clamd/target.ts';
import { signatureGeneration } from './engines/signature-generation.ts';
import type { Logger } from './logger.ts';
import { Pipeline } from './pipeline.ts';
import { ScanPool } from './pool/scan-pool.ts';
import { StrikeList } from './pool/strike-list.ts';
import type { StartWorkerProcess, WorkerIntroduction } from './pool/worker-protocol.ts';
import type { WorkerSettings } from './worker-settings.ts';

export interface AntivirusOptions {
  /** All state: managed clamd, strike list; exists and is private (`openDataFolder`). */
  readonly dataDir: string;
  readonly clamd: FindClamdOptions['choice'];
  /** Database of the managed clamd; null for the system's. */
  readonly signatureDir: string | null;
  readonly clamdLimits: ClamdLimits;
  /** null switches YARA off; the built-in rules are always among the paths. */
  readonly yara: WorkerSettings['yara'];
  readonly hashLists: WorkerSettings['hashLists'];
  readonly maxFileSizeBytes: number;
  readonly wholeFileBytes: number;
  readonly scanTimeoutMs: number;
  readonly workers: number;
  readonly workerMemoryLimitBytes: number;
  /** false: every file goes through the engines, also when the same content was just seen. */
  readonly useCache: boolean;
  readonly startWorker: StartWorkerProcess;
  readonly logger: Logger;
  /** Gives up a start that takes long, such as the load of a large database. */
  readonly signal: AbortSignal;
}

/** Folder of the rules that ship with Vedette. */
export const builtInRules = fileURLToPath(new URL('../../assets/rules', import.meta.url));

/** Module that a scan worker process runs. */
export const scanWorkerEntry = fileURLToPath(new URL('../workers/scan-worker.ts', import.meta.url));

export const defaultWorkers = Math.min(8, Math.max(2, availableParallelism()));

/** Each deadline lies inside the one around it, so that who is late can still say so: 60 s, 55 s, 50 s. */
const innerDeadline = 11 / 12;
const workerStartLimitMs = 120_000;
const filesAtOnce = 8;
const maxQueueSize = 50_000;
const rememberedContents = 50_000;
const healthTimeoutMs = 2000;

export class Antivirus implements AsyncDisposable {
  readonly pool: ScanPool;
  readonly pipeline: Pipeline;
  /** Changes whenever any engine's signatures, rules, lists or limits change. */
  readonly generation: string;
  readonly #clamd: FoundEngine;
  readonly #introduction: WorkerIntroduction;
  readonly #started: AsyncDisposableStack;

  constructor(parts: {
    readonly pool: ScanPool;
    readonly pipeline: Pipeline;
    readonly generation: string;
    readonly clamd: FoundEngine;
    readonly introduction: WorkerIntroduction;
    readonly started: AsyncDisposableStack;
  }) {
    this.pool = parts.pool;
    this.pipeline = parts.pipeline;
    this.generation = parts.generation;
    this.#clamd = parts.clamd;
    this.#introduction = parts.introduction;
    this.#started = parts.started;
  }

  /** What each engine is able to do at this moment: an engine that answered at start may be gone by now. */
  async engines(): Promise<readonly EngineReport[]> {
    return [await this.#clamdReport(), ...this.#introduction.engines];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started.disposeAsync();
  }

  async #clamdReport(): Promise<EngineReport> {
    const clamd = this.#clamd;
    if (clamd.kind === 'unavailable') return clamd.report;
    const report = clamd.kind === 'managed' ? reportManaged(clamd.managed) : clamd.report;
    if (report.state === 'unavailable') return report;
    try {
      await askClamd(clamd.target.address, 'PING', healthTimeoutMs);
      return report;
    } catch {
      const detail = 'clamd answered at the start and does not answer now';
      return { ...report, state: 'unavailable', detail };
    }
  }
}

/**
 * Finds or starts the engines, starts the workers and wires the line.
 * @throws AppError WORKER_START_FAILED, FILE_UNREADABLE or HASH_LIST_INVALID; what was started is stopped again.
 */
export async function startAntivirus(options: AntivirusOptions): Promise<Antivirus> {
  await using starting = new AsyncDisposableStack();
  const { logger, scanTimeoutMs } = options;
  const requestTimeoutMs = scanTimeoutMs * innerDeadline;

  const clamd = await findClamd({
    choice: options.clamd,
    signatureDir: options.signatureDir,
    dataDir: options.dataDir,
    limits: options.clamdLimits,
    maxScanSeconds: Math.max(1, Math.floor((requestTimeoutMs * innerDeadline) / 1000)),
    logger,
    signal: options.signal,
  });
  if (clamd.kind === 'managed') starting.use(clamd.managed);

  const workerSettings: WorkerSettings = {
    clamd: clamdForWorkers(clamd),
    yara: options.yara,
    hashLists: options.hashLists,
    wholeFileBytes: options.wholeFileBytes,
    requestTimeoutMs,
    filesAtOnce,
    rememberedContents: options.useCache ? rememberedContents : 0,
  };
  const pool = starting.use(
    new ScanPool({
      startProcess: options.startWorker,
      workerSettings,
      workers: options.workers,
      filesPerWorker: filesAtOnce * 4,
      silenceLimitMs: scanTimeoutMs,
      startLimitMs: workerStartLimitMs,
      memoryLimitBytes: options.workerMemoryLimitBytes,
      logger,
    }),
  );
  const introduction = await unlessAborted(pool.start(), options.signal);

  const generation = signatureGeneration({
    clamav: clamd.kind === 'unavailable' ? 'none' : clamd.fingerprint,
    ...introduction.fingerprints,
    limits: {
      ...options.clamdLimits,
      maxFileSizeBytes: options.maxFileSizeBytes,
      wholeFileBytes: options.wholeFileBytes,
    },
  });
  const pipeline = new Pipeline({
    pool,
    strikes: new StrikeList(`${options.dataDir}/strikes.json`, generation),
    maxFileSizeBytes: options.maxFileSizeBytes,
    maxQueueSize,
    requestTimeoutMs,
    logger,
  });
  return new Antivirus({ pool, pipeline, generation, clamd, introduction, started: starting.move() });
}

/** @throws AppError SHUTTING_DOWN as soon as `signal` aborts. */
async function unlessAborted<T>(started: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  function onAbort(): void {
    aborted.reject(new AppError('SHUTTING_DOWN', 'stopped before the engines were ready'));
  }
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([started, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    aborted.promise.catch(() => {});
  }
}

/** A machine without clamd does without; a clamd that is there, or was asked for, and cannot be used fails every file. */
function clamdForWorkers(clamd: FoundEngine): WorkerSettings['clamd'] {
  if (clamd.kind !== 'unavailable') return { kind: 'on', target: clamd.target };
  return clamd.isAbsent ? { kind: 'off' } : { kind: 'down', detail: clamd.report.detail };
}
