// The quarantine: files move in and out one at a time, each wholly or not at all; the objects themselves are its only index.
import { closeSync, readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { displayPath } from '../../shared/display-path.ts';
import { AppError } from '../../shared/errors.ts';
import type { VaultRecord } from '../../shared/vault-record.ts';
import { encodePath } from '../files/raw-path.ts';
import type { Logger } from '../logger.ts';
import { openFolder, type OpenFolder } from './anchored-folder.ts';
import { indexObject, type IndexEntry } from './inspect-object.ts';
import { quarantineFile, type QuarantineRequest, type QuarantineResult } from './quarantine-file.ts';
import { listVault, recoverMoves, type RecoveredMove } from './recover.ts';
import { restoreFile, type RestoreOptions, type RestoreResult } from './restore-file.ts';
import type { SecretStore } from './secret-store.ts';
import { removeObject } from './store-object.ts';
import { objectName, vaultFileOf, type VaultContext } from './vault-context.ts';
import { openVaultFolder } from './vault-folder.ts';
import { objectsToExpire, type VaultLimits } from './vault-limits.ts';
import { openHeader, openObject, readContent } from './vault-object.ts';
import type { VaultStep } from './vault-step.ts';
import { codeOf } from '../files/open-file.ts';

export interface VaultOptions {
  /** `vault` in the data folder, which must exist. Nothing in that data folder is ever moved. */
  readonly folder: string;
  readonly secret: SecretStore;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Called after each step is on the disk: where tests pull the plug. */
  readonly afterStep?: (step: VaultStep) => void | Promise<void>;
  /** How folders are held; by default the way of this platform. */
  readonly openFolder?: OpenFolder;
  readonly wait?: (ms: number) => Promise<void>;
}

/** Whether there is anything only the key can open: then no new key may be made. */
export function vaultHoldsObjects(folder: string): boolean {
  try {
    return readdirSync(encodePath(folder)).some((name) => vaultFileOf(name)?.kind === 'object');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

export class Vault implements AsyncDisposable {
  readonly #context: VaultContext;
  readonly #entries: Map<string, IndexEntry>;
  readonly recovered: readonly RecoveredMove[];
  /** Sentences for a person. */
  readonly problems: readonly string[];
  /** What is asked for waits for what was asked for before. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(
    context: VaultContext,
    entries: Map<string, IndexEntry>,
    told: Pick<Vault, 'recovered' | 'problems'>,
  ) {
    this.#context = context;
    this.#entries = entries;
    this.recovered = told.recovered;
    this.problems = told.problems;
  }

  /**
   * Settles what an earlier run left unfinished.
   * @throws AppError VAULT_UNUSABLE when the folder or the key cannot be used; the error of `node:fs`.
   */
  static async open(options: VaultOptions): Promise<Vault> {
    const held = await openVaultFolder(options.folder, options.openFolder ?? openFolder);
    try {
      const context: VaultContext = {
        folder: held.folder,
        dataFolderKey: held.dataFolderKey,
        vaultKey: await options.secret.vaultKey(),
        openFolder: options.openFolder ?? openFolder,
        logger: options.logger,
        now: options.now ?? Date.now,
        wait: options.wait ?? wait,
        afterStep: async (step) => await options.afterStep?.(step),
      };
      const recovery = await recoverMoves(context);
      const { entries, problems } = await readIndex(context);
      return new Vault(context, entries, {
        recovered: recovery.moves,
        problems: [...held.problems, ...recovery.problems, ...problems],
      });
    } catch (error) {
      held.folder[Symbol.dispose]();
      throw error;
    }
  }

  /** Newest first; damaged ones too. */
  list(): readonly VaultRecord[] {
    const records = [...this.#entries.values()].map(({ record }) => record);
    return records.toSorted((a, b) => b.quarantined_at - a.quarantined_at || (a.id < b.id ? -1 : 1));
  }

  async quarantine(request: QuarantineRequest): Promise<QuarantineResult> {
    return await this.#inTurn(async () => {
      const result = await quarantineFile(this.#context, request);
      if (result.kind === 'quarantined') await this.#indexAgain(result.record.id);
      return result;
    });
  }

  /** Without overwriting; the object is gone once the file is there. */
  async restore(
    id: string,
    options: RestoreOptions,
  ): Promise<{ kind: 'restored'; path: string } | { kind: 'refused'; detail: string }> {
    return await this.#inTurn(async () => {
      const entry = this.#entries.get(id);
      if (entry === undefined)
        return { kind: 'refused', detail: 'there is no quarantined file with this number' };
      const result: RestoreResult = await restoreFile(this.#context, id, options);
      if (result.kind === 'restored') {
        await this.#indexAgain(id);
        return result;
      }
      if (result.damage !== null) this.#markDamaged(entry, result.damage);
      return { kind: 'refused', detail: result.detail };
    });
  }

  async delete(id: string): Promise<{ kind: 'deleted' | 'not_found' }> {
    return await this.#inTurn(async () => {
      if (!this.#entries.has(id)) return { kind: 'not_found' };
      await removeObject(this.#context, id);
      this.#entries.delete(id);
      return { kind: 'deleted' };
    });
  }

  /**
   * What the file held, proven piece by piece; only when it ends without an error was it all.
   * @throws AppError NOT_FOUND; VAULT_REFUSED for a damaged one.
   */
  async *content(id: string): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new AppError('NOT_FOUND', 'there is no quarantined file with this number');
    this.#assertOpen();
    const descriptor = openObject(this.#context.folder.at(objectName(id)));
    try {
      const opened = await openHeader(descriptor, this.#context.vaultKey);
      if (opened.kind === 'damaged') {
        const message = `the quarantined file is damaged: ${opened.problem}`;
        throw new AppError('VAULT_REFUSED', message, { details: { damaged: true } });
      }
      yield* readContent(descriptor, opened);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Deletes what is too old or too much. @returns what was deleted. */
  async expire(limits: Omit<VaultLimits, 'nowMs'>): Promise<readonly VaultRecord[]> {
    return await this.#inTurn(async () => {
      const objects = [...this.#entries].map(([id, { record, storedBytes }]) => ({
        id,
        storedBytes,
        quarantinedAtMs: record.quarantined_at * 1000,
      }));
      const deleted: VaultRecord[] = [];
      for (const id of objectsToExpire(objects, { ...limits, nowMs: this.#context.now() })) {
        const entry = this.#entries.get(id);
        if (entry === undefined) continue;
        await removeObject(this.#context, id);
        this.#entries.delete(id);
        deleted.push(entry.record);
      }
      return deleted;
    });
  }

  /** Waits for the move that is under way; those that wait are refused. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#last;
    this.#context.folder[Symbol.dispose]();
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const mine = Promise.withResolvers<void>();
    this.#last = mine.promise;
    await before;
    try {
      this.#assertOpen();
      return await work();
    } finally {
      mine.resolve();
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new AppError('SHUTTING_DOWN', 'the vault is closed');
  }

  async #indexAgain(id: string): Promise<void> {
    const entry = await indexObject(this.#context, id);
    if (entry === null) this.#entries.delete(id);
    else this.#entries.set(id, entry);
  }

  #markDamaged({ record, storedBytes }: IndexEntry, problem: string): void {
    this.#entries.set(record.id, { record: { ...record, state: 'damaged', problem }, storedBytes });
  }
}

async function readIndex(
  context: VaultContext,
): Promise<{ entries: Map<string, IndexEntry>; problems: readonly string[] }> {
  const entries = new Map<string, IndexEntry>();
  const problems: string[] = [];
  for (const { kind, id } of await listVault(context)) {
    if (kind !== 'object') continue;
    const entry = await indexObject(context, id);
    if (entry === null) {
      const name = displayPath(`${context.folder.path}/${objectName(id)}`);
      problems.push(`${name} is not a regular file and was ignored; nobody but Vedette should write there.`);
    } else entries.set(id, entry);
  }
  return { entries, problems };
}
