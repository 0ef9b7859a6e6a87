// Points ready to draw: one list serves every chart of a page, and time of which nothing is known is a gap, never a line.
import type { AppState, LivePoint } from '../../shared/app-state.ts';
import type { HistoryPoint, ScalingEvent } from '../../shared/metrics.ts';
import type { Series } from '../../shared/page-documents.ts';

/** What is drawn; null where nothing is known or there was nothing to measure. */
export interface ChartFigures {
  readonly scans: number | null;
  readonly scansPerHour: number | null;
  /** The deepest within the interval. */
  readonly queueDepth: number | null;
  /** Over the whole interval; where only the deepest is known, that. */
  readonly queueMean: number | null;
  readonly workers: number | null;
  readonly utilizationPercent: number | null;
  readonly cpuPercent: number | null;
  readonly memoryPercent: number | null;
  readonly hitRatePercent: number | null;
  readonly savedSeconds: number | null;
  /** Since the begin of the range. */
  readonly savedSoFarSeconds: number | null;
}
export type FigureName = keyof ChartFigures;

export interface ChartPoint extends ChartFigures {
  /** Unix seconds of the end of the interval. */
  readonly at: number;
  readonly intervalSeconds: number;
}

export const livePointSeconds = 5;
/** Points stand a little apart from their time: only more than two missing ones are a gap. */
const gapAfterSteps = 2.2;

export const unknownFigures: ChartFigures = {
  scans: null,
  scansPerHour: null,
  queueDepth: null,
  queueMean: null,
  workers: null,
  utilizationPercent: null,
  cpuPercent: null,
  memoryPercent: null,
  hitRatePercent: null,
  savedSeconds: null,
  savedSoFarSeconds: null,
};

export function pointsOfSeries({
  points,
  scaling_events: events,
}: Pick<Series, 'points' | 'scaling_events'>): readonly ChartPoint[] {
  let saved = 0;
  const drawn = points.map((point) => {
    saved += point.time_saved_seconds;
    return historyPoint(point, saved);
  });
  return withGaps(withQueuesOf(events, drawn));
}

/** The last five minutes, five seconds a point. */
export function pointsOfRecent({
  points,
  scaling_events: events,
}: AppState['recent']): readonly ChartPoint[] {
  return withGaps(withQueuesOf(events, points.map(livePoint)));
}

function historyPoint(point: HistoryPoint, savedSoFarSeconds: number): ChartPoint {
  return {
    at: point.timestamp,
    intervalSeconds: point.interval_seconds,
    scans: point.scans,
    scansPerHour: point.scans_per_hour,
    queueDepth: point.max_queue_depth,
    queueMean: point.queue_depth,
    workers: point.total_workers,
    utilizationPercent: 100 * point.worker_utilization,
    cpuPercent: point.cpu_percent,
    memoryPercent: point.memory_percent,
    hitRatePercent: point.cache_hit_rate === null ? null : 100 * point.cache_hit_rate,
    savedSeconds: point.time_saved_seconds,
    savedSoFarSeconds,
  };
}

function livePoint(point: LivePoint): ChartPoint {
  const { scans, workers } = point;
  return {
    ...unknownFigures,
    at: point.timestamp,
    intervalSeconds: livePointSeconds,
    scans,
    scansPerHour: (scans * 3600) / livePointSeconds,
    queueDepth: point.queue_depth,
    queueMean: point.queue_depth,
    workers,
    utilizationPercent: workers === 0 ? null : Math.min(100, (100 * point.active_workers) / workers),
    cpuPercent: point.cpu_percent,
    memoryPercent: point.memory_percent,
    hitRatePercent: scans === 0 ? null : (100 * Math.min(scans, point.cache_hits)) / scans,
  };
}

/** A queue that made workers come was there, also where it was gone before anybody looked again. */
function withQueuesOf(events: readonly ScalingEvent[], points: readonly ChartPoint[]): readonly ChartPoint[] {
  return points.map((point) => {
    const { at, intervalSeconds, queueDepth } = point;
    const depths = events
      .filter(({ timestamp }) => timestamp <= at && timestamp > at - intervalSeconds)
      .map(({ queue_depth: depth }) => depth);
    return queueDepth === null || depths.length === 0
      ? point
      : { ...point, queueDepth: Math.max(queueDepth, ...depths) };
  });
}

function withGaps(points: readonly ChartPoint[]): readonly ChartPoint[] {
  const step = usualStep(points);
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    if (before === undefined || point.at - before.at <= gapAfterSteps * step) return [point];
    return [{ ...unknownFigures, at: (before.at + point.at) / 2, intervalSeconds: 0 }, point];
  });
}

function usualStep(points: readonly ChartPoint[]): number {
  const steps = points
    .slice(1)
    .map((point, index) => point.at - (points[index]?.at ?? point.at))
    .toSorted((left, right) => left - right);
  return steps[Math.floor((steps.length - 1) / 2)] ?? Number.POSITIVE_INFINITY;
}
