// One chart with its question, its answer in words and the same points as a table: nobody needs the picture to know.
import { ChartSpline, Table2 } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { IconButton } from '../components/icon-button.tsx';
import { chartMessages } from '../messages/charts.ts';
import styles from './chart-card.module.css';
import type { ChartColumn } from './chart-lines.ts';
import { PointTable } from './point-table.tsx';
import type { ChartPoint } from './points-of.ts';

interface ChartCardProps {
  /** Where `#/performance/QUEUE` leads. */
  readonly id?: string;
  readonly question: string;
  /** Of its heading. */
  readonly level?: 2 | 3;
  /** What the numbers of the value axis are, where they do not say it themselves. */
  readonly unit?: string | undefined;
  readonly answer: string;
  /** Of the table. */
  readonly points: readonly ChartPoint[];
  readonly columns: readonly ChartColumn[];
  readonly spanSeconds: number;
  /** Why there is nothing to draw; null when there is. */
  readonly emptyText: string | null;
  readonly heightPx: number;
  /** Beside the chart, such as gauges. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function ChartCard({
  id,
  question,
  level = 3,
  unit,
  answer,
  points,
  columns,
  spanSeconds,
  emptyText,
  heightPx,
  aside,
  children,
}: ChartCardProps) {
  const [isTable, setIsTable] = useState(false);
  const questionId = useId();
  const { show, hide } = chartMessages.table;
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section
      className={styles['card']}
      id={id}
      tabIndex={id === undefined ? undefined : -1}
      aria-labelledby={questionId}
    >
      <header className={styles['head']}>
        <div className={styles['words']}>
          <div>
            <Heading id={questionId} className={styles['question']}>
              {question}
            </Heading>
            {unit === undefined || emptyText !== null ? null : <p className={styles['unit']}>{unit}</p>}
          </div>
          {emptyText === null ? <p className={styles['answer']}>{answer}</p> : null}
        </div>
        {emptyText === null ? (
          <IconButton
            label={isTable ? hide(question) : show(question)}
            icon={isTable ? ChartSpline : Table2}
            aria-pressed={isTable}
            onClick={() => setIsTable(!isTable)}
          />
        ) : null}
      </header>
      <div className={styles['body']}>
        <div className={styles['plot']} style={{ minHeight: heightPx }}>
          {emptyText !== null ? (
            <div className={styles['empty']} style={{ height: heightPx }}>
              <p className={styles['emptyTitle']}>{chartMessages.empty.title}</p>
              <p>{emptyText}</p>
            </div>
          ) : isTable ? (
            <PointTable
              label={chartMessages.table.label(question)}
              points={points}
              columns={columns}
              spanSeconds={spanSeconds}
              heightPx={heightPx}
            />
          ) : (
            children
          )}
        </div>
        {aside === undefined ? null : <div className={styles['aside']}>{aside}</div>}
      </div>
    </section>
  );
}
