// CPU and memory at this moment, beside what they were in the range.
import { Gauge } from '../../charts/gauge.tsx';
import { meanOf, peakOf, type ChartPoint } from '../../charts/points-of.ts';
import { useAtMostEvery } from '../../components/use-at-most-every.ts';
import { useSlice } from '../../client/client-context.ts';
import { chartMessages } from '../../messages/charts.ts';

const everyMs = 1000;

export function MachineGauges({ points }: { readonly points: readonly ChartPoint[] }) {
  const live = useAtMostEvery(useSlice('live'), everyMs);
  const { figures } = chartMessages;
  return (
    <>
      <Gauge
        name={figures.cpuPercent}
        percent={live?.cpu_percent ?? null}
        mean={meanOf(points, 'cpuPercent')}
        highest={peakOf(points, 'cpuPercent')?.value ?? null}
        colour={1}
      />
      <Gauge
        name={figures.memoryPercent}
        percent={live?.memory_percent ?? null}
        mean={meanOf(points, 'memoryPercent')}
        highest={peakOf(points, 'memoryPercent')?.value ?? null}
        colour={2}
      />
    </>
  );
}
