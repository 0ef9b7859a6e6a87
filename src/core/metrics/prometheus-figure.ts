// One figure of the Prometheus text: its name, its help, and where in the view it is read from.
import type {
  CacheStats,
  MetricsSummary,
  PerformanceSnapshot,
  RecentMetrics,
  RunTotals,
  ScalingStats,
} from '../../shared/metrics.ts';

/** All that is told at one moment. */
export interface PrometheusView {
  readonly totals: RunTotals;
  /** The latest; null before the first. */
  readonly snapshot: PerformanceSnapshot | null;
  readonly summary: MetricsSummary;
  readonly recent5Minutes: RecentMetrics;
  readonly recent1Hour: RecentMetrics;
  readonly cache: CacheStats;
  readonly scaling: ScalingStats;
  readonly version: string;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Figure {
  readonly type: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** No samples where the figure is not known: a zero would be a claim. */
  read(view: PrometheusView): readonly Sample[];
}

export function labelled(
  type: Figure['type'],
  name: string,
  help: string,
  labels: readonly string[],
  read: Figure['read'],
): Figure {
  return { type, name, help, labels, read };
}

export function gauge(name: string, help: string, read: (view: PrometheusView) => number | null): Figure {
  return labelled('gauge', name, help, [], (view) => {
    const value = read(view);
    return value === null ? [] : [{ labels: {}, value }];
  });
}

export function counter(name: string, help: string, read: (view: PrometheusView) => number): Figure {
  return labelled('counter', name, help, [], (view) => [{ labels: {}, value: read(view) }]);
}
