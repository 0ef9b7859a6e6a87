// What is known of the point under the crosshair: all of it in the chart that is pointed at, its values only in the others.
import { chartMessages } from '../messages/charts.ts';
import type { ChartColumn, ChartLine } from './chart-lines.ts';
import { momentText } from './figure-texts.ts';
import { markerLines } from './marker-texts.ts';
import type { ChartPoint } from './points-of.ts';
import type { ScalingMarker } from './scaling-markers.ts';
import styles from './time-chart.module.css';

interface PointTooltipProps {
  readonly point: ChartPoint | null;
  readonly lines: readonly ChartLine[];
  readonly more: readonly ChartColumn[];
  readonly spanSeconds: number;
  readonly isWhole: boolean;
  readonly markers: readonly ScalingMarker[];
  readonly cooldownSeconds: number | null;
  /** A mark so near is told of too. */
  readonly nearSeconds: number;
}

export function PointTooltip({
  point,
  lines,
  more,
  spanSeconds,
  isWhole,
  markers,
  cooldownSeconds,
  nearSeconds,
}: PointTooltipProps) {
  if (point === null) return null;
  const rows = rowsOf(point, lines);
  if (!isWhole) {
    return rows.length === 0 ? null : (
      <div className={styles['values']}>
        {rows.map(({ name, text, colour }) => (
          <span key={name} className={styles['value']}>
            {rows.length > 1 ? <i className={styles['mark']} data-colour={colour} /> : null}
            {text}
          </span>
        ))}
      </div>
    );
  }
  const near = markers.filter(({ at }) => Math.abs(at - point.at) <= nearSeconds);
  const isGap = point.intervalSeconds === 0;
  return (
    <div className={styles['tooltip']}>
      <p className={styles['moment']}>{momentText(point.at, spanSeconds)}</p>
      {isGap ? (
        <p>{chartMessages.gap}</p>
      ) : (
        <dl className={styles['rows']}>
          {[...rows, ...rowsOf(point, more)].map(({ name, text, colour }) => (
            <div key={name} className={styles['row']}>
              <dt>
                <i className={styles['mark']} data-colour={colour} />
                {name}
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {near.flatMap((marker) =>
        markerLines(marker, { spanSeconds, cooldownSeconds }).map((line) => (
          <p key={line} className={styles['near']}>
            {line}
          </p>
        )),
      )}
    </div>
  );
}

interface Row {
  readonly name: string;
  readonly text: string;
  readonly colour: number;
}

function rowsOf(point: ChartPoint, columns: readonly (ChartColumn | ChartLine)[]): readonly Row[] {
  return columns.flatMap((column) => {
    const value = point[column.figure];
    if (value === null) return [];
    return [{ name: column.name, text: column.text(value), colour: 'colour' in column ? column.colour : 0 }];
  });
}
