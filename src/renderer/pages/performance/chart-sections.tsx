// The charts of the page in the order of the questions they answer.
import { useMemo } from 'react';
import {
  cacheAnswer,
  lostWorkersSentence,
  machineAnswer,
  queueAnswer,
  savedAnswer,
  scansAnswer,
  workersAnswer,
} from '../../charts/answers.ts';
import { durationScale, percentScale, valueScale } from '../../charts/axis-ticks.ts';
import { axisCount, axisDuration, axisPercent } from '../../charts/figure-texts.ts';
import { peakOf } from '../../charts/point-figures.ts';
import { useSlice } from '../../client/client-context.ts';
import { useNow } from '../../components/surroundings.tsx';
import { useAtMostEvery } from '../../components/use-at-most-every.ts';
import { chartMessages } from '../../messages/charts.ts';
import { performanceMessages } from '../../messages/performance.ts';
import { ChartBlock } from './chart-block.tsx';
import { MachineGauges } from './machine-gauges.tsx';
import {
  cacheLines,
  machineLines,
  queueLines,
  savedColumn,
  savedLines,
  scanColumn,
  scansDrawn,
  workerColumn,
  workerLines,
} from './performance-charts.ts';
import styles from './performance-page.module.css';
import type { DrawnSeries } from './use-series.ts';

interface SectionProps {
  readonly drawn: DrawnSeries;
}

const { questions } = performanceMessages;
const lostEveryMs = 5000;

export function KeepingUpCharts({ drawn }: SectionProps) {
  const { points, scope, series } = drawn;
  const { lines: scansLines, more: scansMore, unit: scansUnit } = scansDrawn(scope.range);
  const scansScale = useMemo(
    () =>
      valueScale(Math.max(0, ...scansLines.map(({ figure }) => peakOf(points, figure)?.value ?? 0)), 4, true),
    [points, scansLines],
  );
  const queueScale = useMemo(() => valueScale(peakOf(points, 'queueDepth')?.value ?? 0, 4, true), [points]);
  return (
    <>
      <ChartBlock
        id="scans"
        drawn={drawn}
        question={questions.scans}
        unit={scansUnit}
        answer={scansAnswer(points, scope)}
        lines={scansLines}
        more={scansMore}
        scale={scansScale}
        axisText={axisCount}
      />
      <ChartBlock
        id="queue"
        drawn={drawn}
        question={questions.queue}
        unit={chartMessages.units.queueDepth}
        answer={queueAnswer(points, scope)}
        lines={queueLines}
        more={workerColumn}
        scale={queueScale}
        axisText={axisCount}
        scalingEvents={series.scaling_events}
        heightPx={204}
      />
    </>
  );
}

export function CostCharts({ drawn }: SectionProps) {
  const { points, scope } = drawn;
  const lost = lostWorkersSentence(useAtMostEvery(useSlice('live'), lostEveryMs), useNow());
  return (
    <div className={styles['costCharts']}>
      <ChartBlock
        id="machine"
        drawn={drawn}
        question={questions.machine}
        answer={machineAnswer(points, scope)}
        lines={machineLines}
        scale={percentScale}
        axisText={axisPercent}
        aside={<MachineGauges points={points} />}
      />
      <ChartBlock
        id="workers"
        drawn={drawn}
        question={questions.workers}
        answer={[workersAnswer(points, scope), lost].join(' ').trim()}
        lines={workerLines}
        more={workerColumn}
        scale={percentScale}
        axisText={axisPercent}
      />
    </div>
  );
}

export function WorthCharts({ drawn }: SectionProps) {
  const { points, scope, series } = drawn;
  const savedScale = useMemo(() => durationScale(peakOf(points, 'savedSoFarSeconds')?.value ?? 0), [points]);
  return (
    <div className={styles['pair']}>
      <ChartBlock
        id="cache"
        drawn={drawn}
        question={questions.cache}
        answer={cacheAnswer(points, scope)}
        lines={cacheLines}
        more={scanColumn}
        scale={percentScale}
        axisText={axisPercent}
      />
      <ChartBlock
        id="saved"
        drawn={drawn}
        question={questions.saved}
        answer={savedAnswer(series.time_saved_seconds, points, scope)}
        lines={savedLines}
        more={savedColumn}
        scale={savedScale}
        axisText={axisDuration}
      />
    </div>
  );
}
