import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { figureCalls } from '../../../../../src/core/guard/calls/figure-calls.ts';
import { LiveFigures } from '../../../../../src/core/guard/live-figures.ts';
import { UncoveredFiles } from '../../../../../src/core/guard/uncovered-files.ts';
import { MetricsRecorder } from '../../../../../src/core/metrics/metrics-recorder.ts';
import { HistoryStore } from '../../../../../src/core/store/history-store.ts';
import type { ScalingEvent } from '../../../../../src/shared/metrics.ts';
import {
  costsSchema,
  coverageFilesSchema,
  seriesRanges,
  seriesSchema,
} from '../../../../../src/shared/page-documents.ts';
import { settingsSchema } from '../../../../../src/shared/settings.ts';
import { historyFile } from '../../../../helpers/history-file.ts';
import { temporaryFolder } from '../../../../helpers/temporary-folder.ts';
import { fakeClock, startSeconds } from '../../metrics/fake-clock.ts';
import { sampleExport } from '../../metrics/sample-export.ts';
import { scanOf } from '../../metrics/sample-scans.ts';
import { encrypted, outcomeOn } from '../samples.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const settings = settingsSchema.parse({ scaling: { scaling_cooldown_seconds: 45 } });
const gauges = {
  queueDepth: 3,
  activeWorkers: 1,
  totalWorkers: 2,
  workerUtilization: 0.5,
  cpuPercent: 20,
  memoryPercent: 40,
};

function scaledAt(timestamp: number): ScalingEvent {
  return {
    type: 'scale_up',
    old_workers: 2,
    new_workers: 5,
    queue_depth: 75,
    cpu_percent: 34,
    memory_percent: 41,
    timestamp,
    reason: '75 files waiting',
  };
}

function start() {
  const folder = temporaryFolder();
  const file = historyFile(folder.path);
  const clock = fakeClock();
  const recorder = new MetricsRecorder({
    clock,
    limits: { recentScans: 10, snapshots: 10, scalingEvents: 10 },
  });
  const history = new HistoryStore(file);
  history.beginRun({ id: 'run', kind: 'serve', startedAtSeconds: startSeconds });
  const live = new LiveFigures({
    antivirus: {
      recorder,
      pipeline: { queueDepth: 0 },
      room: { pool: null },
      scaling: { stats: () => ({ max_workers: 8 }) },
    },
    load: () => ({ cpuPercent: 0, memoryPercent: 0 }),
    clock,
  });
  const uncovered = new UncoveredFiles({
    store: { newest: () => [], prune: () => {}, save: () => {} },
    isThere: () => Promise.resolve(true),
  });
  const document = sampleExport();
  const calls = figureCalls({
    antivirus: {
      recorder,
      history,
      metrics: { writeExport: () => ({ path: '/data/metrics/export.json', document }) },
    },
    settings: () => settings,
    live,
    uncovered,
    clock,
  });
  return {
    clock,
    recorder,
    history,
    uncovered,
    calls,
    document,
    /** Scans for that many minutes, a snapshot each, as a running Vedette takes them. */
    run(minutes: number): void {
      for (let minute = 0; minute < minutes; minute += 1) {
        for (let part = 0; part < 12; part += 1) {
          clock.pass(5000);
          vi.advanceTimersByTime(5000);
        }
        recorder.recordScan(scanOf({ kind: 'clean' }, { durationMs: 100 }));
        recorder.recordScan(scanOf({ kind: 'clean' }, { cachedFrom: 'memory' }, 500));
        history.saveSnapshot('run', recorder.snapshot(gauges), recorder.totals());
      }
      file.flush();
    },
    scaled(timestamp: number): void {
      history.saveScalingEvent('run', scaledAt(timestamp));
      recorder.recordScalingEvent(scaledAt(timestamp));
      file.flush();
    },
    [Symbol.dispose]() {
      live[Symbol.dispose]();
      uncovered[Symbol.dispose]();
      file[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe('the points of a chart', () => {
  test('are those of the range, each minute of the last hour for itself, with the time that was saved', async () => {
    using scene = start();
    scene.run(70);
    const series = seriesSchema.parse(await scene.calls['metrics.series']({ range: '1h' }));
    expect(series).toMatchObject({
      range: '1h',
      from: startSeconds + 10 * 60,
      to: startSeconds + 70 * 60,
      cooldown_seconds: 45,
      time_saved_seconds: 30,
    });
    expect(series.points).toHaveLength(60);
    expect(series.points.at(-1)).toMatchObject({
      timestamp: series.to,
      interval_seconds: 60,
      scans: 2,
      scans_per_hour: 120,
      cache_hit_rate: 0.5,
      time_saved_seconds: 0.5,
    });
  });

  test('of the last five minutes come from memory, five seconds each', async () => {
    using scene = start();
    scene.run(70);
    const series = seriesSchema.parse(await scene.calls['metrics.series']({ range: '5m' }));
    expect(series.points).toHaveLength(60);
    expect(series.points.at(-1)).toMatchObject({ timestamp: series.to, interval_seconds: 5 });
    // Of the last minute the scans belong to the five seconds that run.
    expect([series.time_saved_seconds, series.to - series.from]).toEqual([2.5, 300]);
  });

  test('are never more than 300, and stay where they are when a chart is drawn again', async () => {
    using scene = start();
    scene.run(70);
    for (const range of seriesRanges) {
      const { points } = seriesSchema.parse(await scene.calls['metrics.series']({ range }));
      expect(points.length).toBeGreaterThan(0);
      expect(points.length).toBeLessThanOrEqual(300);
    }
    const before = (await scene.calls['metrics.series']({ range: '24h' })).points;
    scene.clock.pass(100_000);
    const after = (await scene.calls['metrics.series']({ range: '24h' })).points;
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    expect(before.at(-1)?.timestamp).toBeLessThanOrEqual(startSeconds + 70 * 60);
  });

  test('come with the changes of workers within the range, oldest first', async () => {
    using scene = start();
    scene.run(1);
    scene.scaled(startSeconds - 7200);
    scene.scaled(startSeconds - 600);
    scene.scaled(startSeconds + 50);
    scene.scaled(startSeconds + 9000);
    const { calls } = scene;
    const times: Record<string, readonly number[]> = {};
    for (const range of seriesRanges) {
      const { scaling_events: events } = await calls['metrics.series']({ range });
      times[range] = events.map(({ timestamp }) => timestamp - startSeconds);
    }
    expect(times).toEqual({
      '5m': [50],
      '1h': [-600, 50],
      '24h': [-7200, -600, 50],
      '30d': [-7200, -600, 50],
    });
  });

  test('of a history that knows nothing are none', async () => {
    using scene = start();
    for (const range of seriesRanges) {
      expect(await scene.calls['metrics.series']({ range })).toMatchObject({
        points: [],
        scaling_events: [],
        time_saved_seconds: 0,
      });
    }
  });
});

describe('the calls beside the charts', () => {
  test('tell the cost, and an export with what stands in it', async () => {
    using scene = start();
    scene.run(2);
    expect(costsSchema.parse(await scene.calls['metrics.costs']({}))).toMatchObject({
      scans: 2,
      seconds: 0.2,
    });
    expect(await scene.calls['metrics.export']({})).toEqual({
      path: '/data/metrics/export.json',
      document: scene.document,
    });
  });

  test('name the files behind the coverage', async () => {
    using scene = start();
    for (const path of ['/a', '/b']) {
      const outcome = outcomeOn(path, encrypted);
      scene.recorder.recordScan({ path, verdict: outcome.verdict, priority: 'normal', savedMs: 0 });
      scene.uncovered.heard(outcome);
    }
    const answer = coverageFilesSchema.parse(
      await scene.calls['coverage.files']({ reason: 'encrypted', limit: 1 }),
    );
    expect(answer).toMatchObject({
      coverage: { reasons: { encrypted: 2 } },
      files: [{ path: '/b' }],
      kept: 2,
    });
  });
});
