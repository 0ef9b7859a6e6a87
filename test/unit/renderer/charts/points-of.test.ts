import { describe, expect, it } from 'vitest';
import {
  meanOf,
  meanOverScans,
  nearestIndex,
  peakOf,
  pointsOfRecent,
  pointsOfSeries,
} from '../../../../src/renderer/charts/points-of.ts';
import type { LivePoint } from '../../../../src/shared/app-state.ts';
import type { HistoryPoint } from '../../../../src/shared/metrics.ts';
import { points } from './chart-points.ts';

function historyPoint(timestamp: number, changes: Partial<HistoryPoint> = {}): HistoryPoint {
  return {
    timestamp,
    interval_seconds: 60,
    scans: 60,
    scans_per_hour: 3600,
    cache_hit_rate: 0.5,
    average_scan_duration: 0.01,
    threats_detected: 0,
    queue_depth: 1,
    max_queue_depth: 9,
    total_workers: 2,
    worker_utilization: 0.25,
    cpu_percent: 10,
    memory_percent: 40,
    time_saved_seconds: 2,
    ...changes,
  };
}

function livePoint(timestamp: number, changes: Partial<LivePoint> = {}): LivePoint {
  return {
    timestamp,
    scans: 10,
    cache_hits: 5,
    queue_depth: 0,
    active_workers: 1,
    workers: 2,
    cpu_percent: 10,
    memory_percent: 40,
    ...changes,
  };
}

describe('points of a series', () => {
  it('have shares as percent, the deepest queue, and the time saved added up', () => {
    const [, second] = pointsOfSeries({ points: [historyPoint(60), historyPoint(120)] });
    expect(second).toEqual({
      at: 120,
      intervalSeconds: 60,
      scans: 60,
      scansPerHour: 3600,
      filesPerMinute: 60,
      queueDepth: 9,
      queueMean: 1,
      workers: 2,
      utilizationPercent: 25,
      cpuPercent: 10,
      memoryPercent: 40,
      hitRatePercent: 50,
      savedSeconds: 2,
      savedSoFarSeconds: 4,
    });
  });

  it('have a gap where points are missing, and none where one is a little late', () => {
    const at = [60, 120, 180, 250, 900, 960];
    const drawn = pointsOfSeries({ points: at.map((timestamp) => historyPoint(timestamp)) });
    expect(drawn.map((point) => [point.at, point.scansPerHour])).toEqual([
      [60, 3600],
      [120, 3600],
      [180, 3600],
      [250, 3600],
      [575, null],
      [900, 3600],
      [960, 3600],
    ]);
  });

  it('know no hit rate where nothing was scanned', () => {
    const [point] = pointsOfSeries({ points: [historyPoint(60, { scans: 0, cache_hit_rate: null })] });
    expect(point?.hitRatePercent).toBeNull();
  });

  it('are none for a series without points', () => {
    expect(pointsOfSeries({ points: [] })).toEqual([]);
  });
});

describe('live points', () => {
  it('tell of five seconds as of a minute and an hour', () => {
    const [point] = pointsOfRecent({ points: [livePoint(5)] });
    expect(point).toMatchObject({
      filesPerMinute: 120,
      scansPerHour: 7200,
      hitRatePercent: 50,
      utilizationPercent: 50,
      intervalSeconds: 5,
    });
  });

  it.each([
    ['no scans: no hit rate', { scans: 0, cache_hits: 0 }, { hitRatePercent: null }],
    ['hits of scans that began before: at most all', { cache_hits: 12 }, { hitRatePercent: 100 }],
    ['no workers: no utilization', { workers: 0, active_workers: 0 }, { utilizationPercent: null }],
    ['more busy than there are: at most all', { active_workers: 3 }, { utilizationPercent: 100 }],
  ])('%s', (_, changes, expected) => {
    expect(pointsOfRecent({ points: [livePoint(5, changes)] })[0]).toMatchObject(expected);
  });
});

describe('figures of points', () => {
  it('a peak is the first of the highest', () => {
    const all = points({ queueDepth: 1 }, { queueDepth: 7 }, {}, { queueDepth: 7 });
    expect(peakOf(all, 'queueDepth')).toEqual({ value: 7, at: all[1]?.at });
  });

  it('a mean counts each interval by its length', () => {
    const all = points({ cpuPercent: 10, intervalSeconds: 30 }, {}, { cpuPercent: 40, intervalSeconds: 60 });
    expect(meanOf(all, 'cpuPercent')).toBe(30);
    expect(meanOf(points({}), 'cpuPercent')).toBeNull();
  });

  it('a hit rate counts each interval by its scans', () => {
    const all = points({ hitRatePercent: 100, scans: 1 }, { hitRatePercent: 0, scans: 99 });
    expect(meanOverScans(all, 'hitRatePercent')).toBe(1);
  });

  it('the nearest in time is found, and none among none', () => {
    const all = [{ at: 10 }, { at: 20 }, { at: 40 }];
    expect([nearestIndex(all, 0), nearestIndex(all, 26), nearestIndex(all, 99)]).toEqual([0, 1, 2]);
    expect(nearestIndex([], 5)).toBeNull();
  });
});
