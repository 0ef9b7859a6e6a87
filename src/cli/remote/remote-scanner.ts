// Files of this machine looked at by a service: hashed here, asked about many at once, sent only where nobody knows them; each told once.
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { identifyFile } from '../../core/intake/identify-file.ts';
import type { WalkEntry } from '../../core/intake/walk.ts';
import { messageOf } from '../../shared/errors.ts';
import type { IdentifiedFile } from '../../shared/scan.ts';
import { unread, type Verdict } from '../../shared/verdict.ts';
import { BoundedTasks } from './bounded-tasks.ts';
import {
  changed,
  fsVerdict,
  hashFile,
  OpenFile,
  standsNow,
  type Changed,
  type HashedFile,
} from './file-to-send.ts';
import { KnownContents, type Told } from './known-contents.ts';
import { verdictOfLookup } from './result-verdict.ts';
import type { ScanClient } from './scan-client.ts';

export interface RemoteScannerOptions {
  readonly service: Pick<ScanClient, 'lookup' | 'upload' | 'allowedThere'>;
  readonly maxFileSizeBytes: number;
  /** Aborted by whoever wants no more, and by the scanner when the service is gone. */
  readonly ending: AbortController;
  readonly onTold: (path: string, told: Told) => void;
  /** Awaited before each batch. */
  readonly beforeEach: () => Promise<void> | undefined;
}

const lookedUpAtOnce = 500;
const lookupsAtOnce = 2;
const uploadsAtOnce = 4;
/** As the local scan has it. */
const maxAttempts = 3;
const entriesPerTurn = 32;
/** The SHA-256 of nothing: there is nothing to look at, here as anywhere. */
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export class RemoteScanner {
  readonly #options: RemoteScannerOptions;
  readonly #signal: AbortSignal;
  readonly #known = new KnownContents();
  readonly #uploading = new Map<string, Promise<unknown>>();
  readonly #lookups = new BoundedTasks(lookupsAtOnce, (error) => this.#fail(error));
  readonly #uploads = new BoundedTasks(uploadsAtOnce, (error) => this.#fail(error));
  /** Taken in hand, and not told yet. */
  readonly #pending = new Set<IdentifiedFile>();
  #batch: HashedFile[] = [];
  #failure: { readonly error: unknown } | null = null;

  constructor(options: RemoteScannerOptions) {
    this.#options = options;
    this.#signal = options.ending.signal;
  }

  /**
   * Resolves when every entry was told, or after an abort.
   * @throws what ended it; what was in hand is told as interrupted. What `entries` throws, once the others are told.
   */
  async scan(entries: AsyncIterable<Iterable<WalkEntry>>): Promise<void> {
    let lost: { readonly error: unknown } | null = null;
    try {
      for await (const group of entries) {
        await this.#takeAll(group);
        await this.#flush();
        if (this.#signal.aborted) break;
      }
    } catch (error) {
      lost = { error };
      await this.#flush();
    }
    await this.#lookups.done();
    await this.#uploads.done();
    const failure = this.#failure ?? lost;
    if (failure === null) return;
    for (const file of this.#pending) this.#tell(file, interrupted(file, failure.error));
    throw failure.error;
  }

  async #takeAll(group: Iterable<WalkEntry>): Promise<void> {
    let count = 0;
    for (const entry of group) {
      if (this.#signal.aborted) return;
      if (entry.kind === 'file') await this.#take(entry.path);
      else this.#options.onTold(entry.path, toldOf(unread(entry.judgement, entry.sizeBytes)));
      count += 1;
      if (count % entriesPerTurn === 0) await nextTurn();
    }
  }

  async #take(path: string): Promise<void> {
    const { maxFileSizeBytes, onTold } = this.#options;
    const identified = identifyFile(path, { maxFileSizeBytes });
    if (identified.kind === 'judged') {
      onTold(path, toldOf(unread(identified.judgement, identified.sizeBytes)));
      return;
    }
    const { file } = identified;
    this.#pending.add(file);
    const sha256 = await this.#hash(file);
    if (sha256 === null) return;
    if (sha256 === changed) {
      await this.#uploads.start(() => this.#send(file, 1));
      return;
    }
    // The same object: it is pending.
    this.#batch.push(Object.assign(file, { sha256 }));
    if (this.#batch.length >= lookedUpAtOnce) await this.#flush();
  }

  /** null: it is told, or nobody wants to know any more. */
  async #hash(file: IdentifiedFile): Promise<string | Changed | null> {
    try {
      return await hashFile(file, this.#signal);
    } catch (error) {
      if (!this.#signal.aborted) this.#tell(file, toldOf(fsVerdict(error, file.sizeBytes)));
      return null;
    }
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length === 0 || this.#signal.aborted) return;
    const pause = this.#options.beforeEach();
    if (pause !== undefined) await pause;
    await this.#lookups.start(() => this.#lookUp(batch));
  }

  async #lookUp(batch: readonly HashedFile[]): Promise<void> {
    const { service } = this.#options;
    const unknown = new Set(batch.map(({ sha256 }) => sha256).filter((sha256) => sha256 !== emptyHash));
    const results = unknown.size === 0 ? [] : await service.lookup([...unknown]);
    const found = new Map(results.map((result) => [result.sha256, result]));
    for (const file of batch) {
      if (this.#signal.aborted) return;
      const result = found.get(file.sha256);
      const verdict = result === undefined ? emptyVerdict(file) : verdictOfLookup(result, file);
      if (verdict === null) {
        await this.#uploads.start(() => this.#sendOnce(file));
        continue;
      }
      const allowed = await service.allowedThere(verdict);
      if (!this.#settle(file, { verdict, allowed })) await this.#uploads.start(() => this.#send(file, 1));
    }
  }

  /** A content that is on its way already, or was sent, is waited for instead. */
  async #sendOnce(file: HashedFile): Promise<void> {
    await this.#uploading.get(file.sha256)?.catch(() => {});
    const told = this.#known.recall(file.sha256);
    if (
      told !== null &&
      this.#settle(file, { ...told, verdict: { ...told.verdict, sizeBytes: file.sizeBytes } })
    )
      return;
    const sending = this.#send(file, 0);
    this.#uploading.set(file.sha256, sending);
    try {
      await sending;
    } finally {
      this.#uploading.delete(file.sha256);
    }
  }

  /** @param failedAttempts how often it was another file than the one identified */
  async #send(file: IdentifiedFile, failedAttempts: number): Promise<void> {
    for (let attempt = failedAttempts; attempt < maxAttempts; attempt += 1) {
      this.#signal.throwIfAborted();
      const told = await this.#attempt(file);
      if (told === changed) continue;
      this.#known.remember(told);
      this.#tell(file, told);
      return;
    }
    const detail = `it changed each of the ${maxAttempts} times it was read`;
    this.#tell(file, toldOf(unread({ kind: 'partial', reason: 'unstable', detail }, file.sizeBytes)));
  }

  /** Identified anew: what is sent is what is there now. */
  async #attempt({ path }: IdentifiedFile): Promise<Told | Changed> {
    const { service, maxFileSizeBytes } = this.#options;
    const identified = identifyFile(path, { maxFileSizeBytes });
    if (identified.kind === 'judged') return toldOf(unread(identified.judgement, identified.sizeBytes));
    const { file } = identified;
    try {
      const opened = OpenFile.open(file);
      if (opened === changed) return changed;
      using _opened = opened;
      const told = await service.upload({ name: basename(path), sizeBytes: file.sizeBytes }, opened);
      return told === changed ? changed : stands(file, told);
    } catch (error) {
      return toldOf(fsVerdict(error, file.sizeBytes));
    }
  }

  /** Returns whether the verdict still stands, and was told. */
  #settle(file: IdentifiedFile, told: Told): boolean {
    const now = stands(file, told);
    if (now === changed) return false;
    this.#tell(file, now);
    return true;
  }

  #tell(file: IdentifiedFile, told: Told): void {
    if (this.#pending.delete(file)) this.#options.onTold(file.path, told);
  }

  #fail(error: unknown): void {
    // Whoever ended it does not have to be told that it ended.
    if (this.#signal.aborted) return;
    this.#failure = { error };
    this.#options.ending.abort();
  }
}

function toldOf(verdict: Verdict): Told {
  return { verdict, allowed: undefined };
}

function stands(file: IdentifiedFile, { verdict, allowed }: Told): Told | Changed {
  const now = standsNow(file, verdict);
  return now === changed ? changed : { verdict: now, allowed: now === verdict ? allowed : undefined };
}

function interrupted({ sizeBytes }: IdentifiedFile, error: unknown): Told {
  const detail = `nobody looked at it: ${messageOf(error)}`;
  return toldOf(unread({ kind: 'unscannable', reason: 'interrupted', detail }, sizeBytes));
}

function emptyVerdict({ sha256 }: HashedFile): Verdict {
  const engines = ['hash'] as const;
  return { judgement: { kind: 'clean' }, engines, sha256, sizeBytes: 0, durationMs: 0, cachedFrom: null };
}
