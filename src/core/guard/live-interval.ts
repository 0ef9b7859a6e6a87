// Five seconds of what went on, and how pages and charts are told of them; rates are never negative, whatever the clock does.
import type { LivePoint } from '../../shared/app-state.ts';
import type { HistoryPoint, RunTotals } from '../../shared/metrics.ts';
import { perHour } from '../metrics/summarize-totals.ts';

/** How things stood at one moment, and for how long since the moment before. */
export interface LiveSample {
  readonly seconds: number;
  readonly queueDepth: number;
  readonly activeWorkers: number;
  readonly workers: number;
  readonly cpuPercent: number;
  readonly memoryPercent: number;
}

export interface LiveInterval {
  /** Its end, by the clock that never jumps. */
  readonly endMs: number;
  readonly seconds: number;
  readonly scans: number;
  readonly scanSeconds: number;
  readonly cacheHits: number;
  readonly threats: number;
  readonly savedSeconds: number;
  readonly maxQueueDepth: number;
  readonly maxActiveWorkers: number;
  /** At its end. */
  readonly workers: number;
  /** Means over its time. */
  readonly queueDepth: number;
  readonly meanWorkers: number;
  readonly utilization: number;
  readonly cpuPercent: number;
  readonly memoryPercent: number;
}

/** @param samples of the interval, oldest first; at least one. */
export function liveInterval(
  endMs: number,
  samples: readonly LiveSample[],
  before: RunTotals,
  now: RunTotals,
): LiveInterval {
  const seconds = samples.reduce((sum, sample) => sum + sample.seconds, 0);
  function mean(value: (sample: LiveSample) => number): number {
    if (seconds <= 0) return Math.max(0, ...samples.slice(-1).map(value));
    return samples.reduce((sum, sample) => sum + value(sample) * sample.seconds, 0) / seconds;
  }
  function grown(name: 'scans' | 'scan_seconds' | 'cache_hits' | 'threats' | 'time_saved_seconds'): number {
    return Math.max(0, now[name] - before[name]);
  }
  const meanWorkers = mean(({ workers }) => workers);
  // The peak is since the start: only one that grew is of this interval.
  const peak = now.max_queue_depth > before.max_queue_depth ? now.max_queue_depth : 0;
  return {
    endMs,
    seconds,
    scans: grown('scans'),
    scanSeconds: grown('scan_seconds'),
    cacheHits: grown('cache_hits'),
    threats: grown('threats'),
    savedSeconds: grown('time_saved_seconds'),
    maxQueueDepth: Math.max(peak, ...samples.map(({ queueDepth }) => queueDepth)),
    maxActiveWorkers: Math.max(0, ...samples.map(({ activeWorkers }) => activeWorkers)),
    workers: samples.at(-1)?.workers ?? 0,
    queueDepth: mean(({ queueDepth }) => queueDepth),
    meanWorkers,
    utilization: meanWorkers > 0 ? Math.min(1, mean(({ activeWorkers }) => activeWorkers) / meanWorkers) : 0,
    // Sums of fractions may end a hair above the largest of them.
    cpuPercent: Math.min(
      100,
      mean(({ cpuPercent }) => cpuPercent),
    ),
    memoryPercent: Math.min(
      100,
      mean(({ memoryPercent }) => memoryPercent),
    ),
  };
}

/** @param timestamp Unix seconds, of its end. */
export function livePointOf(interval: LiveInterval, timestamp: number): LivePoint {
  return {
    timestamp,
    scans: interval.scans,
    cache_hits: Math.min(interval.scans, interval.cacheHits),
    queue_depth: interval.maxQueueDepth,
    active_workers: interval.maxActiveWorkers,
    workers: interval.workers,
    cpu_percent: interval.cpuPercent,
    memory_percent: interval.memoryPercent,
  };
}

/** The same as a point of the history. */
export function historyPointOf(interval: LiveInterval, timestamp: number): HistoryPoint {
  const { seconds, scans } = interval;
  return {
    timestamp,
    interval_seconds: seconds,
    scans,
    scans_per_hour: perHour(scans, seconds),
    cache_hit_rate: scans > 0 ? Math.min(1, interval.cacheHits / scans) : null,
    average_scan_duration: scans > 0 ? interval.scanSeconds / scans : null,
    threats_detected: interval.threats,
    queue_depth: interval.queueDepth,
    max_queue_depth: interval.maxQueueDepth,
    total_workers: interval.meanWorkers,
    worker_utilization: interval.utilization,
    cpu_percent: interval.cpuPercent,
    memory_percent: interval.memoryPercent,
    time_saved_seconds: interval.savedSeconds,
  };
}
