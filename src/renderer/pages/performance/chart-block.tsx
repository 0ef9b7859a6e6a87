// A chart of this page in its card: what all of them have in common.
import type { ReactNode } from 'react';
import type { ScalingEvent } from '../../../shared/metrics.ts';
import type { ValueScale } from '../../charts/axis-ticks.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartColumn, ChartLine } from '../../charts/chart-lines.ts';
import { LazyTimeChart } from '../../charts/lazy-time-chart.tsx';
import { knownCount } from '../../charts/point-figures.ts';
import { chartMessages } from '../../messages/charts.ts';
import { crosshair } from './performance-charts.ts';
import type { DrawnSeries } from './use-series.ts';

interface ChartBlockProps {
  readonly id: string;
  readonly drawn: DrawnSeries;
  readonly question: string;
  readonly unit?: string;
  readonly answer: string;
  readonly lines: readonly ChartLine[];
  readonly more?: readonly ChartColumn[];
  readonly scale: ValueScale;
  readonly axisText: (value: number) => string;
  readonly heightPx?: number;
  readonly scalingEvents?: readonly ScalingEvent[];
  readonly aside?: ReactNode;
}

const usualHeightPx = 188;
const noColumns: readonly ChartColumn[] = [];

export function ChartBlock({
  id,
  drawn: { series, points, scope },
  question,
  unit,
  answer,
  lines,
  more = noColumns,
  scale,
  axisText,
  heightPx = usualHeightPx,
  scalingEvents,
  aside,
}: ChartBlockProps) {
  const isEmpty = lines.every(({ figure }) => knownCount(points, figure) === 0);
  return (
    <ChartCard
      id={id}
      question={question}
      unit={unit}
      answer={answer}
      points={points}
      columns={[...lines, ...more]}
      spanSeconds={scope.spanSeconds}
      emptyText={isEmpty ? chartMessages.empty.text(scope.range) : null}
      heightPx={heightPx}
      aside={aside}
    >
      <LazyTimeChart
        label={question}
        points={points}
        from={series.from}
        to={series.to}
        lines={lines}
        more={more}
        scale={scale}
        axisText={axisText}
        heightPx={heightPx}
        group={crosshair}
        {...(scalingEvents === undefined ? {} : { scalingEvents, cooldownSeconds: series.cooldown_seconds })}
      />
    </ChartCard>
  );
}
