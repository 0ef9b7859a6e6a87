// Figures over time, drawn by Recharts; what is drawn is decided elsewhere, so that nothing is computed while the pointer moves.
import { memo, useMemo, useState } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ReferenceDot, Tooltip, XAxis, YAxis } from 'recharts';
import type { ScalingEvent } from '../../shared/metrics.ts';
import { chartMessages } from '../messages/charts.ts';
import { timeTicks, type ValueScale } from './axis-ticks.ts';
import type { ChartColumn, ChartLine } from './chart-lines.ts';
import { axisTime } from './figure-texts.ts';
import { LineLabels } from './line-labels.tsx';
import { MarkerRow } from './marker-row.tsx';
import { axisWidthPx, plotFrame, rightMarginPx, timeAxisHeightPx, timeTickCount } from './plot-frame.ts';
import { PointTooltip } from './point-tooltip.tsx';
import { lonePoints, nearestIndex } from './point-figures.ts';
import type { ChartPoint } from './points-of.ts';
import { scalingMarkers } from './scaling-markers.ts';
import styles from './time-chart.module.css';
import { useWidth } from './use-width.ts';

export interface TimeChartProps {
  /** The question it answers. */
  readonly label: string;
  readonly points: readonly ChartPoint[];
  /** Unix seconds: the whole of the range, also where nothing is known. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly ChartLine[];
  /** Also told of a point that is pointed at. */
  readonly more?: readonly ChartColumn[];
  readonly scale: ValueScale;
  readonly axisText: (value: number) => string;
  readonly heightPx: number;
  /** Charts of one group share their crosshair. */
  readonly group?: string;
  readonly scalingEvents?: readonly ScalingEvent[];
  readonly cooldownSeconds?: number | null;
  /** Marks say why, where there is room. */
  readonly hasLongMarks?: boolean;
}

const noEvents: readonly ScalingEvent[] = [];
const noColumns: readonly ChartColumn[] = [];

export const TimeChart = memo(function TimeChart({
  label,
  points,
  from,
  to,
  lines,
  more = noColumns,
  scale,
  axisText,
  heightPx,
  group,
  scalingEvents = noEvents,
  cooldownSeconds = null,
  hasLongMarks = false,
}: TimeChartProps) {
  const [ref, widthPx] = useWidth();
  const [isPointedAt, setIsPointedAt] = useState(false);
  const hasMarkers = scalingEvents.length > 0;
  const frame = plotFrame(widthPx, heightPx, hasMarkers);
  const ticks = useMemo(() => timeTicks(from, to, timeTickCount(frame)), [from, to, frame.width]);
  const markers = useMemo(
    () =>
      scalingMarkers(scalingEvents, {
        from,
        to,
        widthPx: frame.width,
        hasLongLabels: hasLongMarks,
      }),
    [scalingEvents, from, to, frame.width, hasLongMarks],
  );
  const spanSeconds = to - from;
  const data = useMemo(() => [...points], [points]);

  return (
    <div
      ref={ref}
      className={styles['chart']}
      style={{ height: heightPx }}
      onPointerEnter={() => setIsPointedAt(true)}
      onPointerLeave={() => setIsPointedAt(false)}
      onFocus={() => setIsPointedAt(true)}
      onBlur={() => setIsPointedAt(false)}
    >
      {widthPx === 0 ? null : (
        <>
          <ComposedChart
            width={widthPx}
            height={heightPx}
            data={data}
            margin={{ top: frame.top, right: rightMarginPx, bottom: 0, left: 0 }}
            {...(group === undefined ? {} : { syncId: group, syncMethod: sameMoment })}
            aria-label={`${label} ${chartMessages.keyboard}`}
          >
            <CartesianGrid vertical={false} syncWithTicks />
            <XAxis
              dataKey="at"
              type="number"
              domain={[from, to]}
              allowDataOverflow
              ticks={[...ticks]}
              interval={0}
              height={timeAxisHeightPx}
              tickFormatter={(at: number) => axisTime(at, spanSeconds)}
              tickLine={false}
              tickMargin={8}
            />
            <YAxis
              width={axisWidthPx}
              domain={[0, scale.max]}
              ticks={[...scale.ticks]}
              interval={0}
              tickFormatter={axisText}
              tickLine={false}
              axisLine={false}
              tickMargin={8}
            />
            <Tooltip
              isAnimationActive={false}
              offset={12}
              content={({ active, label: at }) => (
                <PointTooltip
                  point={active ? pointAt(points, at) : null}
                  lines={lines}
                  more={more}
                  spanSeconds={spanSeconds}
                  isWhole={isPointedAt}
                  markers={markers}
                  cooldownSeconds={cooldownSeconds}
                  nearSeconds={frame.width === 0 ? 0 : (8 * spanSeconds) / frame.width}
                />
              )}
            />
            {lines.map(({ figure, form, colour }, index) => {
              const shared = {
                dataKey: figure,
                type: 'linear' as const,
                stroke: `var(--chart-${colour})`,
                strokeWidth: 1.75,
                dot: false,
                activeDot: { r: 3.5, strokeWidth: 2 },
                isAnimationActive: false,
                className: styles[index === 0 ? 'line' : 'otherLine'] ?? '',
              };
              return form === 'area' ? (
                <Area key={figure} {...shared} fill={`var(--chart-${colour})`} fillOpacity={0.15} />
              ) : (
                <Line key={figure} {...shared} />
              );
            })}
            {lines.flatMap(({ figure, colour }) =>
              lonePoints(points, figure).map(({ at, value }) => (
                <ReferenceDot
                  key={`${figure} ${at}`}
                  x={at}
                  y={value}
                  r={3.5}
                  fill={`var(--chart-${colour})`}
                  stroke="none"
                  ifOverflow="visible"
                />
              )),
            )}
          </ComposedChart>
          <LineLabels lines={lines} points={points} frame={frame} max={scale.max} />
          <MarkerRow
            markers={markers}
            frame={frame}
            spanSeconds={spanSeconds}
            cooldownSeconds={cooldownSeconds}
          />
        </>
      )}
    </div>
  );
});

interface Tick {
  readonly value?: unknown;
}

/** Another chart may have other points: the one next in time is meant. */
function sameMoment(ticks: readonly Tick[], { activeLabel }: { readonly activeLabel?: unknown }): number {
  const moments = ticks.map(({ value }) => ({ at: Number(value) }));
  return nearestIndex(moments, Number(activeLabel)) ?? -1;
}

function pointAt(points: readonly ChartPoint[], at: unknown): ChartPoint | null {
  const index = nearestIndex(points, Number(at));
  return index === null ? null : (points[index] ?? null);
}
