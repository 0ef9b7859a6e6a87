import { describe, expect, test } from 'vitest';
import { coverageOf, dashboardOf, summaryOf } from '../../../../src/core/metrics/summarize-totals.ts';
import { takeSnapshot } from '../../../../src/core/metrics/take-snapshot.ts';
import {
  coverageSchema,
  dashboardDataSchema,
  metricsSummarySchema,
  type RunTotals,
} from '../../../../src/shared/metrics.ts';

const totals: RunTotals = {
  uptime_seconds: 7200,
  scans: 1000,
  scan_seconds: 0.001_234_567,
  bytes: 10,
  threats: 5,
  cache_hits: 750,
  cache_misses: 250,
  clamav_detections: 3,
  yara_detections: 4,
  hybrid_detections: 2,
  max_queue_depth: 80,
  scaling_events: 6,
  snapshots: 120,
  lost_events: 1,
  time_saved_seconds: 9,
  verdicts: { clean: 900, infected: 3, suspicious: 2, partial: 60, unscannable: 35 },
  reasons: { encrypted: 60, permission: 35 },
};

describe('totals, summed up', () => {
  test('are rates an hour, shares in percent and means in milliseconds that no rounding touched', () => {
    expect(metricsSummarySchema.parse(summaryOf(totals))).toEqual({
      uptime_seconds: 7200,
      total_scans: 1000,
      scans_per_hour: 500,
      threats_detected: 5,
      threats_per_hour: 2.5,
      cache_hit_rate_percent: 75,
      average_scan_duration_ms: expect.closeTo(0.001_234_567, 12),
      max_queue_depth: 80,
      scaling_events_count: 6,
      snapshots_recorded: 120,
    });
  });

  test('cover what ended clean, infected or suspicious', () => {
    expect(coverageSchema.parse(coverageOf(totals))).toEqual({
      verdicts: totals.verdicts,
      reasons: totals.reasons,
      covered_percent: 90.5,
    });
  });

  test('count no file for a path that was not there', () => {
    const verdicts = { ...totals.verdicts, unscannable: 45 };
    const reasons = { ...totals.reasons, not_found: 10 };
    expect(coverageOf({ ...totals, scans: 1010, verdicts, reasons }).covered_percent).toBe(90.5);
    const none = { clean: 0, infected: 0, suspicious: 0, partial: 0, unscannable: 10 };
    expect(
      coverageOf({ ...totals, scans: 10, verdicts: none, reasons: { not_found: 10 } }).covered_percent,
    ).toBe(100);
  });

  test('never say that all is covered while one file in a milliard is not', () => {
    const scans = 1_000_000_000;
    const verdicts = { clean: scans - 1, infected: 0, suspicious: 0, partial: 1, unscannable: 0 };
    expect(coverageOf({ ...totals, scans, verdicts }).covered_percent).toBeLessThan(100);
  });

  test('of nothing have no file without an answer', () => {
    const verdicts = { clean: 0, infected: 0, suspicious: 0, partial: 0, unscannable: 0 };
    expect(coverageOf({ ...totals, scans: 0, verdicts, reasons: {} }).covered_percent).toBe(100);
  });
});

test('the dashboard shows the latest snapshot, and the trends of all of them', () => {
  function snapshotAt(timestamp: number, workerUtilization: number) {
    const gauges = { queueDepth: 3, activeWorkers: 1, totalWorkers: 2, cpuPercent: 10, memoryPercent: 20 };
    return takeSnapshot({
      gauges: { ...gauges, workerUtilization },
      totals,
      scansPerHour: timestamp,
      timestamp,
    });
  }
  const snapshots = [snapshotAt(100, 0.25), snapshotAt(160, 0.5)];
  expect(dashboardDataSchema.parse(dashboardOf({ totals, snapshots, status: 'stopped' }))).toEqual({
    status: 'stopped',
    summary: summaryOf(totals),
    current: {
      scans_per_hour: 160,
      cache_hit_rate_percent: 75,
      queue_depth: 3,
      worker_utilization_percent: 50,
      cpu_percent: 10,
      memory_percent: 20,
      threats_detected: 5,
    },
    trends: {
      scans_per_hour: [
        { timestamp: 100, value: 100 },
        { timestamp: 160, value: 160 },
      ],
      cache_hit_rate: [
        { timestamp: 100, value: 0.75 },
        { timestamp: 160, value: 0.75 },
      ],
      worker_utilization: [
        { timestamp: 100, value: 0.25 },
        { timestamp: 160, value: 0.5 },
      ],
    },
  });
});
