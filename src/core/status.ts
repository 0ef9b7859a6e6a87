// What is known of an installation from its data folder alone, whether or not a Vedette runs.
import type { MetricsExport } from '../shared/metrics.ts';
import type { Protection } from '../shared/protection.ts';
import type { Settings } from '../shared/settings.ts';
import type { StatusReport } from '../shared/status-report.ts';
import { sizesByType } from './cache/sizes-by-type.ts';
import { exportedRows, metricsExportOf } from './metrics/metrics-export.ts';
import type { PrometheusView } from './metrics/prometheus-figure.ts';
import { coverageOf, dashboardOf, summaryOf } from './metrics/summarize-totals.ts';
import { FindingStore } from './store/finding-store.ts';
import { HistoryStore } from './store/history-store.ts';
import type { Store } from './store/store.ts';
import { readVersion } from './version.ts';

/** Snapshots of trends: an hour of minutes. */
const trendSnapshots = 60;
/** A run whose last snapshot is older than this many intervals was ended without a word. */
const missedSnapshots = 2.5;

export function statusOf(
  store: Store,
  dataDir: string,
  settings: Settings,
  nowSeconds: number,
  protection: Protection,
): StatusReport {
  const history = new HistoryStore(store.history);
  const totals = history.totals();
  const silentSeconds = settings.monitoring.snapshot_interval_seconds * missedSnapshots;
  const isRunning = history.hasOpenRun(nowSeconds - silentSeconds);
  const { files, contents, sizeBytes } = store.verdicts.counts();
  const { state, details, setAside } = store.health;
  return {
    format: 'vedette.status/1',
    version: readVersion(),
    data_folder: dataDir,
    protection,
    open_findings: new FindingStore(store.history).openCount(),
    metrics_enabled: settings.monitoring.enable_metrics,
    dashboard: dashboardOf({
      totals,
      snapshots: history.latestSnapshots(trendSnapshots),
      status: isRunning ? 'running' : totals.scans > 0 ? 'stopped' : 'no_data',
    }),
    coverage: coverageOf(totals),
    lost_events: totals.lost_events,
    time_saved_seconds: totals.time_saved_seconds,
    cache: { enabled: settings.performance.enable_cache, files, contents, size_bytes: sizeBytes },
    scaling_events: [...history.latestScalingEvents(exportedRows)],
    store: { state, problems: [...details], set_aside: [...setAside] },
  };
}

/** The export of all kept runs together, for when no Vedette runs that could be asked. */
export function exportOfHistory(store: Store, nowSeconds: number): MetricsExport {
  const history = new HistoryStore(store.history);
  return metricsExportOf({
    source: 'history',
    totals: history.totals(),
    recent5Minutes: history.recent(300, nowSeconds),
    recent1Hour: history.recent(3600, nowSeconds),
    snapshots: history.latestSnapshots(exportedRows),
    scalingEvents: history.latestScalingEvents(exportedRows),
    nowSeconds,
  });
}

/** The same for Prometheus, without what only a running Vedette could know. */
export function prometheusOfHistory(store: Store, nowSeconds: number): PrometheusView {
  const history = new HistoryStore(store.history);
  const totals = history.totals();
  const counts = store.verdicts.counts();
  const sizes = sizesByType(counts);
  return {
    totals,
    snapshot: history.latestSnapshots(1)[0] ?? null,
    summary: summaryOf(totals),
    recent5Minutes: history.recent(300, nowSeconds),
    recent1Hour: history.recent(3600, nowSeconds),
    cache: {
      types: {
        identity: { entries: counts.files, size_bytes: sizes.identity },
        verdict: { entries: counts.contents, size_bytes: sizes.verdict },
      },
      bloom: null,
    },
    scaling: null,
    version: readVersion(),
  };
}
