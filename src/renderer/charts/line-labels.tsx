// The names of several lines, each at the end of its own: no legend to look things up in.
import type { ChartLine } from './chart-lines.ts';
import type { PlotFrame } from './plot-frame.ts';
import type { ChartPoint } from './points-of.ts';
import styles from './time-chart.module.css';

interface LineLabelsProps {
  readonly lines: readonly ChartLine[];
  readonly points: readonly ChartPoint[];
  readonly frame: PlotFrame;
  readonly max: number;
}

const heightPx = 16;
const awayPx = 5;
/** The label stands beside the last points of its line. */
const lastPoints = 4;

export function LineLabels({ lines, points, frame, max }: LineLabelsProps) {
  const labels = labelPlaces(lines, points, frame.height, max);
  return labels.map(({ line, topPx }) => (
    <span
      key={line.figure}
      className={styles['lineLabel']}
      data-colour={line.colour}
      style={{ top: frame.top + topPx, right: `calc(100% - ${frame.left + frame.width}px)` }}
      aria-hidden
    >
      {line.name}
    </span>
  ));
}

export interface LabelPlace {
  readonly line: ChartLine;
  readonly topPx: number;
}

/** The upper line has its label above it, any other below, as far as the plot has room. */
export function labelPlaces(
  lines: readonly ChartLine[],
  points: readonly ChartPoint[],
  plotHeightPx: number,
  max: number,
): readonly LabelPlace[] {
  const ends = lines
    .filter(({ hasLabel = false }) => hasLabel)
    .flatMap((line) => {
      const values = points.flatMap((point) => point[line.figure] ?? []).slice(-lastPoints);
      if (values.length === 0) return [];
      return [{ line, highest: Math.max(...values), lowest: Math.min(...values) }];
    })
    .toSorted((left, right) => right.highest - left.highest);
  function y(value: number): number {
    return plotHeightPx * (1 - value / max);
  }
  return ends.map(({ line, highest, lowest }, index) => {
    const above = y(highest) - awayPx - heightPx;
    const below = y(lowest) + awayPx;
    const wanted = index === 0 ? above : below;
    const room = plotHeightPx - heightPx;
    if (index > 0 && below > room) return { line, topPx: Math.max(0, above) };
    return { line, topPx: Math.min(room, Math.max(0, wanted)) };
  });
}
