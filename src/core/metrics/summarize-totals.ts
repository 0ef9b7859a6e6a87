// Figures people read, made from totals: the same for a running process and for the kept history; never NaN, never rounded.
import type {
  Coverage,
  DashboardData,
  MetricsSummary,
  PerformanceSnapshot,
  RunTotals,
} from '../../shared/metrics.ts';

/** `amount` per hour; 0 while no time has gone by. */
export function perHour(amount: number, seconds: number): number {
  return seconds > 0 ? (amount * 3600) / seconds : 0;
}

/** `part` of `whole`; 0 of nothing. */
export function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

export function summaryOf(totals: RunTotals): MetricsSummary {
  return {
    uptime_seconds: totals.uptime_seconds,
    total_scans: totals.scans,
    scans_per_hour: perHour(totals.scans, totals.uptime_seconds),
    threats_detected: totals.threats,
    threats_per_hour: perHour(totals.threats, totals.uptime_seconds),
    cache_hit_rate_percent: 100 * ratio(totals.cache_hits, totals.cache_hits + totals.cache_misses),
    average_scan_duration_ms: 1000 * ratio(totals.scan_seconds, totals.scans),
    max_queue_depth: totals.max_queue_depth,
    scaling_events_count: totals.scaling_events,
    snapshots_recorded: totals.snapshots,
  };
}

/**
 * Of no scans at all everything is covered: there is no file without an answer. Nor is there one behind a path that was
 * named by mistake.
 */
export function coverageOf({ scans, verdicts, reasons }: RunTotals): Coverage {
  const covered = verdicts.clean + verdicts.infected + verdicts.suspicious;
  const files = scans - (reasons['not_found'] ?? 0);
  return {
    verdicts: { ...verdicts },
    reasons: { ...reasons },
    covered_percent: files > 0 ? 100 * ratio(covered, files) : 100,
  };
}

/** @param snapshots oldest first. */
export function dashboardOf({
  totals,
  snapshots,
  status,
}: {
  readonly totals: RunTotals;
  readonly snapshots: readonly PerformanceSnapshot[];
  readonly status: DashboardData['status'];
}): DashboardData {
  return {
    status,
    summary: summaryOf(totals),
    current: currentOf(snapshots.at(-1)),
    trends: {
      scans_per_hour: snapshots.map(({ timestamp, scans_per_hour: value }) => ({ timestamp, value })),
      cache_hit_rate: snapshots.map(({ timestamp, cache_hit_rate: value }) => ({ timestamp, value })),
      worker_utilization: snapshots.map(({ timestamp, worker_utilization: value }) => ({ timestamp, value })),
    },
  };
}

function currentOf(latest: PerformanceSnapshot | undefined): DashboardData['current'] {
  if (latest === undefined) return null;
  return {
    scans_per_hour: latest.scans_per_hour,
    cache_hit_rate_percent: 100 * latest.cache_hit_rate,
    queue_depth: latest.queue_depth,
    worker_utilization_percent: 100 * latest.worker_utilization,
    cpu_percent: latest.cpu_percent,
    memory_percent: latest.memory_percent,
    threats_detected: latest.threats_detected,
  };
}
