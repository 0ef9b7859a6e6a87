import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveFigures } from '../../../../src/core/guard/live-figures.ts';
import { MetricsRecorder } from '../../../../src/core/metrics/metrics-recorder.ts';
import { appStateSchema, maxLivePoints } from '../../../../src/shared/app-state.ts';
import { historyPointSchema, type ScalingEvent } from '../../../../src/shared/metrics.ts';
import { fakeClock, startSeconds } from '../metrics/fake-clock.ts';
import { cleanScan, scanOf } from '../metrics/sample-scans.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const { live: liveSchema, recent: recentSchema } = appStateSchema.shape;

function start() {
  const clock = fakeClock();
  const recorder = new MetricsRecorder({
    clock,
    limits: { recentScans: 10, snapshots: 10, scalingEvents: 10 },
  });
  const now = { queueDepth: 0, active: 0, workers: 2, cpu: 10, memory: 50, loads: 0 };
  const figures = new LiveFigures({
    antivirus: {
      recorder,
      pipeline: {
        get queueDepth() {
          return now.queueDepth;
        },
      },
      room: {
        get pool() {
          const losses = { count: 1, lastAtMs: 5000, lastCause: 'ended by SIGKILL' };
          return { activeWorkers: now.active, workers: now.workers, losses };
        },
      },
      scaling: { stats: () => ({ max_workers: 8 }) },
    },
    load() {
      now.loads += 1;
      return { cpuPercent: now.cpu, memoryPercent: now.memory };
    },
    clock,
  });
  function pass(milliseconds: number): void {
    // In small steps, so that a timer finds the clock where it should be.
    for (let left = milliseconds; left > 0; left -= 250) {
      clock.pass(Math.min(250, left));
      vi.advanceTimersByTime(Math.min(250, left));
    }
  }
  return { clock, recorder, now, figures, pass, [Symbol.dispose]: () => figures[Symbol.dispose]() };
}

const scaled: ScalingEvent = {
  type: 'scale_up',
  old_workers: 2,
  new_workers: 5,
  queue_depth: 75,
  cpu_percent: 34,
  memory_percent: 41,
  timestamp: startSeconds + 1,
  reason: '75 files waiting',
};

describe('figures of this moment', () => {
  test('are those of the recorder, the queue, the workers and the machine', () => {
    using scene = start();
    const { recorder, figures, now, pass } = scene;
    recorder.recordScan(cleanScan);
    recorder.recordScan(scanOf({ kind: 'clean' }, { cachedFrom: 'memory' }, 2000));
    Object.assign(now, { queueDepth: 7, active: 1, cpu: 33, memory: 44 });
    pass(1000);
    const live = figures.live();
    expect(live).toEqual({
      at: startSeconds + 1,
      files_per_minute: 2,
      cache_hit_rate: 0.5,
      queue_depth: 7,
      active_workers: 1,
      workers: 2,
      max_workers: 8,
      workers_lost: 1,
      worker_lost_at: 5,
      worker_lost_cause: 'ended by SIGKILL',
      cpu_percent: 33,
      memory_percent: 44,
      scans: 2,
      time_saved_seconds: 2,
    });
    expect(liveSchema.safeParse(live).success).toBe(true);
    pass(60_000);
    expect(figures.live()).toMatchObject({ files_per_minute: 0, cache_hit_rate: 0.5 });
    pass(300_000);
    expect(figures.live()).toMatchObject({ cache_hit_rate: null, scans: 2 });
  });

  test('are looked at once a second while somebody asks, every five otherwise, and never after the end', () => {
    using scene = start();
    const { figures, now, pass } = scene;
    const before = now.loads;
    pass(60_000);
    expect(now.loads - before).toBe(12);
    for (let second = 0; second < 10; second += 1) {
      pass(1000);
      for (let often = 0; often < 5; often += 1) figures.live();
    }
    expect(now.loads - before).toBe(12 + 10);
    figures[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the last five minutes', () => {
  test('are there when somebody opens the window, a point each five seconds', () => {
    using scene = start();
    const { recorder, figures, now, pass } = scene;
    pass(4000);
    recorder.recordScan(scanOf({ kind: 'clean' }, { durationMs: 500 }));
    recorder.recordScan(scanOf({ kind: 'clean' }, { cachedFrom: 'database' }, 300));
    recorder.observeQueueDepth(40);
    Object.assign(now, { queueDepth: 4, active: 2, cpu: 80 });
    pass(1000);
    Object.assign(now, { queueDepth: 0, active: 0, workers: 3 });
    pass(5000);
    const { points } = figures.recent();
    expect(points).toEqual([
      {
        timestamp: startSeconds + 5,
        scans: 2,
        cache_hits: 1,
        queue_depth: 40,
        active_workers: 2,
        workers: 2,
        cpu_percent: 80,
        memory_percent: 50,
      },
      expect.objectContaining({ timestamp: startSeconds + 10, scans: 0, queue_depth: 4, workers: 3 }),
    ]);
    expect(figures.historyPoints()[0]).toMatchObject({
      timestamp: startSeconds + 5,
      interval_seconds: 5,
      scans_per_hour: 1440,
      cache_hit_rate: 0.5,
      max_queue_depth: 40,
      worker_utilization: 1,
      time_saved_seconds: 0.3,
    });
    expect(figures.historyPoints()[1]).toMatchObject({ cache_hit_rate: null, average_scan_duration: null });
  });

  test('show what came and went between two points, as long as somebody asked', () => {
    using scene = start();
    const { figures, now, pass } = scene;
    pass(2000);
    Object.assign(now, { queueDepth: 9, active: 2, cpu: 100 });
    figures.live();
    Object.assign(now, { queueDepth: 0, active: 0, cpu: 0 });
    pass(3000);
    expect(figures.recent().points).toMatchObject([{ queue_depth: 9, active_workers: 2, cpu_percent: 40 }]);
    expect(figures.historyPoints()).toMatchObject([{ queue_depth: 3.6, worker_utilization: 0.4 }]);
  });

  test('are five minutes and no more, with the scaling of that time', () => {
    using scene = start();
    const { recorder, figures, pass } = scene;
    recorder.recordScalingEvent(scaled);
    pass(10_000);
    expect(figures.recent().scaling_events).toEqual([scaled]);
    pass(3_600_000);
    const { points, scaling_events: events } = figures.recent();
    expect(points).toHaveLength(maxLivePoints);
    expect([points.at(0)?.timestamp, points.at(-1)?.timestamp]).toEqual([
      startSeconds + 3610 - 295,
      startSeconds + 3610,
    ]);
    expect(events).toEqual([]);
  });

  test('forget what was before the machine slept', () => {
    using scene = start();
    const { clock, figures, pass } = scene;
    pass(60_000);
    clock.pass(400_000);
    expect(figures.recent().points).toEqual([]);
    pass(5000);
    expect(figures.recent().points).toHaveLength(1);
  });

  test('go with a clock that is set, and stay where they are with one that drifts', () => {
    using scene = start();
    const { clock, figures, pass } = scene;
    pass(30_000);
    const before = figures.recent().points.map(({ timestamp }) => timestamp);
    clock.jump(0.2);
    expect(figures.recent().points.map(({ timestamp }) => timestamp)).toEqual(before);
    clock.jump(-86_400);
    const after = figures.recent().points.map(({ timestamp }) => timestamp);
    expect(after).toEqual(before.map((timestamp) => expect.closeTo(timestamp - 86_400 + 0.2, 3)));
  });

  test('keep to the contract whatever any clock does', () => {
    const happening = fc.oneof(
      fc.record({ kind: fc.constant('pass' as const), by: fc.integer({ min: 1, max: 20_000 }) }),
      fc.record({ kind: fc.constant('jump' as const), by: fc.integer({ min: -90_000, max: 90_000 }) }),
      fc.record({ kind: fc.constant('fault' as const), by: fc.integer({ min: 1, max: 20_000 }) }),
      fc.record({ kind: fc.constant('scan' as const), by: fc.integer({ min: 0, max: 9 }) }),
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
        using scene = start();
        const { clock, recorder, figures, now, pass } = scene;
        for (const { kind, by } of happenings) {
          if (kind === 'pass') pass(by);
          else if (kind === 'jump') clock.jump(by);
          else if (kind === 'fault') clock.fault(by);
          else {
            recorder.recordScan(
              by % 2 === 0 ? cleanScan : scanOf({ kind: 'clean' }, { cachedFrom: 'memory' }),
            );
            Object.assign(now, { queueDepth: by - 1, active: by, workers: by - 2, cpu: by * 30 });
          }
          expect(liveSchema.parse(figures.live())).toBeDefined();
          expect(recentSchema.parse(figures.recent())).toBeDefined();
          expect(historyPointSchema.array().parse(figures.historyPoints())).toBeDefined();
        }
      }),
      {
        numRuns: 60,
        // The mean of 100 and 100 was once a hair more than 100.
        examples: [
          [
            [
              { kind: 'scan', by: 4 },
              { kind: 'pass', by: 933 },
              { kind: 'pass', by: 4124 },
            ],
          ],
        ],
      },
    );
  });
});
