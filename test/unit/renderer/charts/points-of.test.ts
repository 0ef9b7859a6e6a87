import { describe, expect, it } from 'vitest';
import { pointsOfRecent, pointsOfSeries } from '../../../../src/renderer/charts/points-of.ts';
import type { LivePoint } from '../../../../src/shared/app-state.ts';
import type { HistoryPoint } from '../../../../src/shared/metrics.ts';

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
    const [, second] = pointsOfSeries({ points: [historyPoint(60), historyPoint(120)], scaling_events: [] });
    expect(second).toEqual({
      at: 120,
      intervalSeconds: 60,
      scans: 60,
      scansPerHour: 3600,
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
    const drawn = pointsOfSeries({
      points: at.map((timestamp) => historyPoint(timestamp)),
      scaling_events: [],
    });
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
    const [point] = pointsOfSeries({
      points: [historyPoint(60, { scans: 0, cache_hit_rate: null })],
      scaling_events: [],
    });
    expect(point?.hitRatePercent).toBeNull();
  });

  it('are none for a series without points', () => {
    expect(pointsOfSeries({ points: [], scaling_events: [] })).toEqual([]);
  });
});

describe('live points', () => {
  it('tell of five seconds as of an hour', () => {
    const [point] = pointsOfRecent({ points: [livePoint(5)], scaling_events: [] });
    expect(point).toMatchObject({
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
    expect(pointsOfRecent({ points: [livePoint(5, changes)], scaling_events: [] })[0]).toMatchObject(
      expected,
    );
  });
});

describe('a queue that made workers come', () => {
  const event = {
    type: 'scale_up',
    old_workers: 2,
    new_workers: 4,
    queue_depth: 110,
    cpu_percent: 9,
    memory_percent: 40,
    reason: '',
  } as const;

  it('is in the point of its time, also where nobody looked while it was there', () => {
    const points = [5, 10, 15].map((at) => livePoint(at, { queue_depth: at === 15 ? 300 : 0 }));
    const events = [6, 12].map((timestamp) => ({ ...event, timestamp }));
    const drawn = pointsOfRecent({ points, scaling_events: events });
    expect(drawn.map(({ queueDepth }) => queueDepth)).toEqual([0, 110, 300]);
  });

  it('is in the point of a series too', () => {
    const points = [60, 120].map((at) => historyPoint(at));
    const drawn = pointsOfSeries({ points, scaling_events: [{ ...event, timestamp: 60 }] });
    expect(drawn.map(({ queueDepth }) => queueDepth)).toEqual([110, 9]);
  });
});
