// Engines and workers as one: started when a file needs them, and the signature generation in which their word counts.
import { isDeepStrictEqual } from 'node:util';
import type { EngineReport } from '../shared/engine-report.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import type { Generation } from './cache/recall.ts';
import {
  clamdForWorkers,
  clamdReport,
  fingerprintOf,
  isCertain,
  isTheSame,
  refreshedClamd,
} from './clamd-in-use.ts';
import {
  locateClamd,
  startLocated,
  type FindClamdOptions,
  type FoundEngine,
  type LocatedClamd,
} from './engines/clamd/find-clamd.ts';
import { signatureGeneration } from './engines/signature-generation.ts';
import type { Logger } from './logger.ts';
import { ScanPool, type ScanPoolOptions } from './pool/scan-pool.ts';
import type { WorkerIntroduction } from './pool/worker-protocol.ts';
import { inputsOf, rulesOf } from './room-inputs.ts';
import type { EngineStart, EngineStartStore } from './store/engine-start-store.ts';
import { unlessAborted } from './unless-aborted.ts';
import type { WorkerSettings } from './worker-settings.ts';

export interface EngineRoomOptions {
  readonly clamd: FindClamdOptions;
  /** All but the engines' whereabouts, which are found here. */
  readonly workers: Omit<WorkerSettings, 'clamd'>;
  readonly pool: Omit<ScanPoolOptions, 'workerSettings' | 'onFingerprintsDiffer'>;
  /** Further things that decide a verdict: a change of any makes another generation. */
  readonly decisive: Readonly<Record<string, unknown>>;
  /** null: engines are started at once, and nothing is remembered of it. */
  readonly memory: Pick<EngineStartStore, 'recall' | 'remember'> | null;
  readonly logger: Logger;
  /** Gives up a start that takes long, such as the load of a large database. */
  readonly signal: AbortSignal;
}

interface Started {
  readonly pool: ScanPool;
  readonly clamd: FoundEngine;
  readonly introduction: WorkerIntroduction;
  /** What the workers load, as it was when they did. */
  readonly rules: string | null;
  readonly disposal: AsyncDisposableStack;
}

export class EngineRoom implements AsyncDisposable {
  readonly #options: EngineRoomOptions;
  readonly #listeners = new Set<(generation: Generation) => void>();
  readonly #poolListeners = new Set<(pool: ScanPool) => void>();
  #inputs: string | null;
  #known: EngineStart | null;
  #started: Started | null = null;
  #starting: Promise<ScanPool> | null = null;
  #refreshing: Promise<boolean> | null = null;
  #closing = false;
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
    this.#known = this.#inputs === null ? null : (options.memory?.recall(this.#inputs) ?? null);
    this.#generation = {
      id: this.#known?.generation ?? '',
      isCertain: this.#known?.certain ?? false,
      isSettled: true,
    };
  }

  get generation(): Generation {
    return this.#generation;
  }

  /** null until a file needed the engines. */
  get pool(): ScanPool | null {
    return this.#started?.pool ?? null;
  }

  /** null until a file needed the engines. */
  get clamd(): FoundEngine | null {
    return this.#started?.clamd ?? null;
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
    if (this.#closing) return Promise.resolve(false);
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    this.#listeners.clear();
    await this.#refreshing?.catch(() => {});
    await this.#starting?.catch(() => {});
    await this.#started?.disposal.disposeAsync();
  }

  async #start(located: LocatedClamd | undefined): Promise<ScanPool> {
    const options = this.#options;
    await using disposal = new AsyncDisposableStack();
    const found = located ?? (await locateClamd(options.clamd));
    // Also when they were known: what is there now is what comes up.
    this.#inputs = inputsOf(options, found);
    const rules = rulesOf(options);
    const clamd = await this.#startClamd(found, disposal);
    const pool = disposal.use(
      new ScanPool({
        ...options.pool,
        workerSettings: this.#workerSettings(clamd),
        onFingerprintsDiffer: () => void this.refresh().catch(() => {}),
      }),
    );
    const introduction = await unlessAborted(pool.start(), options.signal);
    this.#started = { pool, clamd, introduction, rules, disposal: disposal.move() };
    // Of what changed while it was loaded nobody knows what came up.
    if (inputsOf(options, found) !== this.#inputs) this.#inputs = null;
    this.#settle();
    this.#remember(await this.engines());
    for (const listener of this.#poolListeners) listener(pool);
    return pool;
  }

  async #startClamd(located: LocatedClamd, disposal: AsyncDisposableStack): Promise<FoundEngine> {
    if (this.#closing) throw new AppError('SHUTTING_DOWN', 'Vedette is stopping');
    const clamd = await startLocated(located, this.#options.clamd);
    if (clamd.kind === 'managed') {
      disposal.use(clamd.managed);
      // One that died comes back with what is on disk then.
      clamd.managed.onState((state) => {
        if (state.kind === 'ready' && this.#refreshing === null) this.#settle();
      });
    }
    return clamd;
  }

  /** One that was to be there and was not may be there now. */
  #refreshedClamd({ clamd, disposal }: Started, located: LocatedClamd): Promise<FoundEngine | null> {
    const wasMissed = clamd.kind === 'unavailable' && !clamd.isAbsent;
    if (wasMissed && located.kind !== 'unavailable') return this.#startClamd(located, disposal);
    return refreshedClamd(clamd, located, this.#options.logger);
  }

  async #refresh(): Promise<boolean> {
    const before = this.#generation.id;
    const located = await locateClamd(this.#options.clamd);
    const inputs = inputsOf(this.#options, located);
    const started = this.#started;
    if (started === null) {
      if (inputs === null || inputs !== this.#inputs) await this.start(located);
    } else if (inputs !== this.#inputs) {
      this.#generation = { ...this.#generation, isSettled: false };
      try {
        await this.#exchange(started, located, inputs);
      } finally {
        this.#settle();
      }
    }
    return this.#generation.id !== before;
  }

  async #exchange(started: Started, located: LocatedClamd, inputs: string | null): Promise<void> {
    const { pool, rules } = started;
    const loaded = await this.#refreshedClamd(started, located);
    const clamd = loaded ?? started.clamd;
    this.#started = { ...started, clamd };
    const nowRules = rulesOf(this.#options);
    const isOther = !isDeepStrictEqual(clamdForWorkers(clamd), clamdForWorkers(started.clamd));
    if (nowRules === null || nowRules !== rules || isOther) {
      const introduction = await this.#restartedWorkers(pool, clamd);
      if (introduction === null) return;
      this.#started = { ...started, clamd, introduction, rules: nowRules };
    }
    // What could not be loaded is tried again the next time.
    if (loaded === null) return;
    // What is there is not what is in use: another start would bring up something else.
    if (!isTheSame(located, clamd)) return;
    // What changed once more while it was loaded is looked at again the next time.
    this.#inputs = inputsOf(this.#options, located) === inputs ? inputs : null;
    this.#remember(await this.engines());
  }

  /** null: what changed cannot be loaded; the workers go on with what they have, and it is tried again. */
  async #restartedWorkers(pool: ScanPool, clamd: FoundEngine): Promise<WorkerIntroduction | null> {
    try {
      return await pool.restart(this.#workerSettings(clamd));
    } catch (error) {
      this.#options.logger.error({ cause: messageOf(error) }, 'changed rules or lists cannot be loaded');
      return null;
    }
  }

  /** Takes over the generation that is in force now. */
  #settle(): void {
    if (this.#started === null) return;
    const { clamd } = this.#started;
    const id = this.#generationOf(this.#started);
    const changed = id !== this.#generation.id;
    this.#generation = { id, isCertain: isCertain(clamd), isSettled: true };
    if (changed) for (const listener of this.#listeners) listener(this.#generation);
  }

  #generationOf({ clamd, introduction }: Started): string {
    return signatureGeneration({
      ...this.#options.decisive,
      clamav: fingerprintOf(clamd),
      // What was said while it was not certain must not count later as if it had been.
      isCertain: isCertain(clamd),
      ...introduction.fingerprints,
    });
  }

  #remember(engines: readonly EngineReport[]): void {
    const started = this.#started;
    const { memory } = this.#options;
    if (memory === null || started === null || this.#inputs === null) return;
    const { clamd } = started;
    // What could not be used this time may be of use the next.
    if (clamd.kind === 'unavailable' && !clamd.isAbsent) return;
    memory.remember(this.#inputs, {
      generation: this.#generationOf(started),
      certain: isCertain(clamd),
      engines,
    });
  }

  #workerSettings(clamd: FoundEngine): WorkerSettings {
    return { ...this.#options.workers, clamd: clamdForWorkers(clamd) };
  }
}

function asRemembered(report: EngineReport): EngineReport {
  if (report.state === 'unavailable') return report;
  // A sentence, or a list of facts.
  const known = report.detail.replace(/\.$/u, '');
  const parts = [known, 'not started, because no file needed it'];
  return { ...report, detail: parts.filter((part) => part !== '').join('; ') };
}
