import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../../src/core/metrics/metrics-clock.ts';
import { MetricsRecorder } from '../../../../src/core/metrics/metrics-recorder.ts';
import {
  MetricsService,
  type MetricsServiceOptions,
  type MetricsSettings,
} from '../../../../src/core/metrics/metrics-service.ts';
import { silentLogger, type Logger } from '../../../../src/core/logger.ts';
import {
  metricsExportSchema,
  type PerformanceSnapshot,
  type RunTotals,
  type ScalingEvent,
} from '../../../../src/shared/metrics.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';
import { cleanScan } from './sample-scans.ts';

const settings: MetricsSettings = {
  enabled: true,
  snapshotIntervalSeconds: 60,
  exportIntervalSeconds: 300,
  keepExports: 3,
  limits: { recentScans: 10, snapshots: 10, scalingEvents: 10 },
};

const event: ScalingEvent = {
  type: 'scale_down',
  old_workers: 4,
  new_workers: 2,
  queue_depth: 3,
  cpu_percent: 1,
  memory_percent: 2,
  timestamp: 5,
  reason: 'the queue is short',
};

let place: TemporaryFolder;
let exportFolder: string;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_750_000_000_000 });
  place = temporaryFolder();
  exportFolder = join(place.path, 'metrics');
});
afterEach(() => {
  vi.useRealTimers();
  place[Symbol.dispose]();
});

function serviceWith(options: Partial<MetricsServiceOptions> = {}) {
  const recorder = new MetricsRecorder({ clock: systemClock, limits: settings.limits });
  const saved: { readonly snapshot: PerformanceSnapshot; readonly totals: RunTotals }[] = [];
  const savedEvents: ScalingEvent[] = [];
  const warnings: { readonly fields: Readonly<Record<string, unknown>>; readonly message: string }[] = [];
  const logger: Logger = { ...silentLogger, warn: (fields, message) => warnings.push({ fields, message }) };
  const service = new MetricsService({
    recorder,
    clock: systemClock,
    gauges: () => ({
      queueDepth: 7,
      activeWorkers: 1,
      totalWorkers: 2,
      workerUtilization: 0.5,
      cpuPercent: 10,
      memoryPercent: 20,
    }),
    history: {
      saveSnapshot: (snapshot, totals) => saved.push({ snapshot, totals }),
      saveScalingEvent: (scaling) => savedEvents.push(scaling),
    },
    exportFolder,
    settings,
    logger,
    ...options,
  });
  return { service, recorder, saved, savedEvents, warnings };
}

function exportCount(): number {
  return existsSync(exportFolder) ? readdirSync(exportFolder).length : 0;
}

function passSeconds(seconds: number): void {
  vi.advanceTimersByTime(seconds * 1000);
}

/** Timers that hold the process. */
function holdingTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

function fail(): never {
  throw new Error('no history today');
}

describe('the metrics service', () => {
  test('takes and saves a snapshot every minute and writes an export every five', () => {
    const { service, recorder, saved } = serviceWith();
    using _ = service;
    recorder.recordScan(cleanScan);
    passSeconds(59);
    expect(saved).toEqual([]);
    passSeconds(1);
    expect(saved).toHaveLength(1);
    expect(saved[0]?.snapshot).toMatchObject({ queue_depth: 7, scans_completed: 1, uptime_seconds: 60 });
    expect(saved[0]?.totals).toMatchObject({ scans: 1, snapshots: 1 });
    passSeconds(239);
    expect(exportCount()).toBe(0);
    passSeconds(1);
    expect([saved.length, exportCount()]).toEqual([5, 1]);
    passSeconds(1500);
    expect(exportCount()).toBe(3);
  });

  test('writes an export on demand and says where', () => {
    const { service, recorder } = serviceWith();
    using _ = service;
    recorder.recordScan(cleanScan);
    service.snapshotNow();
    service.recordScalingEvent(event);
    const document = metricsExportSchema.parse(JSON.parse(readFileSync(service.exportNow(), 'utf8')));
    expect(document).toMatchObject({
      source: 'process',
      export_timestamp: 1_750_000_000,
      summary: { total_scans: 1, snapshots_recorded: 1, scaling_events_count: 1 },
      recent_5min: { window_seconds: 300, scans: 1 },
      recent_1hour: { window_seconds: 3600, scans: 1 },
      scaling_events: [event],
    });
  });

  test('saves a last snapshot at its end, no export, and then rests', () => {
    const { service, saved } = serviceWith();
    passSeconds(10);
    service[Symbol.dispose]();
    expect(saved.map(({ snapshot }) => snapshot.uptime_seconds)).toEqual([10]);
    service[Symbol.dispose]();
    service.configure({ ...settings, snapshotIntervalSeconds: 1 });
    passSeconds(3600);
    expect([saved.length, exportCount(), vi.getTimerCount()]).toEqual([1, 0, 0]);
  });

  test('does not keep the process alive', () => {
    vi.useRealTimers();
    const before = holdingTimers();
    const { service } = serviceWith();
    using _ = service;
    expect(holdingTimers()).toBe(before);
  });

  test('without metrics keeps nothing, while the recorder counts and what is asked for is done', () => {
    const { service, recorder, saved, savedEvents } = serviceWith({
      settings: { ...settings, enabled: false },
    });
    recorder.recordScan(cleanScan);
    service.recordScalingEvent(event);
    passSeconds(3600);
    expect([saved, savedEvents, exportCount(), recorder.snapshots()]).toEqual([[], [], 0, []]);
    expect(recorder.summary()).toMatchObject({ total_scans: 1, scaling_events_count: 1 });
    expect(existsSync(service.exportNow())).toBe(true);
    service[Symbol.dispose]();
    expect(saved).toEqual([]);
  });

  test('saves scaling events', () => {
    const { service, savedEvents } = serviceWith();
    using _ = service;
    service.recordScalingEvent(event);
    expect(savedEvents).toEqual([event]);
  });
});

describe('new settings', () => {
  test('apply at once, and leave a timer alone whose interval stays', () => {
    const { service, saved } = serviceWith();
    using _ = service;
    passSeconds(50);
    service.configure({ ...settings, exportIntervalSeconds: 20 });
    passSeconds(10);
    expect([saved.length, exportCount()]).toEqual([1, 0]);
    passSeconds(10);
    expect(exportCount()).toBe(1);
    service.configure({ ...settings, exportIntervalSeconds: 0, snapshotIntervalSeconds: 5 });
    passSeconds(600);
    expect([saved.length, exportCount()]).toEqual([121, 1]);
  });

  test('change what is kept, and switch metrics off and on', () => {
    const { service, recorder, saved } = serviceWith();
    using _ = service;
    for (let scan = 0; scan < 5; scan += 1) recorder.recordScan(cleanScan);
    service.configure({ ...settings, enabled: false, limits: { ...settings.limits, recentScans: 2 } });
    expect(recorder.recentScans()).toHaveLength(2);
    passSeconds(600);
    expect(saved).toHaveLength(0);
    service.configure(settings);
    passSeconds(60);
    expect(saved).toHaveLength(1);
  });

  test('with an interval of a month do not become a storm', () => {
    const { service, saved } = serviceWith({
      settings: { ...settings, snapshotIntervalSeconds: 30 * 86_400, exportIntervalSeconds: 0 },
    });
    using _ = service;
    passSeconds(60);
    expect(saved).toEqual([]);
  });
});

describe('metrics that fail', () => {
  test('are counted, said once a minute at most, and never end the process', () => {
    writeFileSync(exportFolder, 'a file in its place');
    const { service, warnings } = serviceWith({ settings: { ...settings, exportIntervalSeconds: 10 } });
    using _ = service;
    passSeconds(60);
    expect(service.failedExports).toBe(6);
    expect(warnings).toEqual([
      {
        message: 'metrics export failed',
        fields: { error: expect.stringContaining('it is not a folder'), failedExports: 1 },
      },
    ]);
    passSeconds(60);
    expect([service.failedExports, warnings.length]).toEqual([12, 2]);
    expect(readFileSync(exportFolder, 'utf8')).toBe('a file in its place');
  });

  test('on demand tell the caller', () => {
    writeFileSync(exportFolder, 'a file in its place');
    const { service, warnings } = serviceWith();
    using _ = service;
    expect(() => service.exportNow()).toThrow(expect.objectContaining({ code: 'EXPORT_FAILED' }));
    expect([service.failedExports, warnings]).toEqual([1, []]);
  });

  test('go on when the history or a gauge fails, also at the end', () => {
    const { service, recorder, warnings } = serviceWith({
      history: { saveSnapshot: fail, saveScalingEvent: fail },
    });
    passSeconds(120);
    expect(() => service.recordScalingEvent(event)).not.toThrow();
    service[Symbol.dispose]();
    expect(recorder.snapshots()).toHaveLength(3);
    expect(warnings.map(({ message, fields }) => [message, fields['error']])).toEqual([
      ['metrics snapshot failed', 'no history today'],
      ['metrics snapshot failed', 'no history today'],
      ['scaling event was not saved', 'no history today'],
    ]);
  });
});
