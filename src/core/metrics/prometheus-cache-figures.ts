// The figures of the verdict cache in the Prometheus text; what is not known has no samples.
import { cacheTypes, type CacheTypeStats } from '../../shared/metrics.ts';
import { counter, gauge, labelled, type Figure } from './prometheus-figure.ts';

export const cacheFigures: readonly Figure[] = [
  cacheFigure('counter', 'cache_hits_total', 'Look-ups that found an entry.', 'hits'),
  cacheFigure('counter', 'cache_misses_total', 'Look-ups that found none.', 'misses'),
  cacheFigure('gauge', 'cache_hit_rate', 'Share of look-ups that found an entry, from 0 to 1.', 'hit_rate'),
  cacheFigure('gauge', 'cache_entries', 'Entries kept.', 'entries'),
  cacheFigure('gauge', 'cache_size_bytes', 'Size of the entries kept.', 'size_bytes'),
  cacheFigure('counter', 'cache_evictions_total', 'Entries that had to make room.', 'evictions'),
  cacheFigure('counter', 'cache_expired_total', 'Entries that were too old.', 'expired'),
  gauge(
    'cache_bloom_size_bytes',
    'Size of the bloom filter.',
    ({ cache }) => cache.bloom?.size_bytes ?? null,
  ),
  gauge(
    'cache_bloom_entries',
    'Identities put in the bloom filter.',
    ({ cache }) => cache.bloom?.entries ?? null,
  ),
  gauge('cache_bloom_ready', '0 while the bloom filter is filled from the database.', ({ cache }) =>
    cache.bloom === null ? null : Number(cache.bloom.ready),
  ),
  counter(
    'cache_bloom_lookups_total',
    'Look-ups asked of the bloom filter.',
    ({ cache }) => cache.bloom?.lookups ?? null,
  ),
  counter(
    'cache_bloom_avoided_total',
    'Look-ups that ended at the bloom filter.',
    ({ cache }) => cache.bloom?.avoided ?? null,
  ),
  gauge('cache_bloom_avoided_ratio', 'Share of look-ups that ended at the bloom filter.', ({ cache }) =>
    cache.bloom === null ? null : cache.bloom.avoided_percent / 100,
  ),
  counter(
    'cache_bloom_false_positives_total',
    'Look-ups the bloom filter let through although nothing was stored.',
    ({ cache }) => cache.bloom?.false_positives ?? null,
  ),
  gauge(
    'cache_bloom_false_positive_ratio',
    'Share of the look-ups for what was not stored that the bloom filter let through.',
    ({ cache }) => cache.bloom?.false_positive_rate ?? null,
  ),
];

function cacheFigure(type: Figure['type'], name: string, help: string, key: keyof CacheTypeStats): Figure {
  return labelled(type, name, help, ['cache_type'], ({ cache }) =>
    cacheTypes.flatMap((cacheType) => {
      const value = cache.types[cacheType]?.[key];
      return value === undefined ? [] : [{ labels: { cache_type: cacheType }, value }];
    }),
  );
}
