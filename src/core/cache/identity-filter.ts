// Which identities were never stored: filled from the database and from what is remembered; until it is filled it denies nothing.
import { rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BloomStats } from '../../shared/metrics.ts';
import type { FileIdentity } from '../../shared/scan.ts';
import { encodePath } from '../files/raw-path.ts';
import type { Logger } from '../logger.ts';
import { readBloomFile, writeBloomFile } from './bloom-file.ts';
import { BloomFilter } from './bloom-filter.ts';
import type { VerdictStorePort } from './verdict-store-port.ts';

/** About 5 ms of the database's time. */
const sliceEntries = 5000;
/** Read at once at the start: a short command would be over before the background had its turn. */
const atOnceEntries = 20_000;
/** Fewer new ones are read from the database sooner than a file is written and read. */
const worthSavingEntries = 5000;
/** What is read from the database at the end, so that the next start need not. */
const lastCatchUpMs = 100;
const fullRate = 0.05;
/** Looks at the rate once for so many new entries. */
const inspectEvery = 4096;
/** Filling again is worth it when this share of what was put in, or less, is still stored. */
const leftAfterPruning = 0.75;

export interface IdentityFilterOptions {
  readonly store: Pick<VerdictStorePort, 'storeId' | 'identitiesAfter' | 'counts'>;
  /** `bloom.bin`, as it travels inside (`core/files/raw-path.ts`). */
  readonly file: string;
  readonly sizeBytes: number;
  readonly logger: Logger;
  /** Milliseconds that only go forward. */
  readonly elapsedMs?: () => number;
}

/**
 * What another process stores meanwhile is unknown to it: that is a look-up saved that would have been a hit, and the
 * file is scanned once more. It is never the other way round.
 */
export class IdentityFilter implements Disposable {
  readonly #options: IdentityFilterOptions;
  #filter: BloomFilter;
  /** Takes the place of `#filter` when it is filled. */
  #successor: BloomFilter | null = null;
  #storeId: string;
  #lastId = 0;
  #savedEntries = 0;
  #isReady = false;
  #isFull = false;
  /** A filling that began under another number is over. */
  #epoch = 0;
  #background: Promise<void> = Promise.resolve();
  #lookups = 0;
  #avoided = 0;
  #falsePositives = 0;

  constructor(options: IdentityFilterOptions) {
    this.#options = options;
    const { store, file, sizeBytes } = options;
    this.#storeId = store.storeId;
    const saved = readBloomFile(file, { storeId: this.#storeId, sizeBytes });
    this.#filter = saved === null ? BloomFilter.ofSize(sizeBytes) : new BloomFilter(saved);
    this.#lastId = saved?.lastId ?? 0;
    this.#savedEntries = saved?.entries ?? 0;
    // Without a database nothing can be learned; should there be one later, it must not be denied what it has.
    if (this.#storeId === '') return;
    for (let read = 0; !this.#isReady && read < atOnceEntries; read += sliceEntries) this.#readSlice();
    if (!this.#isReady) this.#background = this.#readTheRest(this.#epoch);
  }

  /** Resolved when nothing is read from the database in the background. */
  get settled(): Promise<void> {
    return this.#background;
  }

  /** False: never stored. Counts as a look-up. */
  mayHave(identity: FileIdentity): boolean {
    this.#lookups += 1;
    if (!this.#isReady || this.#filter.mayHave(identity)) return true;
    this.#avoided += 1;
    return false;
  }

  /** The database has nothing of what `mayHave` let through. While it is not filled that is not its doing. */
  recordNotStored(): void {
    if (this.#isReady) this.#falsePositives += 1;
  }

  add(identity: FileIdentity): void {
    const { entries } = this.#filter;
    this.#filter.add(identity);
    this.#successor?.add(identity);
    if (this.#filter.entries !== entries && this.#filter.entries % inspectEvery === 0) this.#relieve();
  }

  stats(): BloomStats {
    const notStored = this.#falsePositives + this.#avoided;
    return {
      size_bytes: this.#filter.sizeBytes,
      entries: this.#filter.entries,
      ready: this.#isReady,
      lookups: this.#lookups,
      avoided: this.#avoided,
      avoided_percent: this.#lookups === 0 ? 0 : (100 * this.#avoided) / this.#lookups,
      false_positives: this.#falsePositives,
      false_positive_rate: notStored === 0 ? 0 : this.#falsePositives / notStored,
    };
  }

  /** The database was emptied: so is the filter, and its file goes. */
  clear(): void {
    this.#epoch += 1;
    this.#filter = BloomFilter.ofSize(this.#options.sizeBytes);
    this.#successor = null;
    this.#storeId = this.#options.store.storeId;
    this.#lastId = 0;
    this.#savedEntries = 0;
    this.#isReady = this.#storeId !== '';
    this.#isFull = false;
    this.#quietly('the file of the bloom filter could not be removed', () =>
      rmSync(encodePath(this.#options.file), { force: true }),
    );
  }

  /** Saves it when it has grown by more than is read at once at the next start. */
  [Symbol.dispose](): void {
    this.#epoch += 1;
    this.#successor = null;
    // The ids of a database that was replaced meanwhile mean nothing in the new one.
    if (this.#storeId === '' || this.#storeId !== this.#options.store.storeId) return;
    if (this.#filter.entries - this.#savedEntries < worthSavingEntries) return;
    this.#quietly('the bloom filter could not be saved', () => {
      const elapsedMs = this.#options.elapsedMs ?? (() => performance.now());
      const deadlineMs = elapsedMs() + lastCatchUpMs;
      this.#isReady = false;
      while (!this.#isReady && elapsedMs() < deadlineMs) this.#readSlice();
      writeBloomFile(this.#options.file, this.#storeId, { ...this.#filter.content, lastId: this.#lastId });
    });
  }

  /** Ready when there is nothing more to read. */
  #readSlice(): void {
    const { lastId, identities } = this.#options.store.identitiesAfter(this.#lastId, sliceEntries);
    for (const identity of identities) this.#filter.add(identity);
    this.#isReady = identities.length === 0;
    if (!this.#isReady) this.#lastId = lastId;
  }

  async #readTheRest(epoch: number): Promise<void> {
    while (!this.#isReady) {
      await nextTurn();
      if (epoch !== this.#epoch) return;
      this.#readSlice();
    }
  }

  /** What was pruned from the database stays in the filter until it is filled again from what is there. */
  #relieve(): void {
    const { entries, estimatedFalsePositiveRate } = this.#filter;
    if (estimatedFalsePositiveRate <= fullRate || this.#successor !== null || !this.#isReady) return;
    if (this.#options.store.counts().files <= entries * leftAfterPruning) {
      this.#background = this.#fillAgain(this.#epoch);
    } else if (!this.#isFull) {
      this.#isFull = true;
      const fields = { entries, sizeBytes: this.#filter.sizeBytes };
      this.#options.logger.warn(fields, 'the bloom filter is full; raise bloom_filter_mb');
    }
  }

  async #fillAgain(epoch: number): Promise<void> {
    const successor = BloomFilter.ofSize(this.#options.sizeBytes);
    this.#successor = successor;
    let lastId = 0;
    for (;;) {
      await nextTurn();
      if (epoch !== this.#epoch) return;
      const slice = this.#options.store.identitiesAfter(lastId, sliceEntries);
      if (slice.identities.length === 0) break;
      for (const identity of slice.identities) successor.add(identity);
      lastId = slice.lastId;
    }
    this.#filter = successor;
    this.#successor = null;
    this.#lastId = lastId;
    // Saved whatever its size: the file holds what dropped out.
    this.#savedEntries = -worthSavingEntries;
  }

  #quietly(message: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.logger.warn({ error }, message);
    }
  }
}
