// The metrics as one JSON document, and its way to disk: wholly or not at all, never through a link.
import { lstatSync, renameSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type {
  MetricsExport,
  PerformanceSnapshot,
  RecentMetrics,
  RunTotals,
  ScalingEvent,
} from '../../shared/metrics.ts';
import { encodePath } from '../files/raw-path.ts';
import { ExportRefusal, openExportFolder } from './export-folder.ts';
import { exportName } from './export-name.ts';
import { retainExports } from './retain-exports.ts';
import { coverageOf, summaryOf } from './summarize-totals.ts';
import { asExportError, renameToNew, writeThrough } from './write-export.ts';

export const exportedRows = 20;
const maxExportsPerSecond = 9999;

/** @param document parts; `snapshots` and `scalingEvents` oldest first, of which the last 20 are taken. */
export function metricsExportOf(document: {
  readonly source: MetricsExport['source'];
  readonly totals: RunTotals;
  readonly recent5Minutes: RecentMetrics;
  readonly recent1Hour: RecentMetrics;
  readonly snapshots: readonly PerformanceSnapshot[];
  readonly scalingEvents: readonly ScalingEvent[];
  readonly nowSeconds: number;
}): MetricsExport {
  const { totals } = document;
  return {
    format: 'vedette.metrics/1',
    export_timestamp: document.nowSeconds,
    source: document.source,
    summary: summaryOf(totals),
    recent_5min: document.recent5Minutes,
    recent_1hour: document.recent1Hour,
    coverage: coverageOf(totals),
    lost_events: totals.lost_events,
    time_saved_seconds: totals.time_saved_seconds,
    snapshots: document.snapshots.slice(-exportedRows),
    scaling_events: document.scalingEvents.slice(-exportedRows),
  };
}

/**
 * Writes `<folder>/rt_protection_metrics_YYYYMMDD_HHMMSS.json` (local time), mode 0600, never over another file, and
 * removes exports beyond the newest `keep` (at least 1).
 * @returns the path of the file.
 * @throws AppError EXPORT_FAILED; then no file is left, also no partial one.
 */
export function writeMetricsExport({
  folder,
  document,
  nowSeconds,
  keep,
}: {
  readonly folder: string;
  readonly document: MetricsExport;
  readonly nowSeconds: number;
  readonly keep: number;
}): string {
  return asExportError(folder, () => {
    using opened = openExportFolder(folder);
    const written = writeThrough(
      { at: (name) => opened.at(name), mode: 0o600, text: () => textOf(document) },
      (temporary) => {
        for (let turn = 1; turn <= maxExportsPerSecond; turn += 1) {
          const name = exportName(nowSeconds, turn);
          if (renameToNew(temporary, opened.at(name))) return name;
        }
        throw new ExportRefusal('there are too many exports of this second');
      },
    );
    retainExports(opened, { written, keep, nowSeconds });
    return join(folder, written);
  });
}

/**
 * Writes to a path somebody named; a regular file there is replaced and keeps its mode, anything else is refused.
 * @throws AppError EXPORT_FAILED; then what was there is unchanged.
 */
export function writeMetricsExportTo(file: string, document: MetricsExport): void {
  writeTo(file, () => textOf(document));
}

/** The same for a text, such as that of Prometheus. @throws AppError EXPORT_FAILED */
export function writeExportTextTo(file: string, text: string): void {
  writeTo(file, () => text);
}

function writeTo(file: string, text: () => string): void {
  const path = resolve(file);
  const final = encodePath(path);
  asExportError(path, () => {
    const found = lstatSync(final, { throwIfNoEntry: false });
    if (found?.isSymbolicLink() === true) throw new ExportRefusal('it is a symbolic link');
    if (found?.isDirectory() === true) throw new ExportRefusal('it is a folder');
    if (found?.isFile() === false) throw new ExportRefusal('it is not a regular file');
    const mode = found === undefined ? 0o600 : found.mode & 0o777;
    // A link that takes its place now is replaced, not followed: that is what `rename` does.
    writeThrough({ at: (name) => encodePath(join(dirname(path), name)), mode, text }, (temporary) =>
      renameSync(temporary, final),
    );
  });
}

function textOf(document: MetricsExport): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
