// What is known of a file without reading it: filter, then memory, then database; only complete verdicts, never past their time.
import { join } from 'node:path';
import type { CacheStats, CacheType } from '../../shared/metrics.ts';
import type { FileIdentity, IdentifiedFile } from '../../shared/scan.ts';
import type { StoredFile } from '../../shared/stored-verdict.ts';
import { isComplete, type Verdict } from '../../shared/verdict.ts';
import { silentLogger, type Logger } from '../logger.ts';
import { CacheCounts } from './cache-counts.ts';
import { IdentityFilter } from './identity-filter.ts';
import {
  type CacheTimes,
  decideRecall,
  type Decision,
  type Generation,
  isCurrent,
  notStored,
  type Recall,
  recallOf,
  unknown,
  type Validity,
  verdictTtlMs,
} from './recall.ts';
import { VerdictMemory } from './verdict-memory.ts';
import type { VerdictStorePort } from './verdict-store-port.ts';
import { warmMemory, type WarmSource } from './warm-memory.ts';

export type CacheOperation = 'get' | 'set' | 'warm';

export type { CacheTimes, Generation, Recall } from './recall.ts';

export interface VerdictCacheOptions {
  readonly store: VerdictStorePort;
  /** Where the bloom filter is kept between two runs, as it travels inside (`core/files/raw-path.ts`). */
  readonly folder: string;
  readonly bloomMegabytes: number;
  readonly memoryEntries: number;
  readonly times: CacheTimes;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly logger?: Logger;
  /** Called once for each batch. */
  readonly onOperation?: (type: CacheType, operation: CacheOperation, seconds: number) => void;
}

export interface FreshVerdict {
  readonly file: IdentifiedFile;
  readonly verdict: Verdict;
  /** In force when it was made. */
  readonly generation: Generation;
  /** What the engines took; the duration of the verdict where it is not given. */
  readonly scanMs?: number;
  /** The file is gone soon, or a change of it might not show: only what its bytes are counts. */
  readonly contentOnly?: boolean;
}

interface OpenLookup {
  /** Place in the batch. */
  readonly index: number;
  readonly identity: FileIdentity;
}

const bytesPerMegabyte = 2 ** 20;
const maxForgotten = 100_000;

export class VerdictCache implements Disposable {
  readonly #options: VerdictCacheOptions;
  readonly #store: VerdictStorePort;
  readonly #filter: IdentityFilter;
  readonly #memory: VerdictMemory;
  readonly #now: () => number;
  readonly #counts = new CacheCounts();
  /** Not answered until they are remembered anew, whatever the database holds; the oldest go first. */
  readonly #forgotten = new Set<FileIdentity>();
  readonly #end = new AbortController();
  #times: CacheTimes;
  /** False: nothing is recalled and nothing is remembered. */
  isEnabled = true;

  constructor(options: VerdictCacheOptions) {
    this.#options = options;
    this.#times = options.times;
    this.#store = options.store;
    this.#now = options.now ?? Date.now;
    this.#memory = new VerdictMemory(options.memoryEntries);
    this.#filter = new IdentityFilter({
      store: options.store,
      file: join(options.folder, 'bloom.bin'),
      sizeBytes: Math.round(options.bloomMegabytes * bytesPerMegabyte),
      logger: options.logger ?? silentLogger,
    });
  }

  /** Resolved when the bloom filter is not being filled. */
  get settled(): Promise<void> {
    return this.#filter.settled;
  }

  setTimes(times: CacheTimes): void {
    this.#times = times;
  }

  /** What the engines said of a content before this moment does not count; milliseconds since 1970. */
  contentsNotBeforeMs(generation: Generation): number {
    if (!this.isEnabled) return Number.POSITIVE_INFINITY;
    return this.#now() - verdictTtlMs(generation, this.#times);
  }

  recall(file: IdentifiedFile, generation: Generation): Recall {
    return this.recallMany([file], generation)[0] ?? unknown;
  }

  /** In the order asked for; at most one call to the database. */
  recallMany(files: readonly IdentifiedFile[], generation: Generation): readonly Recall[] {
    if (!this.isEnabled || files.length === 0) return files.map(() => unknown);
    const startedMs = performance.now();
    const validity = this.#validity(generation);
    const decisions: Decision[] = [];
    const open: OpenLookup[] = [];
    for (const [index, { identity }] of files.entries()) {
      const decision = this.#decideInMemory(identity, validity);
      if (decision === null) open.push({ index, identity });
      decisions.push(decision ?? notStored);
    }
    if (open.length > 0) this.#decideInStore(open, validity, decisions);
    const elapsedMs = performance.now() - startedMs;
    const durationMs = elapsedMs / files.length;
    const recalls: Recall[] = [];
    for (const decision of decisions) {
      this.#counts.count(decision);
      recalls.push(recallOf(decision, durationMs));
    }
    this.#options.onOperation?.('identity', 'get', elapsedMs / 1000);
    return recalls;
  }

  /**
   * The last word on a file, or on its content where that was read, if it was a finding: whatever its age and generation
   * it stands until the engines have looked at all of it again. Not counted as a look-up: the file has had its own.
   */
  standing({ identity }: IdentifiedFile, sha256: string | null, generation: Generation): Verdict | null {
    if (!this.isEnabled) return null;
    const [row = null] = this.#store.recallFiles([identity], generation.id);
    const recall = recallOf(decideRecall(this.#memory.get(identity), row, this.#validity(generation)), 0);
    if (recall.kind === 'standing') return recall.verdict;
    return sha256 === null ? null : this.#findingOf(sha256, generation);
  }

  #findingOf(sha256: string, generation: Generation): Verdict | null {
    const [stored] = this.#store.recallContents([sha256], generation.id);
    if (stored == null || stored.judgement.kind === 'clean') return null;
    const { judgement, engines, sizeBytes } = stored;
    return { judgement, engines, sha256, sizeBytes, durationMs: 0, cachedFrom: 'content' };
  }

  /**
   * Takes complete verdicts on content that was hashed; everything else is ignored. A verdict that came from this
   * cache by identity is ignored too: being asked for makes nothing younger.
   */
  remember({ file, verdict, generation, scanMs = verdict.durationMs, contentOnly }: FreshVerdict): void {
    const { judgement, sha256, cachedFrom, engines, sizeBytes } = verdict;
    if (!this.isEnabled || sha256 === null || !isComplete(judgement)) return;
    if (cachedFrom === 'memory' || cachedFrom === 'database') return;
    const startedMs = performance.now();
    const nowMs = this.#now();
    const { identity, path } = file;
    const content = { sha256, generation: generation.id, judgement, engines, sizeBytes, scanMs };
    // A finding stands whoever made it. What is clean for nobody knows which signatures takes nothing back.
    const isTold = generation.isSettled || judgement.kind !== 'clean';
    const stored = cachedFrom === null && isTold ? { ...content, scannedAtMs: nowMs } : null;
    if (contentOnly === true) {
      if (stored !== null)
        this.#store.remember({ identity, path, hashedAtMs: nowMs, sha256, verdict: stored, contentOnly });
      return;
    }
    // Only the database knows when the engines looked at a content that was known: the next look-up asks there.
    if (stored === null) this.#memory.delete(identity);
    else this.#memory.set(identity, { ...stored, hashedAtMs: nowMs }, generation.id);
    this.#filter.add(identity);
    this.#forgotten.delete(identity);
    this.#store.remember({ identity, path, hashedAtMs: nowMs, sha256, verdict: stored });
    const seconds = (performance.now() - startedMs) / 1000;
    this.#options.onOperation?.(stored === null ? 'identity' : 'verdict', 'set', seconds);
  }

  /** In this process, until it is remembered anew. */
  forget(identity: FileIdentity): void {
    this.#memory.delete(identity);
    this.#forgotten.delete(identity);
    this.#forgotten.add(identity);
    if (this.#forgotten.size <= maxForgotten) return;
    for (const oldest of this.#forgotten) {
      this.#forgotten.delete(oldest);
      break;
    }
  }

  /**
   * Fills memory in the background with the most recent files or with those given; what it holds already stays, and
   * nothing is put out for it.
   * @returns how many were put in.
   */
  async warm(generation: Generation, source: WarmSource = 'recent', limit = 10_000): Promise<number> {
    if (!this.isEnabled) return 0;
    const startedMs = performance.now();
    const count = await warmMemory({
      source,
      limit: Math.min(limit, this.#memory.room),
      generation: generation.id,
      store: this.#store,
      put: (file) => this.#warmOne(file, generation),
      signal: this.#end.signal,
    });
    this.#options.onOperation?.('identity', 'warm', (performance.now() - startedMs) / 1000);
    return count;
  }

  recordContentLookups(hits: number, misses: number): void {
    this.#counts.countContents(hits, misses);
  }

  /** Memory counts as identities; the one database file is divided between the types by their rows. */
  stats(): CacheStats {
    const { files, contents, sizeBytes } = this.#store.counts();
    const filesBytes = files === 0 ? 0 : Math.round((sizeBytes * files) / (files + contents));
    return {
      types: {
        identity: this.#counts.identity({
          entries: files,
          size_bytes: filesBytes + this.#memory.sizeBytes,
          evictions: this.#memory.evictions,
        }),
        verdict: this.#counts.verdict({
          entries: contents,
          size_bytes: sizeBytes - filesBytes,
          evictions: 0,
        }),
      },
      bloom: this.#filter.stats(),
    };
  }

  /**
   * Forgets everything, also in the database; the counts go on.
   * @returns false when the database could not be emptied: then only memory is.
   */
  clear(): boolean {
    this.#memory.clear();
    if (!this.#store.clear()) return false;
    this.#forgotten.clear();
    this.#filter.clear();
    return true;
  }

  [Symbol.dispose](): void {
    this.#end.abort();
    this.#filter[Symbol.dispose]();
  }

  #validity(generation: Generation): Validity {
    return { nowMs: this.#now(), generation, times: this.#times };
  }

  /** null: the database must be asked. */
  #decideInMemory(identity: FileIdentity, validity: Validity): Decision | null {
    const kept = this.#memory.get(identity);
    if (kept !== undefined) {
      if (!isCurrent(kept, validity)) return null;
      return { kind: 'known', kept, from: 'memory', identity: 'hit', verdict: 'hit' };
    }
    if (!this.#filter.mayHave(identity)) return notStored;
    return this.#forgotten.size > 0 && this.#forgotten.has(identity) ? notStored : null;
  }

  #decideInStore(open: readonly OpenLookup[], validity: Validity, decisions: Decision[]): void {
    const { generation } = validity;
    const stored = this.#store.recallFiles(
      open.map(({ identity }) => identity),
      generation.id,
    );
    for (const [turn, { index, identity }] of open.entries()) {
      const kept = this.#memory.get(identity);
      const row = stored[turn] ?? null;
      if (row === null && kept === undefined) this.#filter.recordNotStored();
      const decision = decideRecall(kept, row, validity);
      if (decision.kind === 'known') this.#memory.set(identity, decision.kept, generation.id);
      decisions[index] = decision;
    }
  }

  #warmOne(file: StoredFile, generation: Generation): boolean {
    const { identity } = file;
    if (this.#memory.room <= 0 || this.#memory.has(identity) || this.#forgotten.has(identity)) return false;
    const decision = decideRecall(undefined, file, this.#validity(generation));
    if (decision.kind !== 'known') return false;
    this.#memory.set(identity, decision.kept, generation.id);
    return true;
  }
}
