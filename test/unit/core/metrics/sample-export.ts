// A metrics export of a short run, with as many rows as are asked for.
import { metricsExportOf } from '../../../../src/core/metrics/metrics-export.ts';
import { MetricsRecorder } from '../../../../src/core/metrics/metrics-recorder.ts';
import type { MetricsExport } from '../../../../src/shared/metrics.ts';
import { fakeClock } from './fake-clock.ts';
import { cleanScan } from './sample-scans.ts';

export function sampleExport(rows = 20): MetricsExport {
  const clock = fakeClock();
  const limits = { recentScans: 10, snapshots: 100, scalingEvents: 50 };
  const recorder = new MetricsRecorder({ clock, limits });
  for (let row = 0; row < rows; row += 1) {
    recorder.recordScan(cleanScan);
    clock.pass(60_000);
    recorder.snapshot({
      queueDepth: row,
      activeWorkers: 1,
      totalWorkers: 2,
      workerUtilization: 0.5,
      cpuPercent: 12.5,
      memoryPercent: 40,
    });
    recorder.recordScalingEvent({
      type: 'scale_up',
      old_workers: row,
      new_workers: row + 1,
      queue_depth: 75,
      cpu_percent: 12.5,
      memory_percent: 40,
      timestamp: clock.nowSeconds(),
      reason: 'the queue is deep',
    });
  }
  return metricsExportOf({
    source: 'process',
    totals: recorder.totals(),
    recent5Minutes: recorder.recent(300),
    recent1Hour: recorder.recent(3600),
    snapshots: recorder.snapshots(),
    scalingEvents: recorder.scalingEvents(),
    nowSeconds: clock.nowSeconds(),
  });
}
