// Everything counted since the start, in memory of a fixed size. Recording only adds; whoever reads pays for the form.
import type {
  Coverage,
  DashboardData,
  MetricsSummary,
  PerformanceSnapshot,
  RecentMetrics,
  RunTotals,
  ScalingEvent,
  ScanMetric,
} from '../../shared/metrics.ts';
import type { Costs } from '../../shared/page-documents.ts';
import type { Priority } from '../../shared/scan.ts';
import {
  assertNever,
  isHybrid,
  threatIn,
  type Detection,
  type Judgement,
  type Reason,
  type Verdict,
  type VerdictKind,
} from '../../shared/verdict.ts';
import type { MetricsClock } from './metrics-clock.ts';
import { longestWindowSeconds, RecentCounts } from './recent-counts.ts';
import { Ring } from './ring.ts';
import { costsOf } from './scan-costs.ts';
import { scanMetricOf, type RecordedScan } from './scan-metric.ts';
import { coverageOf, dashboardOf, perHour, ratio, summaryOf } from './summarize-totals.ts';
import { amount, takeSnapshot, whole, type Gauges } from './take-snapshot.ts';

export interface MetricsLimits {
  readonly recentScans: number;
  readonly snapshots: number;
  readonly scalingEvents: number;
}

export interface MetricsRecorderOptions {
  readonly clock: MetricsClock;
  readonly limits: MetricsLimits;
}

/** Windows and durations run on the monotonic clock: a jump of the wall clock only shows in timestamps. */
export class MetricsRecorder {
  readonly #clock: MetricsClock;
  readonly #startedMs: number;
  readonly #recent = new RecentCounts();
  readonly #recentScans: Ring<RecordedScan>;
  readonly #snapshots: Ring<PerformanceSnapshot>;
  readonly #scalingEvents: Ring<ScalingEvent>;
  readonly #verdicts: Record<VerdictKind, number> = {
    clean: 0,
    infected: 0,
    suspicious: 0,
    partial: 0,
    unscannable: 0,
  };
  readonly #reasons = new Map<Reason, number>();
  #uptimeMs = 0;
  #scans = 0;
  #scanMs = 0;
  #bytes = 0;
  #threats = 0;
  #cacheHits = 0;
  #clamavDetections = 0;
  #yaraDetections = 0;
  #hybridDetections = 0;
  #maxQueueDepth = 0;
  #scalingEventCount = 0;
  #snapshotCount = 0;
  #lostEvents = 0;
  #savedMs = 0;

  constructor({ clock, limits }: MetricsRecorderOptions) {
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
    this.#recentScans = new Ring(limits.recentScans);
    this.#snapshots = new Ring(limits.snapshots);
    this.#scalingEvents = new Ring(limits.scalingEvents);
  }

  /** @param scan `savedMs`: what the engines once took for it, when the cache answered; otherwise 0. */
  recordScan(scan: {
    readonly path: string;
    readonly verdict: Verdict;
    readonly priority: Priority;
    readonly savedMs: number;
  }): void {
    const { judgement, sizeBytes, sha256, cachedFrom } = scan.verdict;
    const durationMs = amount(scan.verdict.durationMs);
    const cached = cachedFrom !== null;
    const threat = threatIn(scan.verdict) !== null;
    this.#scans += 1;
    this.#scanMs += durationMs;
    if (sha256 !== null) this.#bytes += amount(sizeBytes);
    if (cached) this.#cacheHits += 1;
    this.#savedMs += amount(scan.savedMs);
    this.#countJudgement(judgement);
    this.#recent.add(this.#elapsedMs(), durationMs, cached, threat);
    // Not the verdict itself: a thousand of them may hold a great many matches.
    this.#recentScans.push({
      path: scan.path,
      durationMs,
      sizeBytes,
      kind: judgement.kind,
      cached,
      priority: scan.priority,
      timestamp: this.#clock.nowSeconds(),
    });
  }

  recordScalingEvent(event: ScalingEvent): void {
    this.#scalingEventCount += 1;
    this.#scalingEvents.push(event);
  }

  /** File events that only the sweep found. */
  recordLostEvents(count: number): void {
    this.#lostEvents += whole(count);
  }

  /** For the peaks between two snapshots. */
  observeQueueDepth(depth: number): void {
    this.#maxQueueDepth = Math.max(this.#maxQueueDepth, whole(depth));
  }

  /** What is kept at most from now on; of what is there the newest stays. */
  setLimits({ recentScans, snapshots, scalingEvents }: MetricsLimits): void {
    this.#recentScans.setCapacity(recentScans);
    this.#snapshots.setCapacity(snapshots);
    this.#scalingEvents.setCapacity(scalingEvents);
  }

  snapshot(gauges: Gauges): PerformanceSnapshot {
    this.observeQueueDepth(gauges.queueDepth);
    this.#snapshotCount += 1;
    const { scans, spanMs } = this.#recent.within(this.#elapsedMs(), longestWindowSeconds);
    const snapshot = takeSnapshot({
      gauges,
      totals: this.totals(),
      scansPerHour: perHour(scans, spanMs / 1000),
      timestamp: this.#clock.nowSeconds(),
    });
    this.#snapshots.push(snapshot);
    return snapshot;
  }

  totals(): RunTotals {
    return {
      uptime_seconds: this.#elapsedMs() / 1000,
      scans: this.#scans,
      scan_seconds: this.#scanMs / 1000,
      bytes: this.#bytes,
      threats: this.#threats,
      cache_hits: this.#cacheHits,
      cache_misses: this.#scans - this.#cacheHits,
      clamav_detections: this.#clamavDetections,
      yara_detections: this.#yaraDetections,
      hybrid_detections: this.#hybridDetections,
      max_queue_depth: this.#maxQueueDepth,
      scaling_events: this.#scalingEventCount,
      snapshots: this.#snapshotCount,
      lost_events: this.#lostEvents,
      time_saved_seconds: this.#savedMs / 1000,
      verdicts: { ...this.#verdicts },
      reasons: Object.fromEntries(this.#reasons),
    };
  }

  summary(): MetricsSummary {
    return summaryOf(this.totals());
  }

  coverage(): Coverage {
    return coverageOf(this.totals());
  }

  dashboard(): DashboardData {
    return dashboardOf({ totals: this.totals(), snapshots: this.snapshots(), status: 'running' });
  }

  /**
   * Exact to the second, also where more was scanned than the recent scans hold (`recent-counts.ts`).
   * @param windowSeconds 300 and 3600 are what is shown; others are taken to the nearest whole one from 1 to 3600.
   */
  recent(windowSeconds: number): RecentMetrics {
    const window = Math.min(longestWindowSeconds, Math.max(1, Math.round(windowSeconds)));
    const { scans, durationMs, cacheHits, threats } = this.#recent.within(this.#elapsedMs(), window);
    return {
      window_seconds: window,
      scans,
      average_duration_ms: ratio(durationMs, scans),
      cache_hit_rate_percent: 100 * ratio(cacheHits, scans),
      threats_detected: threats,
    };
  }

  /** Up to `limit` of the newest, oldest first; so are the other lists. */
  snapshots(limit?: number): PerformanceSnapshot[] {
    return this.#snapshots.latest(limit);
  }

  scalingEvents(limit?: number): ScalingEvent[] {
    return this.#scalingEvents.latest(limit);
  }

  /** What the recent scans cost, by folder and by type. */
  costs(): Costs {
    return costsOf(this.#recentScans);
  }

  recentScans(limit?: number): ScanMetric[] {
    return this.#recentScans.latest(limit).map(scanMetricOf);
  }

  #countJudgement(judgement: Judgement): void {
    this.#verdicts[judgement.kind] += 1;
    switch (judgement.kind) {
      case 'clean':
        break;
      case 'infected':
      case 'suspicious':
        this.#countDetections(judgement.detections);
        break;
      case 'partial':
      case 'unscannable':
        this.#reasons.set(judgement.reason, (this.#reasons.get(judgement.reason) ?? 0) + 1);
        break;
      default:
        assertNever(judgement);
    }
  }

  /** Once a scan for each engine, however much it found. */
  #countDetections(detections: readonly Detection[]): void {
    this.#threats += 1;
    if (detections.some(({ engine }) => engine === 'clamav')) this.#clamavDetections += 1;
    if (detections.some(({ engine }) => engine === 'yara')) this.#yaraDetections += 1;
    if (isHybrid(detections)) this.#hybridDetections += 1;
  }

  /** Since the start; never less than it was before, whatever the clock says. */
  #elapsedMs(): number {
    const elapsedMs = this.#clock.monotonicMs() - this.#startedMs;
    if (elapsedMs > this.#uptimeMs) this.#uptimeMs = elapsedMs;
    return this.#uptimeMs;
  }
}
