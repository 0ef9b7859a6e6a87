// Answers to look-ups by content, as texts ready to be sent: the ones used last, none past its time, all of one generation.
import type { CacheTypeStats } from '../../shared/metrics.ts';
import { Lru } from './lru.ts';

export interface ReadyAnswer {
  /** JSON. */
  readonly text: string;
  readonly isKnown: boolean;
  /** Or suspicious. */
  readonly isFinding: boolean;
  /** What it says counts until then, whatever the time of the cache; milliseconds since 1970. */
  readonly endsAtMs: number;
}

interface Entry {
  readonly answer: ReadyAnswer;
  readonly keptAtMs: number;
}

export interface QueryCacheBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** Key, objects and the place in the map. */
const bytesBesideText = 250;

export class QueryCache {
  readonly #entries: Lru<Entry>;
  #latestMs = Number.NEGATIVE_INFINITY;
  #hits = 0;
  #misses = 0;
  #expired = 0;

  constructor({ maxEntries, maxBytes }: QueryCacheBounds) {
    this.#entries = new Lru(maxEntries, ({ answer }) => answer.text.length + bytesBesideText, maxBytes);
  }

  /**
   * @param nowMs milliseconds since 1970.
   * @param ttlMs since the answer was kept; a shorter one than at that time counts at once.
   */
  get(sha256: string, nowMs: number, ttlMs: number): ReadyAnswer | undefined {
    this.#watchClock(nowMs);
    const entry = this.#entries.get(sha256);
    if (entry === undefined) {
      this.#misses += 1;
      return undefined;
    }
    if (nowMs - entry.keptAtMs < ttlMs && nowMs < entry.answer.endsAtMs) {
      this.#hits += 1;
      return entry.answer;
    }
    this.#entries.delete(sha256);
    this.#misses += 1;
    this.#expired += 1;
    return undefined;
  }

  put(sha256: string, answer: ReadyAnswer, nowMs: number): void {
    this.#watchClock(nowMs);
    this.#entries.set(sha256, { answer, keptAtMs: nowMs });
  }

  delete(sha256: string): void {
    this.#entries.delete(sha256);
  }

  clear(): void {
    this.#entries.clear();
  }

  stats(): CacheTypeStats {
    const lookups = this.#hits + this.#misses;
    return {
      hits: this.#hits,
      misses: this.#misses,
      hit_rate: lookups === 0 ? 0 : this.#hits / lookups,
      entries: this.#entries.size,
      size_bytes: this.#entries.sizeBytes,
      evictions: this.#entries.evictions,
      expired: this.#expired,
    };
  }

  /** Once the clock was set back nobody can tell how old an entry is: none would end when it should. */
  #watchClock(nowMs: number): void {
    if (nowMs < this.#latestMs) this.#entries.clear();
    this.#latestMs = nowMs;
  }
}
