// Points ready to draw: one list serves every chart of a page, and time of which nothing is known is a gap, never a line.
import type { AppState, LivePoint } from '../../shared/app-state.ts';
import type { HistoryPoint } from '../../shared/metrics.ts';
import type { Series } from '../../shared/page-documents.ts';

/** What is drawn; null where nothing is known or there was nothing to measure. */
export interface ChartFigures {
  readonly scans: number | null;
  readonly scansPerHour: number | null;
  readonly filesPerMinute: number | null;
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

const livePointSeconds = 5;
/** Points stand a little apart from their time: only more than two missing ones are a gap. */
const gapAfterSteps = 2.2;

export const unknownFigures: ChartFigures = {
  scans: null,
  scansPerHour: null,
  filesPerMinute: null,
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

export function pointsOfSeries({ points }: Pick<Series, 'points'>): readonly ChartPoint[] {
  let saved = 0;
  return withGaps(
    points.map((point) => {
      saved += point.time_saved_seconds;
      return historyPoint(point, saved);
    }),
  );
}

/** The last five minutes, five seconds a point. */
export function pointsOfRecent({ points }: Pick<AppState['recent'], 'points'>): readonly ChartPoint[] {
  return withGaps(points.map(livePoint));
}

function historyPoint(point: HistoryPoint, savedSoFarSeconds: number): ChartPoint {
  return {
    at: point.timestamp,
    intervalSeconds: point.interval_seconds,
    scans: point.scans,
    scansPerHour: point.scans_per_hour,
    filesPerMinute: point.scans_per_hour / 60,
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
    filesPerMinute: (scans * 60) / livePointSeconds,
    queueDepth: point.queue_depth,
    queueMean: point.queue_depth,
    workers,
    utilizationPercent: workers === 0 ? null : Math.min(100, (100 * point.active_workers) / workers),
    cpuPercent: point.cpu_percent,
    memoryPercent: point.memory_percent,
    hitRatePercent: scans === 0 ? null : (100 * Math.min(scans, point.cache_hits)) / scans,
  };
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

export interface Peak {
  readonly value: number;
  readonly at: number;
}

/** The highest; of equal ones the first. */
export function peakOf(points: readonly ChartPoint[], figure: FigureName): Peak | null {
  let peak: Peak | null = null;
  for (const point of points) {
    const value = point[figure];
    if (value !== null && (peak === null || value > peak.value)) peak = { value, at: point.at };
  }
  return peak;
}

export function lowestOf(points: readonly ChartPoint[], figure: FigureName): number | null {
  const values = points.flatMap((point) => point[figure] ?? []);
  return values.length === 0 ? null : Math.min(...values);
}

/** Over the time that is known, each interval by its length. */
export function meanOf(points: readonly ChartPoint[], figure: FigureName): number | null {
  return weightedMean(points, figure, ({ intervalSeconds }) => intervalSeconds);
}

/** Over all scans: a minute of many files says more than one of few. */
export function meanOverScans(points: readonly ChartPoint[], figure: FigureName): number | null {
  return weightedMean(points, figure, ({ scans }) => scans ?? 0);
}

function weightedMean(
  points: readonly ChartPoint[],
  figure: FigureName,
  weightOf: (point: ChartPoint) => number,
): number | null {
  let sum = 0;
  let weights = 0;
  for (const point of points) {
    const value = point[figure];
    if (value === null) continue;
    sum += value * weightOf(point);
    weights += weightOf(point);
  }
  return weights === 0 ? null : sum / weights;
}

export function sumOf(points: readonly ChartPoint[], figure: FigureName): number {
  return points.reduce((sum, point) => sum + (point[figure] ?? 0), 0);
}

/** How many points know this figure. */
export function knownCount(points: readonly ChartPoint[], figure: FigureName): number {
  return points.filter((point) => point[figure] !== null).length;
}

/** The point next to a moment; null where there is none. */
export function nearestIndex(points: readonly { readonly at: number }[], at: number): number | null {
  let best: number | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const [index, point] of points.entries()) {
    const away = Math.abs(point.at - at);
    if (away >= distance) continue;
    best = index;
    distance = away;
  }
  return best;
}
