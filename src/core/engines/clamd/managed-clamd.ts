// Our own clamd: one address for its whole life, restarted with back-off when it dies, ended with us.
import { chmodSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from '../../../shared/errors.ts';
import { encodePath } from '../../files/raw-path.ts';
import type { Logger } from '../../logger.ts';
import { askClamd } from './ask-clamd.ts';
import { claimClamdFolder } from './claim-folder.ts';
import { startClamdProcess } from './clamd-process.ts';
import type { ClamdProcess } from './clamd-process.ts';
import { renderManagedConfig, threadsFor } from './managed-config.ts';
import { prepareManagedFolders, resetTemporaryFolder } from './managed-folders.ts';
import type { ManagedFolders } from './managed-folders.ts';
import { acceptsDescriptorPaths } from './probe-paths.ts';
import { readSignatureDatabase } from './signature-database.ts';
import type { SignatureDatabase } from './signature-database.ts';
import { buildSignatureView } from './signature-view.ts';
import { endStaleRun } from './stale-run.ts';
import type { ClamdLimits, ClamdTarget } from './target.ts';

export interface ManagedClamdOptions {
  readonly binary: string;
  readonly dataDir: string;
  /** Folder whose signatures are shown to clamd beside our own; null for ours alone. */
  readonly signatureDir: string | null;
  readonly limits: ClamdLimits;
  /** `MaxScanTime`: somewhat less than clients wait for one file. */
  readonly maxScanSeconds: number;
  readonly logger: Logger;
  /** Aborts the start. An aborted signal does not end a clamd that runs: disposing it does. */
  readonly signal: AbortSignal;
  readonly backOff?: Partial<BackOff>;
  readonly readyTimeoutMs?: number;
}

export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** After this long up, the next restart is quick again. */
  readonly resetAfterMs: number;
}

export type ManagedClamdState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly pid: number | null }
  | { readonly kind: 'restarting'; readonly cause: string; readonly delayMs: number }
  | { readonly kind: 'stopped' };

export interface LoadedSignatures extends SignatureDatabase {
  readonly count: number;
  /** Signature files beside our own. */
  readonly linkedFiles: number;
}

const defaultBackOff: BackOff = { firstMs: 500, longestMs: 30_000, resetAfterMs: 60_000 };
/** A full database takes up to a minute to load on a slow disk. */
const defaultReadyTimeoutMs = 120_000;
const askTimeoutMs = 5_000;

/**
 * Prepares the folders, starts clamd and proves what it can do.
 * @throws AppError CLAMD_UNAVAILABLE, CLAMD_TIMEOUT or CONFIG_INVALID; SHUTTING_DOWN when `signal` aborts.
 */
export async function startManagedClamd(options: ManagedClamdOptions): Promise<ManagedClamd> {
  try {
    using unclaim = new DisposableStack();
    const claim = unclaim.use(claimClamdFolder(options.dataDir));
    await endStaleRun(join(claim.path, 'clamd.pid'), join(claim.path, 'clamd.conf'), options.signal);
    const folders = await prepareManagedFolders(claim, options.limits.maxScanBytes);
    try {
      const managed = await ManagedClamd.start(options, folders);
      unclaim.move();
      return managed;
    } catch (error) {
      folders[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    if (options.signal.aborted)
      throw new AppError('SHUTTING_DOWN', 'clamd was not started: Vedette is stopping');
    if (error instanceof AppError) throw error;
    throw new AppError('CLAMD_UNAVAILABLE', `clamd could not be started: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

export class ManagedClamd implements AsyncDisposable {
  readonly target: ClamdTarget;
  /** As `VERSION` gave it at the start. */
  readonly version: string;
  readonly #options: ManagedClamdOptions;
  readonly #folders: ManagedFolders;
  readonly #backOff: BackOff;
  readonly #listeners = new Set<(state: ManagedClamdState) => void>();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #process: ClamdProcess;
  #signatures: LoadedSignatures;
  #state: ManagedClamdState;
  /** Null while it has not been ready since it was last started. */
  #readyAtMs: number | null = performance.now();
  #refreshing: Promise<boolean> | null = null;

  /** @internal use `startManagedClamd`. */
  static async start(options: ManagedClamdOptions, folders: ManagedFolders): Promise<ManagedClamd> {
    writeConfig(options, folders);
    const started = await startOnce(options, folders, options.signal);
    try {
      const { address } = folders;
      const version = await askClamd(address, 'VERSION', askTimeoutMs);
      const acceptsPaths = await acceptsDescriptorPaths(address, folders.folder, askTimeoutMs);
      options.signal.throwIfAborted();
      return new ManagedClamd(options, folders, started, version, acceptsPaths);
    } catch (error) {
      await started.process[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(
    options: ManagedClamdOptions,
    folders: ManagedFolders,
    started: Started,
    version: string,
    acceptsPaths: boolean,
  ) {
    this.#options = options;
    this.#folders = folders;
    this.#backOff = { ...defaultBackOff, ...options.backOff };
    this.#process = started.process;
    this.#signatures = started.signatures;
    this.#state = { kind: 'ready', pid: started.process.pid };
    this.version = version;
    this.target = {
      address: folders.address,
      kind: 'managed',
      limits: options.limits,
      reportsLimits: true,
      reportsEncrypted: true,
      acceptsPaths,
    };
    this.#running = this.#keepRunning();
  }

  /** Folder whose signatures it loads; null for none but its own. */
  get signatureDir(): string | null {
    return this.#options.signatureDir;
  }

  get state(): ManagedClamdState {
    return this.#state;
  }

  /** What is loaded, as of the last start or refresh. */
  get signatures(): LoadedSignatures {
    return this.#signatures;
  }

  /** Calls `listener` with every new state; returns a function that ends that. */
  onState(listener: (state: ManagedClamdState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Looks at the signature folder again and, when it changed, has clamd reload it.
   * @returns whether other signatures are in force now.
   * @throws AppError when clamd cannot load them; the old ones stay in force.
   */
  refreshSignatures(): Promise<boolean> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#process[Symbol.asyncDispose]();
    await this.#running;
    this.#folders[Symbol.dispose]();
    this.#report({ kind: 'stopped' });
    this.#listeners.clear();
  }

  async #refresh(): Promise<boolean> {
    const linkedFiles = buildSignatureView(
      this.#folders.databaseDir,
      this.#options.signatureDir,
      this.#options.limits.maxFileBytes,
    );
    const database = readSignatureDatabase(this.#folders.databaseDir);
    if (database.fingerprint === this.#signatures.fingerprint) return false;
    const timeoutMs = this.#options.readyTimeoutMs ?? defaultReadyTimeoutMs;
    const count = await this.#process.reload(timeoutMs, this.#stopping.signal);
    this.#signatures = { ...database, count, linkedFiles };
    return true;
  }

  async #keepRunning(): Promise<void> {
    let delayMs = this.#backOff.firstMs;
    let cause = await this.#process.exited;
    while (!this.#stopping.signal.aborted) {
      const upMs = this.#readyAtMs === null ? 0 : performance.now() - this.#readyAtMs;
      if (upMs >= this.#backOff.resetAfterMs) delayMs = this.#backOff.firstMs;
      this.#options.logger.warn({ cause, delayMs }, 'clamd ended and is started again');
      this.#report({ kind: 'restarting', cause, delayMs });
      await delay(delayMs, undefined, { signal: this.#stopping.signal }).catch(ignoreAbort);
      if (this.#stopping.signal.aborted) return;
      delayMs = Math.min(delayMs * 2, this.#backOff.longestMs);
      this.#report({ kind: 'starting' });
      cause = await this.#restart();
    }
  }

  /** Runs clamd once more, as long as it lasts; returns why it ended. */
  async #restart(): Promise<string> {
    this.#readyAtMs = null;
    try {
      const started = await startOnce(this.#options, this.#folders, this.#stopping.signal);
      this.#readyAtMs = performance.now();
      this.#process = started.process;
      this.#signatures = started.signatures;
      if (this.#stopping.signal.aborted) await started.process[Symbol.asyncDispose]();
      else this.#report({ kind: 'ready', pid: started.process.pid });
      return await started.process.exited;
    } catch (error) {
      return messageOf(error);
    }
  }

  #report(state: ManagedClamdState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

interface Started {
  readonly process: ClamdProcess;
  readonly signatures: LoadedSignatures;
}

async function startOnce(
  options: ManagedClamdOptions,
  folders: ManagedFolders,
  signal: AbortSignal,
): Promise<Started> {
  resetTemporaryFolder(folders);
  const linkedFiles = buildSignatureView(
    folders.databaseDir,
    options.signatureDir,
    options.limits.maxFileBytes,
  );
  const database = readSignatureDatabase(folders.databaseDir);
  const readyTimeoutMs = options.readyTimeoutMs ?? defaultReadyTimeoutMs;
  const clamd = await startClamdProcess({ ...options, folders, readyTimeoutMs, signal });
  return { process: clamd, signatures: { ...database, count: clamd.loadedSignatures, linkedFiles } };
}

function writeConfig(options: ManagedClamdOptions, folders: ManagedFolders): void {
  const text = renderManagedConfig({
    ...folders,
    limits: options.limits,
    maxScanSeconds: options.maxScanSeconds,
    threads: threadsFor(availableParallelism()),
  });
  writeFileSync(encodePath(folders.configPath), text, { mode: 0o600 });
  chmodSync(encodePath(folders.configPath), 0o600);
}

function ignoreAbort(): void {
  // The loop looks at the signal itself.
}
