// One figure of the Prometheus text: its name, its help, and where in the view it is read from.
import type {
  BloomStats,
  CacheType,
  CacheTypeStats,
  MetricsSummary,
  PerformanceSnapshot,
  RecentMetrics,
  RunTotals,
  ScalingStats,
} from '../../shared/metrics.ts';
import type { Protection } from '../../shared/protection.ts';

/** What is known of the cache; a figure that is not there has no sample. */
export interface CacheView {
  readonly types: Readonly<Partial<Record<CacheType, Partial<CacheTypeStats>>>>;
  /** null where no filter is at work. */
  readonly bloom: BloomStats | null;
}

/** All that is told at one moment. */
export interface PrometheusView {
  readonly totals: RunTotals;
  /** The latest; null before the first. */
  readonly snapshot: PerformanceSnapshot | null;
  readonly summary: MetricsSummary;
  readonly recent5Minutes: RecentMetrics;
  readonly recent1Hour: RecentMetrics;
  readonly cache: CacheView;
  /** null where no workers are. */
  readonly scaling: ScalingStats | null;
  readonly version: string;
  /** Missing where no Vedette watches. */
  readonly protection?: Protection | null;
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

/** @param read null for what is not known. */
export function gauge(name: string, help: string, read: (view: PrometheusView) => number | null): Figure {
  return single('gauge', name, help, read);
}

/** @param read null for what is not known. */
export function counter(name: string, help: string, read: (view: PrometheusView) => number | null): Figure {
  return single('counter', name, help, read);
}

function single(
  type: Figure['type'],
  name: string,
  help: string,
  read: (view: PrometheusView) => number | null,
): Figure {
  return labelled(type, name, help, [], (view) => {
    const value = read(view);
    return value === null ? [] : [{ labels: {}, value }];
  });
}
