// The Prometheus text: counters are read from the totals when they are asked for, so they cannot drift from the export.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CacheType } from '../../shared/metrics.ts';
import { cacheFigures } from './prometheus-cache-figures.ts';
import type { Figure, PrometheusView, Sample } from './prometheus-figure.ts';
import { protectionFigures } from './prometheus-figures.ts';
import { stateFigures } from './prometheus-state-figures.ts';
import type { Protection } from '../../shared/protection.ts';

/** From a look-up in memory to a database that is waited for, in seconds. */
const durationBuckets = [0.000_001, 0.000_01, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

export class PrometheusExposition {
  readonly #registry = new Registry();
  readonly #cacheOperations: Histogram<'cache_type' | 'operation'>;
  readonly #source: () => PrometheusView;
  #view: PrometheusView | null = null;

  constructor(source: () => PrometheusView) {
    this.#source = source;
    for (const figure of [...protectionFigures, ...cacheFigures, ...stateFigures]) this.#register(figure);
    this.#cacheOperations = new Histogram({
      name: 'cache_operation_duration_seconds',
      help: 'Time that operations of the cache took.',
      labelNames: ['cache_type', 'operation'],
      buckets: durationBuckets,
      registers: [this.#registry],
    });
  }

  /** Of `render`; for the header of an answer. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** @param operation one of a few words, such as `get` or `batch_set`: each is a series of its own. */
  observeCacheOperation(cacheType: CacheType, operation: string, seconds: number): void {
    // One value that is no number would make the sum none for ever.
    if (!Number.isFinite(seconds)) return;
    this.#cacheOperations.observe({ cache_type: cacheType, operation }, Math.max(0, seconds));
  }

  /** Text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/), every figure of one moment. */
  async render(protection: Protection | null = null): Promise<string> {
    this.#view = { ...this.#source(), protection };
    return this.#registry.metrics();
  }

  #register(figure: Figure): void {
    const samples = (): readonly Sample[] => (this.#view === null ? [] : figure.read(this.#view));
    const { name, help } = figure;
    const shared = { name, help, labelNames: [...figure.labels], registers: [this.#registry] };
    if (figure.type === 'gauge') {
      const metric: Gauge = new Gauge({
        ...shared,
        collect: () => collect(metric, samples(), (labels, value) => metric.set(labels, value)),
      });
    } else {
      const metric: Counter = new Counter({
        ...shared,
        collect: () => collect(metric, samples(), (labels, value) => metric.inc(labels, value)),
      });
    }
  }
}

function collect(
  metric: Gauge | Counter,
  samples: readonly Sample[],
  put: (labels: Record<string, string>, value: number) => void,
): void {
  metric.reset();
  // prom-client shows a metric without labels as 0 after a reset.
  if (samples.length === 0) metric.remove({});
  for (const { labels, value } of samples) put(wellFormed(labels), value);
}

/** A lone surrogate has no UTF-8: one would spoil the whole text. */
function wellFormed(labels: Sample['labels']): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, value.toWellFormed()]));
}
