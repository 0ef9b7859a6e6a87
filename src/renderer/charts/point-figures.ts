// What points come to together: the highest, means, sums, the one next to a moment; what is not known counts for nothing.
import { livePointSeconds, type ChartPoint, type FigureName } from './points-of.ts';

/** How many files were scanned in the minute before each point; of the first ones, since the first. */
export function lastMinutes(
  points: readonly ChartPoint[],
): readonly { readonly at: number; readonly value: number | null }[] {
  return points.map(({ at, scans }) => ({
    at,
    value:
      scans === null
        ? null
        : sumOf(
            points.filter((point) => isWithinMinute(point.at, at)),
            'scans',
          ),
  }));
}

function isWithinMinute(at: number, end: number): boolean {
  // Points stand a little apart from their time.
  return at <= end && end - at < 60 - livePointSeconds / 2;
}

/** A value and its moment. */
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

/** Those between two gaps: no line leads to them. */
export function lonePoints(points: readonly ChartPoint[], figure: FigureName): readonly Peak[] {
  return points.flatMap(({ at, [figure]: value }, index) => {
    const neighbours = [points[index - 1], points[index + 1]];
    if (value === null || neighbours.some((point) => (point?.[figure] ?? null) !== null)) return [];
    return [{ value, at }];
  });
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
