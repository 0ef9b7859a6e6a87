// How things stand at one moment: totals and gauges as one row; whatever a gauge says, the row keeps to its schema.
import type { PerformanceSnapshot, RunTotals } from '../../shared/metrics.ts';
import { ratio } from './summarize-totals.ts';

/** What only others know, at this moment. */
export interface Gauges {
  /** Requests that no worker has begun. */
  readonly queueDepth: number;
  /** Workers that have a file. */
  readonly activeWorkers: number;
  readonly totalWorkers: number;
  /** Share of their time that workers had a file since gauges were last asked for, 0 to 1. */
  readonly workerUtilization: number;
  /** Of all processors, 0 to 100. */
  readonly cpuPercent: number;
  readonly memoryPercent: number;
}

export function takeSnapshot({
  gauges,
  totals,
  scansPerHour,
  timestamp,
}: {
  readonly gauges: Gauges;
  readonly totals: RunTotals;
  /** Over the last hour, or since the start. */
  readonly scansPerHour: number;
  /** Unix seconds. */
  readonly timestamp: number;
}): PerformanceSnapshot {
  return {
    timestamp,
    uptime_seconds: totals.uptime_seconds,
    scans_completed: totals.scans,
    scans_per_hour: scansPerHour,
    average_scan_duration: ratio(totals.scan_seconds, totals.scans),
    threats_detected: totals.threats,
    cache_hits: totals.cache_hits,
    cache_misses: totals.cache_misses,
    cache_hit_rate: ratio(totals.cache_hits, totals.scans),
    queue_depth: whole(gauges.queueDepth),
    max_queue_depth: totals.max_queue_depth,
    active_workers: whole(gauges.activeWorkers),
    total_workers: whole(gauges.totalWorkers),
    worker_utilization: Math.min(1, amount(gauges.workerUtilization)),
    cpu_percent: Math.min(100, amount(gauges.cpuPercent)),
    memory_percent: Math.min(100, amount(gauges.memoryPercent)),
    clamav_detections: totals.clamav_detections,
    yara_detections: totals.yara_detections,
    hybrid_detections: totals.hybrid_detections,
  };
}

/** The value, or 0 for what is no amount: negative, infinite, not a number. */
export function amount(value: number): number {
  return value > 0 && value < Number.POSITIVE_INFINITY ? value : 0;
}

/** The value as a count. */
export function whole(value: number): number {
  return Math.min(Math.trunc(amount(value)), Number.MAX_SAFE_INTEGER);
}
