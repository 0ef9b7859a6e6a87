// Calls for the charts: what is asked is answered from memory for the last minutes, and from the kept history before that.
import type { Handlers } from '../../../shared/contract.ts';
import type { HistoryPoint, ScalingEvent } from '../../../shared/metrics.ts';
import type { SeriesRange } from '../../../shared/page-documents.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Antivirus } from '../../antivirus.ts';
import { systemClock, type MetricsClock } from '../../metrics/metrics-clock.ts';
import type { LiveFigures } from '../live-figures.ts';
import type { UncoveredFiles } from '../uncovered-files.ts';

export interface FigureCallsOptions {
  readonly antivirus: {
    readonly recorder: Pick<Antivirus['recorder'], 'costs' | 'coverage'>;
    readonly history: Pick<Antivirus['history'], 'history' | 'scalingEvents'>;
    readonly metrics: Pick<Antivirus['metrics'], 'writeExport'>;
  };
  readonly settings: () => Settings;
  readonly live: Pick<LiveFigures, 'historyPoints' | 'recent'>;
  readonly uncovered: Pick<UncoveredFiles, 'list'>;
  readonly clock?: MetricsClock;
}

type FigureCalls = Pick<Handlers, 'metrics.series' | 'metrics.costs' | 'metrics.export' | 'coverage.files'>;

/** Kept minute by minute, then hour by hour: a part of a range is no shorter than what is in it. */
const ranges: Readonly<Record<SeriesRange, { readonly seconds: number; readonly parts: number }>> = {
  '5m': { seconds: 300, parts: 60 },
  '1h': { seconds: 3600, parts: 60 },
  '24h': { seconds: 86_400, parts: 288 },
  '30d': { seconds: 30 * 86_400, parts: 240 },
};
const maxScalingEvents = 200;

export function figureCalls(options: FigureCallsOptions): FigureCalls {
  const { antivirus, settings, live, uncovered, clock = systemClock } = options;
  const { recorder, metrics } = antivirus;
  return {
    'metrics.series'({ range }) {
      const to = clock.nowSeconds();
      const from = Math.max(0, to - ranges[range].seconds);
      const points = range === '5m' ? live.historyPoints() : historyPoints(antivirus, range, to);
      return {
        range,
        from,
        to,
        points: [...points],
        scaling_events: [
          ...(range === '5m' ? live.recent().scaling_events : scalingEvents(antivirus, from, to)),
        ],
        cooldown_seconds: settings().scaling.scaling_cooldown_seconds,
        time_saved_seconds: points.reduce((sum, point) => sum + point.time_saved_seconds, 0),
      };
    },
    'metrics.costs': () => recorder.costs(),
    'metrics.export': () => metrics.writeExport(),
    async 'coverage.files'({ reason, limit }) {
      const { files, kept } = await uncovered.list(reason, limit);
      return { coverage: recorder.coverage(), files: [...files], kept };
    },
  };
}

/**
 * Parts begin at whole multiples of their width, so that a chart that is drawn again shows the same points and one more;
 * the last one is not over yet and ends now.
 */
function historyPoints(
  { history }: FigureCallsOptions['antivirus'],
  range: SeriesRange,
  nowSeconds: number,
): readonly HistoryPoint[] {
  const { seconds, parts } = ranges[range];
  const width = seconds / parts;
  const toSeconds = Math.ceil(nowSeconds / width) * width;
  return history
    .history({ fromSeconds: toSeconds - seconds, toSeconds, maxPoints: parts })
    .map((point) => ({ ...point, timestamp: Math.min(point.timestamp, nowSeconds) }));
}

function scalingEvents(
  { history }: FigureCallsOptions['antivirus'],
  fromSeconds: number,
  toSeconds: number,
): readonly ScalingEvent[] {
  return history.scalingEvents({ fromSeconds, toSeconds, limit: maxScalingEvents });
}
