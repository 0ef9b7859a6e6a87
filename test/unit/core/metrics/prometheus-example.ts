// A view with a different value in every figure, and how to read the text that is made of it.
import { evidenceOf } from '../respond/samples.ts';
import type { PrometheusView } from '../../../../src/core/metrics/prometheus-figure.ts';
import { PrometheusExposition } from '../../../../src/core/metrics/prometheus.ts';

export const exampleView = {
  totals: {
    uptime_seconds: 7200,
    scans: 100,
    scan_seconds: 12.5,
    bytes: 5_000_000_000,
    threats: 7,
    cache_hits: 60,
    cache_misses: 40,
    clamav_detections: 5,
    yara_detections: 4,
    hybrid_detections: 2,
    max_queue_depth: 180,
    scaling_events: 3,
    snapshots: 119,
    lost_events: 11,
    time_saved_seconds: 33.25,
    verdicts: { clean: 80, infected: 6, suspicious: 1, partial: 9, unscannable: 4 },
    reasons: { too_large: 5, encrypted: 3, permission: 4 },
  },
  snapshot: {
    timestamp: 1_800_000_000,
    uptime_seconds: 7190,
    scans_completed: 99,
    scans_per_hour: 51,
    average_scan_duration: 0.125,
    threats_detected: 7,
    cache_hits: 59,
    cache_misses: 40,
    cache_hit_rate: 0.59,
    queue_depth: 13,
    max_queue_depth: 180,
    active_workers: 3,
    total_workers: 4,
    worker_utilization: 0.75,
    cpu_percent: 42.5,
    memory_percent: 61,
    clamav_detections: 5,
    yara_detections: 4,
    hybrid_detections: 2,
  },
  summary: {
    uptime_seconds: 7200,
    total_scans: 100,
    scans_per_hour: 50,
    threats_detected: 7,
    threats_per_hour: 3.5,
    cache_hit_rate_percent: 60,
    average_scan_duration_ms: 125,
    max_queue_depth: 180,
    scaling_events_count: 3,
    snapshots_recorded: 119,
  },
  recent5Minutes: {
    window_seconds: 300,
    scans: 8,
    average_duration_ms: 250,
    cache_hit_rate_percent: 75,
    threats_detected: 1,
  },
  recent1Hour: {
    window_seconds: 3600,
    scans: 52,
    average_duration_ms: 500,
    cache_hit_rate_percent: 25,
    threats_detected: 2,
  },
  cache: {
    types: {
      identity: {
        hits: 60,
        misses: 41,
        hit_rate: 0.6,
        entries: 900,
        size_bytes: 90_000,
        evictions: 12,
        expired: 14,
      },
      verdict: {
        hits: 1,
        misses: 2,
        hit_rate: 0.25,
        entries: 800,
        size_bytes: 80_000,
        evictions: 15,
        expired: 16,
      },
    },
    bloom: {
      size_bytes: 10_485_760,
      entries: 901,
      ready: true,
      lookups: 101,
      avoided: 95,
      avoided_percent: 94,
      false_positives: 17,
      false_positive_rate: 0.03125,
    },
  },
  scaling: {
    enabled: true,
    current_workers: 4,
    min_workers: 2,
    max_workers: 8,
    target_workers: 6,
    scale_up_threshold: 50,
    scale_down_threshold: 10,
    time_since_last_scale: 30,
  },
  version: '0.1.0',
} satisfies PrometheusView;

/** The text of a view while protection runs, with one operation of the cache observed. */
export async function exampleText(view: PrometheusView = exampleView): Promise<string> {
  const exposition = new PrometheusExposition(() => view);
  exposition.observeCacheOperation('identity', 'get', 0.002);
  return exposition.render({ state: 'reduced', sentence: '', advice: [], evidence: evidenceOf() });
}

/** Series, as they are written, with their value. */
export function samplesIn(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const space = line.lastIndexOf(' ');
        return [line.slice(0, space), Number(line.slice(space + 1))];
      }),
  );
}
