// The figures of the protection in the Prometheus text, in base units; two that people know as percent stay so.
import type { PerformanceSnapshot, RecentMetrics, RunTotals } from '../../shared/metrics.ts';
import { partialReasonSchema } from '../../shared/verdict.ts';
import {
  counter,
  gauge,
  labelled,
  type Figure,
  type PrometheusView,
  type Sample,
} from './prometheus-figure.ts';
import { coverageOf } from './summarize-totals.ts';

export const protectionFigures: readonly Figure[] = [
  labelled(
    'gauge',
    'rt_protection_build_info',
    'Version of Vedette; always 1.',
    ['version'],
    ({ version }) => [{ labels: { version }, value: 1 }],
  ),
  gauge('rt_protection_uptime_seconds', 'Time since the start.', ({ totals }) => totals.uptime_seconds),

  labelled('counter', 'rt_protection_scans_total', 'Scans by result.', ['result'], scansByResult),
  labelled(
    'counter',
    'rt_protection_verdicts_total',
    'Scans by verdict, and by reason where the verdict has one.',
    ['verdict', 'reason'],
    ({ totals }) => scansByVerdict(totals),
  ),
  gauge(
    'rt_protection_coverage_ratio',
    'Share of scans that ended clean, infected or suspicious; a path that was not there counts for none.',
    ({ totals }) => coverageOf(totals).covered_percent / 100,
  ),
  counter(
    'rt_protection_scan_duration_seconds_total',
    'Time that all scans took together.',
    ({ totals }) => totals.scan_seconds,
  ),
  counter(
    'rt_protection_scanned_bytes_total',
    'Sizes of the files whose content was read or known.',
    ({ totals }) => totals.bytes,
  ),
  counter(
    'rt_protection_threats_detected_total',
    'Scans that ended infected or suspicious.',
    ({ totals }) => totals.threats,
  ),
  labelled(
    'counter',
    'rt_protection_detections_total',
    'Scans in which an engine found something; hybrid: clamav and yara both did, and each counts it too.',
    ['engine'],
    ({ totals }) => [
      { labels: { engine: 'clamav' }, value: totals.clamav_detections },
      { labels: { engine: 'yara' }, value: totals.yara_detections },
      { labels: { engine: 'hybrid' }, value: totals.hybrid_detections },
    ],
  ),
  counter(
    'rt_protection_cache_hits_total',
    'Scans answered by the cache.',
    ({ totals }) => totals.cache_hits,
  ),
  counter(
    'rt_protection_cache_misses_total',
    'Scans not answered by the cache.',
    ({ totals }) => totals.cache_misses,
  ),
  gauge(
    'rt_protection_cache_hit_rate',
    'Share of scans answered by the cache, from 0 to 1.',
    ({ summary }) => summary.cache_hit_rate_percent / 100,
  ),
  counter(
    'rt_protection_time_saved_seconds_total',
    'What engines once took for files that the cache answered.',
    ({ totals }) => totals.time_saved_seconds,
  ),
  counter(
    'rt_protection_lost_events_total',
    'File events that only the sweep found.',
    ({ totals }) => totals.lost_events,
  ),
  counter(
    'rt_protection_snapshots_recorded_total',
    'Performance snapshots taken.',
    ({ totals }) => totals.snapshots,
  ),

  gauge(
    'rt_protection_scans_per_hour',
    'Scans per hour over the last hour, or since the start where that is shorter.',
    ({ snapshot, summary }) => snapshot?.scans_per_hour ?? summary.scans_per_hour,
  ),
  gauge(
    'rt_protection_threats_per_hour',
    'Threats per hour since the start.',
    ({ summary }) => summary.threats_per_hour,
  ),
  gauge(
    'rt_protection_average_scan_duration_seconds',
    'Mean duration of all scans.',
    ({ summary }) => summary.average_scan_duration_ms / 1000,
  ),
  recent('rt_protection_recent_scans', 'Scans within the window.', ({ scans }) => scans),
  recent(
    'rt_protection_recent_average_scan_duration_seconds',
    'Mean duration of the scans within the window.',
    ({ average_duration_ms: ms }) => ms / 1000,
  ),
  recent(
    'rt_protection_recent_cache_hit_ratio',
    'Share of the scans within the window that the cache answered.',
    ({ cache_hit_rate_percent: percent }) => percent / 100,
  ),
  recent(
    'rt_protection_recent_threats_detected',
    'Threats within the window.',
    ({ threats_detected: threats }) => threats,
  ),

  snapshotGauge('rt_protection_queue_depth', 'Requests that no worker has begun.', 'queue_depth'),
  gauge(
    'rt_protection_max_queue_depth',
    'Deepest the queue was since the start.',
    ({ totals }) => totals.max_queue_depth,
  ),
  snapshotGauge('rt_protection_active_workers', 'Workers that have a file.', 'active_workers'),
  snapshotGauge(
    'rt_protection_worker_utilization_ratio',
    'Share of their time that workers had a file.',
    'worker_utilization',
  ),
  snapshotGauge(
    'rt_protection_cpu_percent',
    'Processors in use on this machine, from 0 to 100.',
    'cpu_percent',
  ),
  snapshotGauge(
    'rt_protection_memory_percent',
    'Memory in use on this machine, from 0 to 100.',
    'memory_percent',
  ),

  gauge('rt_protection_workers', 'Scan workers.', ({ scaling }) => scaling?.current_workers ?? null),
  gauge('rt_protection_min_workers', 'Fewest scan workers.', ({ scaling }) => scaling?.min_workers ?? null),
  gauge('rt_protection_max_workers', 'Most scan workers.', ({ scaling }) => scaling?.max_workers ?? null),
  gauge(
    'rt_protection_target_workers',
    'Scan workers aimed at.',
    ({ scaling }) => scaling?.target_workers ?? null,
  ),
  gauge('rt_protection_scaling_enabled', '1 where the number of workers follows the queue.', ({ scaling }) =>
    scaling === null ? null : Number(scaling.enabled),
  ),
  gauge(
    'rt_protection_scale_up_threshold',
    'Queue depth above which workers are added.',
    ({ scaling }) => scaling?.scale_up_threshold ?? null,
  ),
  gauge(
    'rt_protection_scale_down_threshold',
    'Queue depth below which workers end.',
    ({ scaling }) => scaling?.scale_down_threshold ?? null,
  ),
  gauge(
    'rt_protection_time_since_last_scale_seconds',
    'Time since the number of workers was changed.',
    ({ scaling }) => scaling?.time_since_last_scale ?? null,
  ),
  counter(
    'rt_protection_scaling_events_total',
    'Changes of the number of workers.',
    ({ totals }) => totals.scaling_events,
  ),
];

function snapshotGauge(name: string, help: string, key: keyof PerformanceSnapshot): Figure {
  return gauge(name, help, ({ snapshot }) => snapshot?.[key] ?? null);
}

function recent(name: string, help: string, read: (metrics: RecentMetrics) => number): Figure {
  return labelled('gauge', name, help, ['window'], ({ recent5Minutes, recent1Hour }) => [
    { labels: { window: '5m' }, value: read(recent5Minutes) },
    { labels: { window: '1h' }, value: read(recent1Hour) },
  ]);
}

function scansByResult({ totals: { verdicts } }: PrometheusView): readonly Sample[] {
  return [
    { labels: { result: 'clean' }, value: verdicts.clean },
    { labels: { result: 'infected' }, value: verdicts.infected + verdicts.suspicious },
    { labels: { result: 'error' }, value: verdicts.partial + verdicts.unscannable },
  ];
}

/** A reason belongs to one kind only; scans of that kind without a known reason stand under an empty one. */
function scansByVerdict({ verdicts, reasons }: RunTotals): readonly Sample[] {
  const partialReasons: ReadonlySet<string> = new Set(partialReasonSchema.options);
  const withReason = Object.entries(reasons).map(([reason, value]) => ({
    labels: { verdict: partialReasons.has(reason) ? 'partial' : 'unscannable', reason },
    value,
  }));
  const withoutReason = Object.entries(verdicts).map(([verdict, scans]) => {
    const counted = withReason.filter(({ labels }) => labels.verdict === verdict);
    const sum = counted.reduce((total, { value }) => total + value, 0);
    return { labels: { verdict, reason: '' }, value: Math.max(0, scans - sum) };
  });
  return [...withoutReason, ...withReason];
}
