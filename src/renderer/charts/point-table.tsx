// The points of a chart as a table, newest first.
import { formatExact } from '../format/times.ts';
import { chartMessages } from '../messages/charts.ts';
import type { ChartColumn } from './chart-lines.ts';
import { momentText } from './figure-texts.ts';
import styles from './chart-card.module.css';
import type { ChartPoint } from './points-of.ts';

interface PointTableProps {
  readonly label: string;
  readonly points: readonly ChartPoint[];
  readonly columns: readonly ChartColumn[];
  readonly spanSeconds: number;
  readonly heightPx: number;
}

export function PointTable({ label, points, columns, spanSeconds, heightPx }: PointTableProps) {
  const known = points.filter(({ intervalSeconds }) => intervalSeconds > 0).toReversed();
  return (
    // A region that scrolls has to be reachable without a mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className={styles['scroll']}
      style={{ height: heightPx }}
    >
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">{chartMessages.table.time}</th>
            {columns.map(({ figure, name }) => (
              <th key={figure} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.map((point) => (
            <tr key={point.at}>
              <th scope="row">
                <time dateTime={new Date(point.at * 1000).toISOString()} title={formatExact(point.at)}>
                  {momentText(point.at, spanSeconds)}
                </time>
              </th>
              {columns.map(({ figure, text }) => {
                const value = point[figure];
                return <td key={figure}>{value === null ? chartMessages.table.nothing : text(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
