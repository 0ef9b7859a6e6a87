// Counts what became of look-ups by identity and by verdict; a verdict is looked up only where the identity was known.
import type { CacheTypeStats } from '../../shared/metrics.ts';
import type { Decision } from './recall.ts';

interface Tally {
  hits: number;
  misses: number;
  expired: number;
}

export class CacheCounts {
  readonly #identity: Tally = { hits: 0, misses: 0, expired: 0 };
  readonly #verdict: Tally = { hits: 0, misses: 0, expired: 0 };

  count({ identity, verdict }: Pick<Decision, 'identity' | 'verdict'>): void {
    countOne(this.#identity, identity);
    if (verdict !== null) countOne(this.#verdict, verdict);
  }

  /** Look-ups by content hash in scan workers. */
  countContents(hits: number, misses: number): void {
    this.#verdict.hits += hits;
    this.#verdict.misses += misses;
  }

  identity(held: Holding): CacheTypeStats {
    return statsOf(this.#identity, held);
  }

  verdict(held: Holding): CacheTypeStats {
    return statsOf(this.#verdict, held);
  }
}

export type Holding = Pick<CacheTypeStats, 'entries' | 'size_bytes' | 'evictions'>;

function countOne(tally: Tally, result: 'hit' | 'miss' | 'expired'): void {
  if (result === 'hit') {
    tally.hits += 1;
    return;
  }
  tally.misses += 1;
  if (result === 'expired') tally.expired += 1;
}

function statsOf({ hits, misses, expired }: Tally, held: Holding): CacheTypeStats {
  const lookups = hits + misses;
  return { hits, misses, hit_rate: lookups === 0 ? 0 : hits / lookups, expired, ...held };
}
