// When metrics are taken, kept and exported. A timer never throws: metrics that fail are said, and protection goes on.
import { messageOf } from '../../shared/errors.ts';
import type { MetricsExport, PerformanceSnapshot, RunTotals, ScalingEvent } from '../../shared/metrics.ts';
import type { Logger } from '../logger.ts';
import type { MetricsClock } from './metrics-clock.ts';
import { exportedRows, metricsExportOf, writeMetricsExport } from './metrics-export.ts';
import type { MetricsLimits, MetricsRecorder } from './metrics-recorder.ts';
import type { Gauges } from './take-snapshot.ts';

/** What outlives the process. */
export interface MetricsHistoryPort {
  saveSnapshot(snapshot: PerformanceSnapshot, totals: RunTotals): void;
  saveScalingEvent(event: ScalingEvent): void;
}

export interface MetricsSettings {
  /**
   * `enable_metrics`. Without it nothing is taken by the clock and nothing is kept in the history; the recorder counts
   * all the same, because status and coverage are made of its counts, and what is asked for by hand is still done.
   */
  readonly enabled: boolean;
  /** 0: never. */
  readonly snapshotIntervalSeconds: number;
  /** 0: never. */
  readonly exportIntervalSeconds: number;
  /** Exports that stay in the folder. */
  readonly keepExports: number;
  readonly limits: MetricsLimits;
}

export interface MetricsServiceOptions {
  readonly recorder: MetricsRecorder;
  readonly clock: MetricsClock;
  /** Asked once for each snapshot, and by nobody else: utilization is since it was last asked. */
  readonly gauges: () => Gauges;
  readonly history: MetricsHistoryPort;
  readonly exportFolder: string;
  readonly settings: MetricsSettings;
  readonly logger: Logger;
}

const quietMs = 60_000;
/** Node takes a longer delay for 1 ms. */
const longestDelayMs = 2_147_483_647;

export class MetricsService implements Disposable {
  readonly #options: MetricsServiceOptions;
  readonly #snapshots = new Repeating(() =>
    this.#guarded('metrics snapshot failed', () => this.snapshotNow()),
  );
  readonly #exports = new Repeating(() => this.#guarded('metrics export failed', () => this.exportNow()));
  readonly #saidAtMs = new Map<string, number>();
  #settings: MetricsSettings;
  #failedExports = 0;
  #disposed = false;

  constructor(options: MetricsServiceOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.configure(options.settings);
  }

  /** Exports that could not be written, since the start. */
  get failedExports(): number {
    return this.#failedExports;
  }

  /** Takes effect at once; a timer whose interval stays the same runs on. */
  configure(settings: MetricsSettings): void {
    if (this.#disposed) return;
    this.#settings = settings;
    const { recorder } = this.#options;
    recorder.setLimits(settings.limits);
    this.#snapshots.every(settings.enabled ? settings.snapshotIntervalSeconds : 0);
    this.#exports.every(settings.enabled ? settings.exportIntervalSeconds : 0);
  }

  recordScalingEvent(event: ScalingEvent): void {
    this.#options.recorder.recordScalingEvent(event);
    if (!this.#settings.enabled) return;
    this.#guarded('scaling event was not saved', () => this.#options.history.saveScalingEvent(event));
  }

  snapshotNow(): PerformanceSnapshot {
    const { recorder, gauges, history } = this.#options;
    const snapshot = recorder.snapshot(gauges());
    if (this.#settings.enabled) history.saveSnapshot(snapshot, recorder.totals());
    return snapshot;
  }

  /**
   * @returns the path of the file.
   * @throws AppError EXPORT_FAILED
   */
  exportNow(): string {
    return this.writeExport().path;
  }

  /** The same with what stands in it. */
  writeExport(): { readonly path: string; readonly document: MetricsExport } {
    const { recorder, clock, exportFolder } = this.#options;
    const nowSeconds = clock.nowSeconds();
    const document = metricsExportOf({
      source: 'process',
      totals: recorder.totals(),
      recent5Minutes: recorder.recent(300),
      recent1Hour: recorder.recent(3600),
      snapshots: recorder.snapshots(exportedRows),
      scalingEvents: recorder.scalingEvents(exportedRows),
      nowSeconds,
    });
    try {
      const keep = this.#settings.keepExports;
      const path = writeMetricsExport({ folder: exportFolder, document, nowSeconds, keep });
      return { path, document };
    } catch (error) {
      this.#failedExports += 1;
      throw error;
    }
  }

  /** Takes and saves a last snapshot, so that a run shorter than the interval is in the history too. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#snapshots.every(0);
    this.#exports.every(0);
    if (this.#settings.enabled) this.#guarded('metrics snapshot failed', () => this.snapshotNow());
  }

  #guarded(message: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      const nowMs = this.#options.clock.monotonicMs();
      const saidAtMs = this.#saidAtMs.get(message);
      if (saidAtMs !== undefined && nowMs - saidAtMs < quietMs) return;
      this.#saidAtMs.set(message, nowMs);
      const { failedExports } = this;
      this.#options.logger.warn({ error: messageOf(error), failedExports }, message);
    }
  }
}

/** A timer that does not keep the process alive. */
class Repeating {
  readonly #work: () => void;
  #timer: NodeJS.Timeout | null = null;
  #seconds = 0;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** @param seconds 0 or less: never. */
  every(seconds: number): void {
    if (seconds === this.#seconds) return;
    this.#seconds = seconds;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (!(seconds > 0)) return;
    this.#timer = setInterval(this.#work, Math.min(seconds * 1000, longestDelayMs));
    this.#timer.unref();
  }
}
