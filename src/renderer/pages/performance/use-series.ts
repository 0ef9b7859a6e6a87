// The figures of a range, asked for again as often as there is something new in it.
import { useMemo, useRef } from 'react';
import type { Series, SeriesRange } from '../../../shared/page-documents.ts';
import type { AnswerScope } from '../../charts/answers.ts';
import { pointsOfSeries, type ChartPoint } from '../../charts/points-of.ts';
import { useCall } from '../../client/client-context.ts';
import type { CallError } from '../../client/client.ts';

export interface DrawnSeries {
  readonly series: Series;
  readonly points: readonly ChartPoint[];
  readonly scope: AnswerScope;
}

export interface SeriesState {
  /** Of the range before, until the new one is there; null before the first. */
  readonly drawn: DrawnSeries | null;
  readonly isLoading: boolean;
  readonly error: CallError | null;
  readonly reload: () => void;
}

/** The last five minutes are new with every point of `recent`. */
const everyMs: Readonly<Record<SeriesRange, number | undefined>> = {
  '5m': undefined,
  '1h': 30_000,
  '24h': 60_000,
  '30d': 300_000,
};

export function useSeries(range: SeriesRange): SeriesState {
  const interval = everyMs[range];
  const { state, value, error, reload } = useCall(
    'metrics.series',
    { range },
    interval === undefined ? { refreshOn: ['recent'] } : { everyMs: interval },
  );
  const lastRef = useRef<DrawnSeries | null>(null);
  const drawn = useMemo(() => (value === null ? lastRef.current : draw(value)), [value]);
  lastRef.current = drawn;
  return { drawn, isLoading: state === 'loading', error, reload };
}

function draw(series: Series): DrawnSeries {
  return {
    series,
    points: pointsOfSeries(series),
    scope: { range: series.range, spanSeconds: series.to - series.from },
  };
}
