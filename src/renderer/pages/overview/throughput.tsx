// The last five minutes of scanning, with the changes of the number of workers on the same axis.
import { useMemo } from 'react';
import type { AppState } from '../../../shared/app-state.ts';
import { scansAnswer } from '../../charts/answers.ts';
import { valueScale } from '../../charts/axis-ticks.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartColumn, ChartLine } from '../../charts/chart-lines.ts';
import { axisCount, filesText, percentText, workersText } from '../../charts/figure-texts.ts';
import { LazyTimeChart } from '../../charts/lazy-time-chart.tsx';
import { peakOf } from '../../charts/point-figures.ts';
import type { ChartPoint } from '../../charts/points-of.ts';
import { Card } from '../../components/card.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatCount } from '../../format/numbers.ts';
import { chartMessages } from '../../messages/charts.ts';
import { overviewMessages } from '../../messages/overview.ts';

interface ThroughputProps {
  readonly recent: AppState['recent'] | null;
  readonly points: readonly ChartPoint[];
}

const scope = { range: '5m', spanSeconds: 300 } as const;
const heightPx = 164;
const { figures, units } = chartMessages;
const lines: readonly ChartLine[] = [
  { figure: 'scans', name: figures.files, colour: 1, form: 'area', text: formatCount },
];
const more: readonly ChartColumn[] = [
  { figure: 'queueDepth', name: figures.queueDepth, text: filesText },
  { figure: 'workers', name: figures.workers, text: workersText },
  { figure: 'cpuPercent', name: figures.cpuPercent, text: percentText },
];
const columns = [...lines, ...more];

export function Throughput({ recent, points }: ThroughputProps) {
  const to = points.at(-1)?.at ?? 0;
  const highest = peakOf(points, 'scans')?.value ?? 0;
  const scale = useMemo(() => valueScale(highest, 3, true), [highest]);
  const { title } = overviewMessages.throughput;
  if (recent === null) {
    return (
      <Card title={title}>
        <Skeleton lines={6} />
      </Card>
    );
  }
  return (
    <ChartCard
      level={2}
      question={title}
      unit={units.files}
      answer={scansAnswer(points, scope)}
      points={points}
      columns={columns}
      spanSeconds={scope.spanSeconds}
      emptyText={points.length === 0 ? chartMessages.empty.text(scope.range) : null}
      heightPx={heightPx}
    >
      <LazyTimeChart
        label={title}
        points={points}
        from={to - scope.spanSeconds}
        to={to}
        lines={lines}
        more={more}
        scale={scale}
        axisText={axisCount}
        heightPx={heightPx}
        scalingEvents={recent.scaling_events}
        hasLongMarks
      />
    </ChartCard>
  );
}
