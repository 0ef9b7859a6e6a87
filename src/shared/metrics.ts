// Every figure Vedette tells of itself, with its unit; timestamps are Unix seconds, rates and utilization are shares from 0 to 1.
import { z } from 'zod';
import { verdictKindSchema } from './verdict.ts';

const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();
const share = z.number().min(0).max(1);
const percent = z.number().min(0).max(100);
const timestamp = amount.describe('Unix seconds');

/** One scan. `suspicious` counts as infected, `partial` and `unscannable` as error; the full verdict stands beside it. */
export const scanMetricSchema = z.object({
  file_path: z.string().describe('with U+FFFD for bytes that are not UTF-8'),
  scan_duration: amount.describe('seconds'),
  file_size: amount.describe('bytes'),
  result: z.enum(['clean', 'infected', 'error']),
  verdict: verdictKindSchema,
  cached: z.boolean(),
  priority: z.enum(['critical', 'high', 'normal', 'low']),
  timestamp,
});
export type ScanMetric = Readonly<z.infer<typeof scanMetricSchema>>;

/** How things stand at one moment; counts are since the start of the process. */
export const performanceSnapshotSchema = z.object({
  timestamp,
  uptime_seconds: amount,
  scans_completed: count,
  scans_per_hour: amount.describe('over the last hour, or since the start where that is shorter'),
  average_scan_duration: amount.describe('seconds, over all scans'),
  threats_detected: count.describe('scans that ended infected or suspicious'),
  cache_hits: count.describe('scans answered by the cache'),
  cache_misses: count.describe('all other scans'),
  cache_hit_rate: share,
  queue_depth: count.describe('requests that no worker has begun'),
  max_queue_depth: count.describe('since the start'),
  active_workers: count.describe('workers that have a file'),
  total_workers: count,
  worker_utilization: share.describe('share of their time that workers had a file, since the last snapshot'),
  cpu_percent: percent.describe('of all processors, by everything on this machine'),
  memory_percent: percent.describe('of memory in use on this machine'),
  clamav_detections: count.describe('scans in which clamav found something'),
  yara_detections: count.describe('scans in which yara found something'),
  hybrid_detections: count.describe('scans in which both did'),
});
export type PerformanceSnapshot = Readonly<z.infer<typeof performanceSnapshotSchema>>;

export const scalingEventSchema = z.object({
  type: z.enum(['scale_up', 'scale_down']),
  old_workers: count,
  new_workers: count,
  queue_depth: count,
  cpu_percent: percent,
  memory_percent: percent,
  timestamp,
  reason: z.string().describe('why, in one sentence'),
});
export type ScalingEvent = Readonly<z.infer<typeof scalingEventSchema>>;

/** How much of what was in scope got an answer, and why the rest did not. */
export const coverageSchema = z.object({
  verdicts: z.record(verdictKindSchema, count).describe('scans by verdict'),
  reasons: z.record(z.string(), count).describe('partial and unscannable scans by reason'),
  covered_percent: percent.describe(
    'share of scans that ended clean, infected or suspicious; a path that was not there counts for none',
  ),
});
export type Coverage = Readonly<z.infer<typeof coverageSchema>>;

/** What one run of Vedette, or several together, came to. */
export const runTotalsSchema = z.object({
  uptime_seconds: amount,
  scans: count,
  scan_seconds: amount.describe('sum of the durations of all scans'),
  bytes: amount.describe('sum of the sizes of files whose content was read or known'),
  threats: count,
  cache_hits: count,
  cache_misses: count,
  clamav_detections: count,
  yara_detections: count,
  hybrid_detections: count,
  max_queue_depth: count,
  scaling_events: count,
  snapshots: count,
  lost_events: count.describe('file events that only the sweep found'),
  time_saved_seconds: amount.describe(
    'scan time that was not spent again; files scanned side by side count each for itself',
  ),
  verdicts: z.record(verdictKindSchema, count),
  reasons: z.record(z.string(), count),
});
export type RunTotals = Readonly<z.infer<typeof runTotalsSchema>>;

export const metricsSummarySchema = z.object({
  uptime_seconds: amount,
  total_scans: count,
  scans_per_hour: amount,
  threats_detected: count,
  threats_per_hour: amount,
  cache_hit_rate_percent: percent,
  average_scan_duration_ms: amount,
  max_queue_depth: count,
  scaling_events_count: count,
  snapshots_recorded: count,
});
export type MetricsSummary = Readonly<z.infer<typeof metricsSummarySchema>>;

export const recentMetricsSchema = z.object({
  window_seconds: amount,
  scans: count,
  average_duration_ms: amount,
  cache_hit_rate_percent: percent,
  threats_detected: count,
});
export type RecentMetrics = Readonly<z.infer<typeof recentMetricsSchema>>;

const trendSchema = z.array(z.object({ timestamp, value: amount }));

export const dashboardDataSchema = z.object({
  status: z.enum(['running', 'stopped', 'no_data']),
  summary: metricsSummarySchema,
  current: z
    .object({
      scans_per_hour: amount,
      cache_hit_rate_percent: percent,
      queue_depth: count,
      worker_utilization_percent: percent,
      cpu_percent: percent,
      memory_percent: percent,
      threats_detected: count,
    })
    .nullable()
    .describe('the latest snapshot; null before the first'),
  trends: z.object({
    scans_per_hour: trendSchema,
    cache_hit_rate: trendSchema,
    worker_utilization: trendSchema,
  }),
});
export type DashboardData = Readonly<z.infer<typeof dashboardDataSchema>>;

/** One point of a chart: an interval that ended at `timestamp`. */
export const historyPointSchema = z.object({
  timestamp,
  interval_seconds: amount,
  scans: count,
  scans_per_hour: amount,
  cache_hit_rate: share.nullable().describe('null where nothing was scanned'),
  average_scan_duration: amount.nullable().describe('seconds; null where nothing was scanned'),
  threats_detected: count,
  queue_depth: amount,
  max_queue_depth: count,
  total_workers: amount,
  worker_utilization: share,
  cpu_percent: percent,
  memory_percent: percent,
  time_saved_seconds: amount,
});
export type HistoryPoint = Readonly<z.infer<typeof historyPointSchema>>;

/** Figures of one type of cache entry. */
export const cacheTypeStatsSchema = z.object({
  hits: count,
  misses: count,
  hit_rate: share,
  entries: count,
  size_bytes: amount,
  evictions: count,
  expired: count,
});
export type CacheTypeStats = Readonly<z.infer<typeof cacheTypeStatsSchema>>;

export const bloomStatsSchema = z.object({
  size_bytes: count,
  entries: count.describe('identities put in'),
  ready: z.boolean().describe('false while it is filled from the database: every look-up goes on'),
  lookups: count,
  avoided: count.describe('look-ups that ended at the filter'),
  avoided_percent: percent,
  false_positives: count.describe('look-ups the filter let through although nothing was stored'),
  false_positive_rate: share.describe('of look-ups for what was not stored'),
});
export type BloomStats = Readonly<z.infer<typeof bloomStatsSchema>>;

export const cacheTypes = ['identity', 'verdict', 'query', 'remote'] as const;
export type CacheType = (typeof cacheTypes)[number];

export const cacheStatsSchema = z.object({
  types: z.partialRecord(z.enum(cacheTypes), cacheTypeStatsSchema),
  bloom: bloomStatsSchema,
});
export type CacheStats = Readonly<z.infer<typeof cacheStatsSchema>>;

/** Where there is no cache. */
export const noCacheStats: CacheStats = {
  types: {},
  bloom: {
    size_bytes: 0,
    entries: 0,
    ready: false,
    lookups: 0,
    avoided: 0,
    avoided_percent: 0,
    false_positives: 0,
    false_positive_rate: 0,
  },
};

export const scalingStatsSchema = z.object({
  enabled: z.boolean(),
  current_workers: count,
  min_workers: count,
  max_workers: count,
  target_workers: count,
  scale_up_threshold: count,
  scale_down_threshold: count,
  time_since_last_scale: amount.nullable().describe('seconds; null before the first action'),
});
export type ScalingStats = Readonly<z.infer<typeof scalingStatsSchema>>;

/** The JSON export, format `vedette.metrics/1`. */
export const metricsExportSchema = z.object({
  format: z.literal('vedette.metrics/1'),
  export_timestamp: timestamp,
  source: z
    .enum(['process', 'history'])
    .describe('one running Vedette, or all runs of the kept history together'),
  summary: metricsSummarySchema,
  recent_5min: recentMetricsSchema,
  recent_1hour: recentMetricsSchema,
  coverage: coverageSchema,
  lost_events: count,
  time_saved_seconds: amount,
  snapshots: z.array(performanceSnapshotSchema).max(20).describe('the last 20, oldest first'),
  scaling_events: z.array(scalingEventSchema).max(20).describe('the last 20, oldest first'),
});
export type MetricsExport = Readonly<z.infer<typeof metricsExportSchema>>;
