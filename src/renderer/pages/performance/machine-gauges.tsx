// CPU and memory at this moment, beside what they were in the range.
import { Gauge } from '../../charts/gauge.tsx';
import { meanOf, peakOf } from '../../charts/point-figures.ts';
import type { ChartPoint } from '../../charts/points-of.ts';
import { useAtMostEvery } from '../../components/use-at-most-every.ts';
import { useSlice } from '../../client/client-context.ts';
import { chartMessages } from '../../messages/charts.ts';

const everyMs = 1000;

export function MachineGauges({ points }: { readonly points: readonly ChartPoint[] }) {
  const live = useAtMostEvery(useSlice('live'), everyMs);
  const { figures } = chartMessages;
  /** This moment is a part of the range that no point tells of yet. */
  function highest(figure: 'cpuPercent' | 'memoryPercent', now: number | null): number | null {
    const peak = peakOf(points, figure)?.value ?? null;
    return peak === null ? now : Math.max(peak, now ?? 0);
  }
  return (
    <>
      <Gauge
        name={figures.cpuPercent}
        percent={live?.cpu_percent ?? null}
        mean={meanOf(points, 'cpuPercent')}
        highest={highest('cpuPercent', live?.cpu_percent ?? null)}
        colour={1}
      />
      <Gauge
        name={figures.memoryPercent}
        percent={live?.memory_percent ?? null}
        mean={meanOf(points, 'memoryPercent')}
        highest={highest('memoryPercent', live?.memory_percent ?? null)}
        colour={2}
      />
    </>
  );
}
