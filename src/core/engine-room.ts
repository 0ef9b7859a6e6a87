// Engines and workers as one: started when a file needs them, and the signature generation in which their word counts.
import { fileURLToPath } from 'node:url';
import type { EngineReport } from '../shared/engine-report.ts';
import { messageOf } from '../shared/errors.ts';
import { clamdForWorkers, clamdReport, fingerprintOf, refreshedClamd } from './clamd-in-use.ts';
import {
  locateClamd,
  startLocated,
  type FindClamdOptions,
  type FoundEngine,
  type LocatedClamd,
} from './engines/clamd/find-clamd.ts';
import { engineInputs } from './engines/engine-inputs.ts';
import { signatureGeneration } from './engines/signature-generation.ts';
import type { Logger } from './logger.ts';
import { ScanPool, type ScanPoolOptions } from './pool/scan-pool.ts';
import type { WorkerIntroduction } from './pool/worker-protocol.ts';
import { unlessAborted } from './unless-aborted.ts';
import type { WorkerSettings } from './worker-settings.ts';

/** What verdicts are valid within: it changes with the signatures, rules, lists or limits of any engine. */
export interface Generation {
  readonly id: string;
  /** false: signatures may have changed without it; what is remembered counts only for a short time. */
  readonly isCertain: boolean;
}

/** What engines said of themselves the last time they came up with the same inputs. */
export interface EngineStart {
  readonly generation: string;
  readonly certain: boolean;
  readonly engines: readonly EngineReport[];
}

export interface EngineMemory {
  recallEngines(inputs: string): EngineStart | null;
  rememberEngines(inputs: string, start: EngineStart): void;
}

export interface EngineRoomOptions {
  readonly clamd: FindClamdOptions;
  /** All but the engines' whereabouts, which are found here. */
  readonly workers: Omit<WorkerSettings, 'clamd'>;
  readonly pool: Omit<ScanPoolOptions, 'workerSettings' | 'onFingerprintsDiffer'>;
  /** Further things that decide a verdict: a change of any makes another generation. */
  readonly decisive: Readonly<Record<string, unknown>>;
  /** null: engines are started at once, and nothing is remembered of it. */
  readonly memory: EngineMemory | null;
  readonly logger: Logger;
  /** Gives up a start that takes long, such as the load of a large database. */
  readonly signal: AbortSignal;
}

interface Started {
  readonly pool: ScanPool;
  readonly clamd: FoundEngine;
  readonly introduction: WorkerIntroduction;
  readonly disposal: AsyncDisposableStack;
}

/** Where the packages of YARA-X are; another version may match otherwise. */
const yaraPackages = ['@litko', '@virustotal'].map((scope) =>
  fileURLToPath(new URL(`../../node_modules/${scope}`, import.meta.url)),
);

export class EngineRoom implements AsyncDisposable {
  readonly #options: EngineRoomOptions;
  readonly #listeners = new Set<(generation: Generation) => void>();
  readonly #poolListeners = new Set<(pool: ScanPool) => void>();
  #inputs: string | null;
  #known: EngineStart | null;
  #started: Started | null = null;
  #starting: Promise<ScanPool> | null = null;
  #refreshing: Promise<boolean> | null = null;
  #generation: Generation;

  /**
   * Looks what there is; starts it, unless the same came up before and is remembered.
   * @throws AppError WORKER_START_FAILED, FILE_UNREADABLE, HASH_LIST_INVALID or SHUTTING_DOWN; what was started is stopped.
   */
  static async open(options: EngineRoomOptions): Promise<EngineRoom> {
    const located = await locateClamd(options.clamd);
    const room = new EngineRoom(options, located);
    try {
      if (room.#known === null) await room.start(located);
      return room;
    } catch (error) {
      await room[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(options: EngineRoomOptions, located: LocatedClamd) {
    this.#options = options;
    this.#inputs = inputsOf(options, located);
    this.#known = this.#inputs === null ? null : (options.memory?.recallEngines(this.#inputs) ?? null);
    this.#generation = { id: this.#known?.generation ?? '', isCertain: this.#known?.certain ?? false };
  }

  get generation(): Generation {
    return this.#generation;
  }

  /** null until a file needed the engines. */
  get pool(): ScanPool | null {
    return this.#started?.pool ?? null;
  }

  /** Calls `listener` with each generation that follows; returns a function that ends that. */
  onGeneration(listener: (generation: Generation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` with the pool, as soon as there is one; returns a function that ends that. */
  onPool(listener: (pool: ScanPool) => void): () => void {
    if (this.#started !== null) listener(this.#started.pool);
    this.#poolListeners.add(listener);
    return () => this.#poolListeners.delete(listener);
  }

  /** Starts the engines once, however often it is called. @throws as `open`; a later call tries again. */
  start(located?: LocatedClamd): Promise<ScanPool> {
    this.#starting ??= this.#start(located).catch((error: unknown) => {
      this.#starting = null;
      throw error;
    });
    return this.#starting;
  }

  /** What each engine is able to do at this moment: one that answered at start may be gone by now. */
  async engines(): Promise<readonly EngineReport[]> {
    const started = this.#started;
    if (started !== null) return [await clamdReport(started.clamd), ...started.introduction.engines];
    return (this.#known?.engines ?? []).map(asRemembered);
  }

  /**
   * Looks whether signatures, rules or lists have changed and brings what changed into force.
   * @returns whether another generation is in force now. A change that cannot be loaded is logged; the old stays.
   */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    await this.#starting?.catch(() => {});
    await this.#started?.disposal.disposeAsync();
  }

  async #start(located: LocatedClamd | undefined): Promise<ScanPool> {
    const options = this.#options;
    await using disposal = new AsyncDisposableStack();
    const clamd = await startLocated(located ?? (await locateClamd(options.clamd)), options.clamd);
    if (clamd.kind === 'managed') {
      disposal.use(clamd.managed);
      // One that died comes back with what is on disk then.
      clamd.managed.onState((state) => {
        if (state.kind === 'ready') this.#settle();
      });
    }
    const pool = disposal.use(
      new ScanPool({
        ...options.pool,
        workerSettings: this.#workerSettings(clamd),
        onFingerprintsDiffer: () => void this.refresh().catch(() => {}),
      }),
    );
    const introduction = await unlessAborted(pool.start(), options.signal);
    this.#started = { pool, clamd, introduction, disposal: disposal.move() };
    this.#settle();
    for (const listener of this.#poolListeners) listener(pool);
    return pool;
  }

  async #refresh(): Promise<boolean> {
    const before = this.#generation.id;
    const located = await locateClamd(this.#options.clamd);
    const inputs = inputsOf(this.#options, located);
    const started = this.#started;
    if (started === null) {
      if (inputs === null || inputs !== this.#inputs) await this.start(located);
      return this.#generation.id !== before;
    }
    const clamd = await refreshedClamd(started.clamd, located, this.#options.logger);
    const rulesChanged = inputs === null || inputs !== this.#inputs;
    const introduction = rulesChanged ? await this.#restartWorkers(started, clamd) : started.introduction;
    this.#inputs = inputs;
    this.#started = { ...started, clamd, introduction };
    this.#settle();
    return this.#generation.id !== before;
  }

  async #restartWorkers({ pool, introduction }: Started, clamd: FoundEngine): Promise<WorkerIntroduction> {
    try {
      return await pool.restart(this.#workerSettings(clamd));
    } catch (error) {
      this.#options.logger.error({ cause: messageOf(error) }, 'changed rules or lists cannot be loaded');
      return introduction;
    }
  }

  /** Takes over the generation that is in force now. */
  #settle(): void {
    const started = this.#started;
    if (started === null) return;
    const { clamd, introduction } = started;
    const isCertain = clamd.kind === 'found' ? clamd.isCertain : true;
    const id = signatureGeneration({
      ...this.#options.decisive,
      clamav: fingerprintOf(clamd),
      ...introduction.fingerprints,
    });
    const changed = id !== this.#generation.id;
    this.#generation = { id, isCertain };
    void this.#remember();
    if (changed) for (const listener of this.#listeners) listener(this.#generation);
  }

  async #remember(): Promise<void> {
    const { memory } = this.#options;
    const inputs = this.#inputs;
    const { id, isCertain } = this.#generation;
    const clamd = this.#started?.clamd;
    if (memory === null || inputs === null || clamd === undefined) return;
    // What could not be used this time may be of use the next.
    if (clamd.kind === 'unavailable' && !clamd.isAbsent) return;
    const engines = await this.engines();
    memory.rememberEngines(inputs, { generation: id, certain: isCertain, engines });
  }

  #workerSettings(clamd: FoundEngine): WorkerSettings {
    return { ...this.#options.workers, clamd: clamdForWorkers(clamd) };
  }
}

function asRemembered(report: EngineReport): EngineReport {
  if (report.state === 'unavailable') return report;
  const parts = [report.detail, 'not started, because every file was known'];
  return { ...report, detail: parts.filter((part) => part !== '').join('; ') };
}

/** null: it cannot be told beforehand how the engines will come up. */
function inputsOf({ workers, decisive, clamd }: EngineRoomOptions, located: LocatedClamd): string | null {
  if (located.kind === 'unavailable' && !located.isAbsent) return null;
  const { signatureDir, limits, maxScanSeconds } = clamd;
  const files = [...(workers.yara?.rulePaths ?? []), ...workers.hashLists.knownBad];
  if (located.kind === 'startable') files.push(located.binary, located.signatureDir);
  const whichClamd =
    located.kind === 'found'
      ? [located.target, located.fingerprint, located.isCertain, located.report.state]
      : [located.kind, signatureDir ?? null, limits, maxScanSeconds];
  return engineInputs(
    [...files, ...workers.hashLists.knownGood, ...yaraPackages],
    [decisive, whichClamd, workers.yara, workers.hashLists, process.version],
  );
}
