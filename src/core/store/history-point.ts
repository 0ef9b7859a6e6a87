// One point of a chart from the sums of its rows: counts are added up, gauges are means over the time they stood for.
import { z } from 'zod';
import type { HistoryPoint } from '../../shared/metrics.ts';

export const historyRowSchema = z.object({
  bucket: z.number(),
  /** Time that at least one run was there. */
  covered_seconds: z.number(),
  /** Time of all runs together: two at once count twice. */
  seconds: z.number(),
  scans: z.number(),
  scan_seconds: z.number(),
  cache_hits: z.number(),
  cache_misses: z.number(),
  threats: z.number(),
  time_saved_seconds: z.number(),
  max_queue_depth: z.number(),
  queue_depth_seconds: z.number(),
  worker_seconds: z.number(),
  busy_worker_seconds: z.number(),
  cpu_percent_seconds: z.number(),
  memory_percent_seconds: z.number(),
});
export type HistoryFigures = Omit<z.infer<typeof historyRowSchema>, 'bucket'>;

/**
 * Runs at the same time: their scans, queues and workers are added up, for the machine does all of it; what the
 * machine itself shows (processors, memory) is averaged; utilization is that of all workers together.
 */
export function historyPoint(timestamp: number, figures: HistoryFigures): HistoryPoint {
  const { covered_seconds: coveredSeconds, seconds, scans, cache_hits: hits } = figures;
  const lookups = hits + figures.cache_misses;
  return {
    timestamp,
    interval_seconds: coveredSeconds,
    scans,
    scans_per_hour: mean(scans * 3600, coveredSeconds),
    cache_hit_rate: lookups > 0 ? hits / lookups : null,
    average_scan_duration: scans > 0 ? figures.scan_seconds / scans : null,
    threats_detected: figures.threats,
    queue_depth: mean(figures.queue_depth_seconds, coveredSeconds),
    max_queue_depth: figures.max_queue_depth,
    total_workers: mean(figures.worker_seconds, coveredSeconds),
    // Sums of fractions may end a hair above the largest of them.
    worker_utilization: Math.min(1, mean(figures.busy_worker_seconds, figures.worker_seconds)),
    cpu_percent: Math.min(100, mean(figures.cpu_percent_seconds, seconds)),
    memory_percent: Math.min(100, mean(figures.memory_percent_seconds, seconds)),
    time_saved_seconds: figures.time_saved_seconds,
  };
}

function mean(sum: number, weight: number): number {
  return weight > 0 ? sum / weight : 0;
}
