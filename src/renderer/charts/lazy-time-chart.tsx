// The chart without its library: Recharts is fetched when the first one is drawn.
import { lazy, memo, Suspense } from 'react';
import type { TimeChartProps } from './time-chart.tsx';

const Chart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }));

export const LazyTimeChart = memo(function LazyTimeChart(props: TimeChartProps) {
  return (
    <Suspense fallback={<div style={{ height: props.heightPx }} />}>
      <Chart {...props} />
    </Suspense>
  );
});
