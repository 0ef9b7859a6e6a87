import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MetricsRecorder, type MetricsLimits } from '../../../../src/core/metrics/metrics-recorder.ts';
import type { Gauges } from '../../../../src/core/metrics/take-snapshot.ts';
import {
  dashboardDataSchema,
  performanceSnapshotSchema,
  recentMetricsSchema,
  runTotalsSchema,
  scanMetricSchema,
  type ScalingEvent,
} from '../../../../src/shared/metrics.ts';
import type { EngineName } from '../../../../src/shared/verdict.ts';
import { fakeClock, startSeconds } from './fake-clock.ts';
import { anyScan, cleanScan, detectionBy, scanOf, type SampleScan } from './sample-scans.ts';

const limits: MetricsLimits = { recentScans: 1000, snapshots: 100, scalingEvents: 50 };

const idle: Gauges = {
  queueDepth: 0,
  activeWorkers: 0,
  totalWorkers: 2,
  workerUtilization: 0,
  cpuPercent: 0,
  memoryPercent: 0,
};

const scaleUp: ScalingEvent = {
  type: 'scale_up',
  old_workers: 2,
  new_workers: 4,
  queue_depth: 75,
  cpu_percent: 30,
  memory_percent: 40,
  timestamp: startSeconds,
  reason: 'the queue is deep',
};

function recorderWith(kept: Partial<MetricsLimits> = {}) {
  const clock = fakeClock();
  return { clock, recorder: new MetricsRecorder({ clock, limits: { ...limits, ...kept } }) };
}

/** Counts over a list, the plain way. */
function countOf(scans: readonly SampleScan[], holds: (scan: SampleScan) => boolean): number {
  return scans.filter(holds).length;
}

function foundBy({ verdict }: SampleScan, engine: EngineName): boolean {
  const { judgement } = verdict;
  if (judgement.kind !== 'infected' && judgement.kind !== 'suspicious') return false;
  return judgement.detections.some((detection) => detection.engine === engine);
}

function isThreat({ verdict }: SampleScan): boolean {
  return ['infected', 'suspicious'].includes(verdict.judgement.kind);
}

function sumOf(scans: readonly SampleScan[], value: (scan: SampleScan) => number): number {
  return scans.reduce((sum, scan) => sum + value(scan), 0);
}

describe('totals', () => {
  test('equal an independent count over any scans, and keep to their schema', () => {
    fc.assert(
      fc.property(fc.array(anyScan, { maxLength: 60 }), fc.nat({ max: 5000 }), (scans, stepMs) => {
        const { clock, recorder } = recorderWith({ recentScans: 3 });
        for (const scan of scans) {
          recorder.recordScan(scan);
          clock.pass(stepMs);
        }
        const totals = recorder.totals();
        const kinds = ['clean', 'infected', 'suspicious', 'partial', 'unscannable'] as const;
        const reasons: Record<string, number> = {};
        for (const { verdict } of scans) {
          if (!('reason' in verdict.judgement)) continue;
          reasons[verdict.judgement.reason] = (reasons[verdict.judgement.reason] ?? 0) + 1;
        }
        expect(runTotalsSchema.parse(totals)).toEqual({
          uptime_seconds: expect.closeTo((scans.length * stepMs) / 1000, 6),
          scans: scans.length,
          scan_seconds: sumOf(scans, ({ verdict }) => verdict.durationMs) / 1000,
          bytes: sumOf(scans, ({ verdict }) => (verdict.sha256 === null ? 0 : verdict.sizeBytes)),
          threats: countOf(scans, isThreat),
          cache_hits: countOf(scans, ({ verdict }) => verdict.cachedFrom !== null),
          cache_misses: countOf(scans, ({ verdict }) => verdict.cachedFrom === null),
          clamav_detections: countOf(scans, (scan) => foundBy(scan, 'clamav')),
          yara_detections: countOf(scans, (scan) => foundBy(scan, 'yara')),
          hybrid_detections: countOf(scans, (scan) => foundBy(scan, 'clamav') && foundBy(scan, 'yara')),
          max_queue_depth: 0,
          scaling_events: 0,
          snapshots: 0,
          lost_events: 0,
          time_saved_seconds: sumOf(scans, ({ savedMs }) => savedMs) / 1000,
          verdicts: Object.fromEntries(
            kinds.map((kind) => [kind, countOf(scans, ({ verdict }) => verdict.judgement.kind === kind)]),
          ),
          reasons,
        });
        expect(totals.cache_hits + totals.cache_misses).toBe(totals.scans);
      }),
    );
  });

  test('count a file once for each engine, and hybrid only where clamav and yara both found something', () => {
    const { recorder } = recorderWith();
    const found = [
      [detectionBy('clamav'), detectionBy('clamav'), detectionBy('yara'), detectionBy('yara')],
      [detectionBy('clamav'), detectionBy('hash')],
      [detectionBy('hash')],
      [detectionBy('yara'), detectionBy('hash')],
    ] as const;
    for (const detections of found) recorder.recordScan(scanOf({ kind: 'suspicious', detections }));
    expect(recorder.totals()).toMatchObject({
      threats: 4,
      clamav_detections: 2,
      yara_detections: 2,
      hybrid_detections: 1,
    });
  });

  test('take what is no amount for nothing', () => {
    const { recorder } = recorderWith();
    for (const broken of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      recorder.recordScan(scanOf({ kind: 'clean' }, { durationMs: broken, sizeBytes: broken }, broken));
      recorder.recordLostEvents(broken);
      recorder.observeQueueDepth(broken);
    }
    recorder.recordLostEvents(3);
    recorder.recordLostEvents(4);
    expect(runTotalsSchema.parse(recorder.totals())).toMatchObject({
      scans: 3,
      scan_seconds: 0,
      bytes: 0,
      time_saved_seconds: 0,
      max_queue_depth: 0,
      lost_events: 7,
    });
    for (const metric of recorder.recentScans()) expect(() => scanMetricSchema.parse(metric)).not.toThrow();
  });

  test('handed out do not change afterwards, and cannot change what is counted', () => {
    const { recorder } = recorderWith();
    const before = recorder.totals();
    before.verdicts.clean = 99;
    recorder.recordScan(cleanScan);
    expect(before.scans).toBe(0);
    expect(recorder.totals().verdicts.clean).toBe(1);
  });
});

describe('recent windows', () => {
  test('hold what a list of all scans says, far beyond the scans that are kept', () => {
    const step = fc.tuple(
      anyScan,
      fc.oneof(fc.nat({ max: 1500 }), fc.nat({ max: 400_000 }), fc.constant(1000), fc.constant(3_600_000)),
    );
    const windows = fc.constantFrom(1, 2, 60, 300, 3600);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), windows, (steps, window) => {
        const { clock, recorder } = recorderWith({ recentScans: 2 });
        const startMs = clock.monotonicMs();
        const all: { readonly scan: SampleScan; readonly atMs: number }[] = [];
        for (const [scan, waitMs] of steps) {
          all.push({ scan, atMs: clock.monotonicMs() - startMs });
          recorder.recordScan(scan);
          clock.pass(waitMs);
          const nowMs = clock.monotonicMs() - startMs;
          const counted = all
            .filter(({ atMs }) => Math.floor(atMs / 1000) > Math.floor(nowMs / 1000) - window)
            .map((entry) => entry.scan);
          const hits = countOf(counted, ({ verdict }) => verdict.cachedFrom !== null);
          const recent = recentMetricsSchema.parse(recorder.recent(window));
          expect(recent).toEqual({
            window_seconds: window,
            scans: counted.length,
            average_duration_ms: expect.closeTo(
              sumOf(counted, ({ verdict }) => verdict.durationMs) / Math.max(1, counted.length),
              6,
            ),
            cache_hit_rate_percent: expect.closeTo((100 * hits) / Math.max(1, counted.length), 6),
            threats_detected: countOf(counted, isThreat),
          });
          // What the granularity promises: all that is a second younger than the window, nothing that is as old.
          const ages = all.map(({ atMs }) => (nowMs - atMs) / 1000);
          expect(recent.scans).toBeGreaterThanOrEqual(ages.filter((age) => age < window - 1).length);
          expect(recent.scans).toBeLessThanOrEqual(ages.filter((age) => age < window).length);
        }
      }),
    );
  });

  test('forget what they held an hour ago, one second after the other', () => {
    const { clock, recorder } = recorderWith();
    for (let turn = 0; turn < 30; turn += 1) {
      clock.pass(600_000);
      recorder.recordScan(cleanScan);
    }
    expect([recorder.recent(3600).scans, recorder.recent(300).scans]).toEqual([6, 1]);
  });

  test('count hundreds of thousands of scans exactly while a thousand are kept', () => {
    const { clock, recorder } = recorderWith();
    for (let second = 0; second < 20; second += 1) {
      for (let scan = 0; scan < 10_000; scan += 1) recorder.recordScan(cleanScan);
      clock.pass(1000);
    }
    expect(recorder.recent(300).scans).toBe(200_000);
    expect(recorder.recent(10).scans).toBe(90_000);
    expect(recorder.recentScans()).toHaveLength(1000);
  });

  test.each([
    [0, 1],
    [-5, 1],
    [299.6, 300],
    [100_000, 3600],
  ])('of %d seconds are answered for %d', (asked, answered) => {
    expect(recorderWith().recorder.recent(asked).window_seconds).toBe(answered);
  });
});

describe('a snapshot', () => {
  test('says how things stand', () => {
    const { clock, recorder } = recorderWith();
    recorder.observeQueueDepth(70);
    recorder.observeQueueDepth(20);
    for (let scan = 0; scan < 3; scan += 1) recorder.recordScan(cleanScan);
    recorder.recordScan(scanOf({ kind: 'clean' }, { durationMs: 0.002, cachedFrom: 'memory' }));
    recorder.recordScan(
      scanOf({ kind: 'infected', detections: [detectionBy('clamav'), detectionBy('yara')] }),
    );
    clock.pass(1_800_000);
    const gauges = {
      queueDepth: 12,
      activeWorkers: 1,
      totalWorkers: 2,
      workerUtilization: 0.25,
      cpuPercent: 30,
      memoryPercent: 40,
    };
    expect(recorder.snapshot(gauges)).toEqual({
      timestamp: startSeconds + 1800,
      uptime_seconds: 1800,
      scans_completed: 5,
      scans_per_hour: 10,
      average_scan_duration: 0.008_000_4,
      threats_detected: 1,
      cache_hits: 1,
      cache_misses: 4,
      cache_hit_rate: 0.2,
      queue_depth: 12,
      max_queue_depth: 70,
      active_workers: 1,
      total_workers: 2,
      worker_utilization: 0.25,
      cpu_percent: 30,
      memory_percent: 40,
      clamav_detections: 1,
      yara_detections: 1,
      hybrid_detections: 1,
    });
    expect(recorder.snapshots()).toHaveLength(1);
    expect(recorder.totals().snapshots).toBe(1);
  });

  test('has the rate of the last hour, not of all the time before', () => {
    const { clock, recorder } = recorderWith();
    for (let scan = 0; scan < 1000; scan += 1) recorder.recordScan(cleanScan);
    clock.pass(2 * 3_600_000);
    for (let scan = 0; scan < 7; scan += 1) recorder.recordScan(cleanScan);
    clock.pass(999);
    expect(recorder.snapshot(idle).scans_per_hour).toBeCloseTo(7, 2);
    expect(recorder.summary().scans_per_hour).toBeCloseTo(1007 / 2, 0);
  });

  test.each([Number.NaN, -3, Number.POSITIVE_INFINITY, 1e300])(
    'keeps to its schema with gauges of %d',
    (value) => {
      const { recorder } = recorderWith();
      const broken: Gauges = {
        queueDepth: value,
        activeWorkers: value,
        totalWorkers: value,
        workerUtilization: value,
        cpuPercent: value,
        memoryPercent: value,
      };
      expect(() => performanceSnapshotSchema.parse(recorder.snapshot(broken))).not.toThrow();
    },
  );

  test('raises the deepest queue with its own depth', () => {
    const { recorder } = recorderWith();
    expect(recorder.snapshot({ ...idle, queueDepth: 9 }).max_queue_depth).toBe(9);
    expect(recorder.snapshot(idle).max_queue_depth).toBe(9);
  });
});

describe('without a single scan', () => {
  test('every figure is zero and the dashboard keeps to its schema', () => {
    const { recorder } = recorderWith();
    expect(dashboardDataSchema.parse(recorder.dashboard())).toEqual({
      status: 'running',
      summary: {
        uptime_seconds: 0,
        total_scans: 0,
        scans_per_hour: 0,
        threats_detected: 0,
        threats_per_hour: 0,
        cache_hit_rate_percent: 0,
        average_scan_duration_ms: 0,
        max_queue_depth: 0,
        scaling_events_count: 0,
        snapshots_recorded: 0,
      },
      current: null,
      trends: { scans_per_hour: [], cache_hit_rate: [], worker_utilization: [] },
    });
    expect(recorder.recent(300)).toEqual({
      window_seconds: 300,
      scans: 0,
      average_duration_ms: 0,
      cache_hit_rate_percent: 0,
      threats_detected: 0,
    });
    expect(() => performanceSnapshotSchema.parse(recorder.snapshot(idle))).not.toThrow();
  });
});

describe('a clock that jumps', () => {
  test.each([-86_400, 86_400])('by %d seconds changes timestamps and nothing else', (seconds) => {
    const { clock, recorder } = recorderWith();
    recorder.recordScan(cleanScan);
    clock.pass(10_000);
    clock.jump(seconds);
    recorder.recordScan(cleanScan);
    clock.pass(10_000);
    expect(recorder.recentScans().map(({ timestamp }) => timestamp)).toEqual([
      startSeconds,
      startSeconds + 10 + seconds,
    ]);
    expect(recorder.recent(300).scans).toBe(2);
    expect(recorder.recent(15).scans).toBe(1);
    const snapshot = performanceSnapshotSchema.parse(recorder.snapshot(idle));
    expect(snapshot.timestamp).toBe(startSeconds + 20 + seconds);
    expect(snapshot.uptime_seconds).toBeCloseTo(20, 6);
    expect(snapshot.scans_per_hour).toBeCloseTo(360, 6);
  });

  test('backwards where it must not still gives no negative figure and loses no scan', () => {
    const { clock, recorder } = recorderWith();
    clock.pass(50_000);
    recorder.recordScan(cleanScan);
    clock.fault(49_000);
    recorder.recordScan(cleanScan);
    expect(recorder.totals().uptime_seconds).toBeCloseTo(50, 6);
    expect(recorder.recent(300).scans).toBe(2);
    expect(performanceSnapshotSchema.parse(recorder.snapshot(idle)).scans_per_hour).toBeCloseTo(144, 6);
  });
});

describe('the lists', () => {
  test('show scans as they are told: threats infected, what was not looked at error, names well formed', () => {
    const { recorder } = recorderWith();
    const detections = [detectionBy('yara')] as const;
    recorder.recordScan({ ...cleanScan, path: '/tmp/\udcff', priority: 'critical' });
    recorder.recordScan(scanOf({ kind: 'infected', detections }, { cachedFrom: 'content' }));
    recorder.recordScan(scanOf({ kind: 'suspicious', detections }));
    recorder.recordScan(scanOf({ kind: 'partial', reason: 'encrypted', detail: '' }));
    recorder.recordScan(scanOf({ kind: 'unscannable', reason: 'permission', detail: '' }));
    const metrics = recorder.recentScans().map((metric) => scanMetricSchema.parse(metric));
    expect(metrics[0]).toEqual({
      file_path: '/tmp/\ufffd',
      scan_duration: 0.01,
      file_size: 100,
      result: 'clean',
      verdict: 'clean',
      cached: false,
      priority: 'critical',
      timestamp: startSeconds,
    });
    expect(metrics.map(({ result, verdict, cached }) => [verdict, result, cached])).toEqual([
      ['clean', 'clean', false],
      ['infected', 'infected', true],
      ['suspicious', 'infected', false],
      ['partial', 'error', false],
      ['unscannable', 'error', false],
    ]);
    expect(recorder.recentScans(1)).toEqual(metrics.slice(-1));
    expect(recorder.coverage()).toEqual({
      verdicts: { clean: 1, infected: 1, suspicious: 1, partial: 1, unscannable: 1 },
      reasons: { encrypted: 1, permission: 1 },
      covered_percent: 60,
    });
  });

  test.each([0, 1, 2])('keep %i at most, while totals count all', (bound) => {
    const { recorder } = recorderWith({ recentScans: bound, snapshots: bound, scalingEvents: bound });
    for (let turn = 0; turn < 3; turn += 1) {
      recorder.recordScan(cleanScan);
      recorder.recordScalingEvent({ ...scaleUp, queue_depth: turn });
      recorder.snapshot(idle);
    }
    const lengths = [recorder.recentScans(), recorder.snapshots(), recorder.scalingEvents()].map(
      ({ length }) => length,
    );
    expect(lengths).toEqual([bound, bound, bound]);
    expect(recorder.totals()).toMatchObject({ scans: 3, snapshots: 3, scaling_events: 3 });
    expect(recorder.scalingEvents().map((event) => event.queue_depth)).toEqual([0, 1, 2].slice(3 - bound));
  });

  test('follow their limits while running, and keep the newest', () => {
    const { recorder } = recorderWith();
    for (const path of ['/1', '/2', '/3']) recorder.recordScan({ ...cleanScan, path });
    recorder.setLimits({ recentScans: 2, snapshots: 1, scalingEvents: 0 });
    recorder.recordScalingEvent(scaleUp);
    recorder.recordScan({ ...cleanScan, path: '/4' });
    recorder.setLimits({ recentScans: 3, snapshots: 1, scalingEvents: 1 });
    recorder.recordScan({ ...cleanScan, path: '/5' });
    expect(recorder.recentScans().map((scan) => scan.file_path)).toEqual(['/3', '/4', '/5']);
    expect(recorder.scalingEvents()).toEqual([]);
    expect(recorder.recent(300).scans).toBe(5);
  });
});
