// The last five minutes of scanning, with the changes of the number of workers on the same axis.
import { useMemo } from 'react';
import type { AppState } from '../../../shared/app-state.ts';
import { valueScale } from '../../charts/axis-ticks.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartColumn, ChartLine } from '../../charts/chart-lines.ts';
import {
  axisCount,
  filesText,
  whenText,
  percentText,
  perMinuteText,
  workersText,
} from '../../charts/figure-texts.ts';
import { LazyTimeChart } from '../../charts/lazy-time-chart.tsx';
import { peakOf, type ChartPoint } from '../../charts/points-of.ts';
import { chartMessages } from '../../messages/charts.ts';
import { formatCount } from '../../format/numbers.ts';
import { overviewMessages } from '../../messages/overview.ts';

interface ThroughputProps {
  readonly recent: AppState['recent'] | null;
  readonly points: readonly ChartPoint[];
}

const spanSeconds = 300;
const heightPx = 164;
const { figures } = chartMessages;
const lines: readonly ChartLine[] = [
  { figure: 'filesPerMinute', name: figures.filesPerMinute, colour: 1, form: 'area', text: perMinuteText },
];
const more: readonly ChartColumn[] = [
  { figure: 'queueDepth', name: figures.queueDepth, text: filesText },
  { figure: 'workers', name: figures.workers, text: workersText },
  { figure: 'cpuPercent', name: figures.cpuPercent, text: percentText },
];
const columns = [...lines, ...more];
const noEvents: AppState['recent']['scaling_events'] = [];

export function Throughput({ recent, points }: ThroughputProps) {
  const to = points.at(-1)?.at ?? 0;
  const peak = peakOf(points, 'filesPerMinute');
  const highest = peak?.value ?? 0;
  const scale = useMemo(() => valueScale(highest, 3), [highest]);
  const { title } = overviewMessages.throughput;
  return (
    <ChartCard
      level={2}
      question={title}
      answer={throughputAnswer(points)}
      points={points}
      columns={columns}
      spanSeconds={spanSeconds}
      emptyText={points.length === 0 ? chartMessages.empty.text('5m') : null}
      heightPx={heightPx}
    >
      <LazyTimeChart
        label={title}
        points={points}
        from={to - spanSeconds}
        to={to}
        lines={lines}
        more={more}
        scale={scale}
        axisText={axisCount}
        heightPx={heightPx}
        scalingEvents={recent?.scaling_events ?? noEvents}
        hasLongMarks
      />
    </ChartCard>
  );
}

export function throughputAnswer(points: readonly ChartPoint[]): string {
  const { answer, idle } = overviewMessages.throughput;
  const peak = peakOf(points, 'filesPerMinute');
  const now = points.at(-1)?.filesPerMinute ?? 0;
  if (peak === null || peak.value === 0) return idle;
  return answer(formatCount(now), formatCount(peak.value), whenText(peak.at, spanSeconds));
}
