// What is known of a file without reading it: filter, then memory, then database; only complete verdicts, never past their time.
import { join } from 'node:path';
import type { CacheStats, CacheType } from '../../shared/metrics.ts';
import type { IdentifiedFile } from '../../shared/scan.ts';
import { isComplete, type Verdict } from '../../shared/verdict.ts';
import { silentLogger, type Logger } from '../logger.ts';
import { askTiers, decideAnew, type Tiers, warmOne } from './ask-tiers.ts';
import { CacheCounts } from './cache-counts.ts';
import { IdentityFilter } from './identity-filter.ts';
import {
  type CacheTimes,
  type Generation,
  type Recall,
  recallOf,
  unknown,
  type Validity,
  verdictTtlMs,
} from './recall.ts';
import { sizesByType } from './sizes-by-type.ts';
import { VerdictMemory } from './verdict-memory.ts';
import type { VerdictStorePort } from './verdict-store-port.ts';
import { warmMemory, type WarmSource } from './warm-memory.ts';

export type CacheOperation = 'get' | 'set' | 'warm';

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
  /** The file is gone soon, or a change of it might not show: only what its bytes are counts. */
  readonly contentOnly?: boolean;
}

const bytesPerMegabyte = 2 ** 20;

export class VerdictCache implements Disposable {
  readonly #options: VerdictCacheOptions;
  readonly #store: VerdictStorePort;
  readonly #filter: IdentityFilter;
  readonly #memory: VerdictMemory;
  readonly #now: () => number;
  readonly #counts = new CacheCounts();
  readonly #end = new AbortController();
  #times: CacheTimes;

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

  setTimes(times: CacheTimes): void {
    this.#times = times;
  }

  /** What the engines said of a content before this moment does not count; milliseconds since 1970. */
  contentsNotBeforeMs(generation: Generation): number {
    return this.#now() - verdictTtlMs(generation, this.#times);
  }

  recall(file: IdentifiedFile, generation: Generation): Recall {
    return this.recallMany([file], generation)[0] ?? unknown;
  }

  /** In the order asked for; at most one call to the database. */
  recallMany(files: readonly IdentifiedFile[], generation: Generation): readonly Recall[] {
    if (files.length === 0) return [];
    const startedMs = performance.now();
    const decisions = askTiers(this.#tiers, files, this.#validity(generation));
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
    const recall = recallOf(decideAnew(this.#tiers, identity, this.#validity(generation)), 0);
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
  remember({ file, verdict, generation, contentOnly }: FreshVerdict): void {
    const { judgement, sha256, cachedFrom, engines, sizeBytes, durationMs: scanMs } = verdict;
    if (sha256 === null || !isComplete(judgement)) return;
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
    this.#store.remember({ identity, path, hashedAtMs: nowMs, sha256, verdict: stored });
    const seconds = (performance.now() - startedMs) / 1000;
    this.#options.onOperation?.(stored === null ? 'identity' : 'verdict', 'set', seconds);
  }

  /**
   * Fills memory in the background with the most recent files or with those given; what it holds already stays, and
   * nothing is put out for it.
   * @returns how many were put in.
   */
  async warm(generation: Generation, source: WarmSource = 'recent', limit = 10_000): Promise<number> {
    const startedMs = performance.now();
    const count = await warmMemory({
      source,
      limit: Math.min(limit, this.#memory.room),
      generation: generation.id,
      store: this.#store,
      put: (file) => warmOne(this.#tiers, file, this.#validity(generation)),
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
    const counts = this.#store.counts();
    const sizes = sizesByType(counts);
    return {
      types: {
        identity: this.#counts.identity({
          entries: counts.files,
          size_bytes: sizes.identity + this.#memory.sizeBytes,
          evictions: this.#memory.evictions,
        }),
        verdict: this.#counts.verdict({ entries: counts.contents, size_bytes: sizes.verdict, evictions: 0 }),
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

  get #tiers(): Tiers {
    return { store: this.#store, filter: this.#filter, memory: this.#memory };
  }
}
