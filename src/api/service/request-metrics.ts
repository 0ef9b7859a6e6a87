// Figures of requests by templated route, in the text of Prometheus; whatever clients send, there are only as many series as routes, methods and statuses.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import { registerEndedRequests, type EndedRequest } from './ended-request.ts';
import type { SlowRequests } from './slow-requests.ts';

/** Those that the service promises (0.1, 0.2, 0.5 s) are among them. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30];
const kib = 1024;
const sizeBuckets = [256, kib, 4 * kib, 16 * kib, 64 * kib, 256 * kib, 1024 * kib, 10 * 1024 * kib];

type Observer = Pick<Histogram.Internal<string>, 'observe'>;

interface Series {
  readonly labels: { readonly method: string; readonly route: string };
  readonly answers: Map<number | 'aborted', number>;
  readonly duration: Observer;
  readonly requestSize: Observer;
  readonly responseSize: Observer;
}

export class RequestMetrics {
  readonly #registry = new Registry();
  readonly #inProgress = new Map<string, number>();
  readonly #slow = new Map<string, number>();
  /** By route, then by method. */
  readonly #series = new Map<string, Map<string, Series>>();
  readonly #durations: Histogram<'method' | 'route'>;
  readonly #requestSizes: Histogram<'method' | 'route'>;
  readonly #responseSizes: Histogram<'method' | 'route'>;

  constructor() {
    this.#addCounters();
    this.#durations = this.#histogram(
      'http_request_duration_seconds',
      'Time from the head of a request to the end of its answer.',
      durationBuckets,
    );
    this.#requestSizes = this.#histogram(
      'http_request_size_bytes',
      'Bodies of requests that had one, of announced length, and were read to their end.',
      sizeBuckets,
    );
    this.#responseSizes = this.#histogram(
      'http_response_size_bytes',
      'Bodies of answers as sent; of those sent in chunks, with their headers.',
      sizeBuckets,
    );
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Text format 0.0.4; it may stand behind another one. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }

  onStart(method: string): void {
    this.#inProgress.set(method, (this.#inProgress.get(method) ?? 0) + 1);
  }

  onEnd({ method, route, status, seconds, requestBytes, responseBytes, isEndless }: EndedRequest): void {
    this.#inProgress.set(method, (this.#inProgress.get(method) ?? 0) - 1);
    const series = this.#series.get(route)?.get(method) ?? this.#newSeries(route, method);
    series.answers.set(status, (series.answers.get(status) ?? 0) + 1);
    if (!isEndless) series.duration.observe(seconds);
    if (requestBytes !== null) series.requestSize.observe(requestBytes);
    if (responseBytes !== null) series.responseSize.observe(responseBytes);
  }

  countSlow(route: string): void {
    this.#slow.set(route, (this.#slow.get(route) ?? 0) + 1);
  }

  #newSeries(route: string, method: string): Series {
    const series = {
      labels: { method, route },
      answers: new Map<number | 'aborted', number>(),
      duration: this.#durations.labels(method, route),
      requestSize: this.#requestSizes.labels(method, route),
      responseSize: this.#responseSizes.labels(method, route),
    };
    const ofRoute = this.#series.get(route) ?? new Map<string, Series>();
    this.#series.set(route, ofRoute.set(method, series));
    return series;
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram<'method' | 'route'> {
    return new Histogram({
      name,
      help,
      buckets,
      labelNames: ['method', 'route'],
      registers: [this.#registry],
    });
  }

  /** Counted in maps, and given to prom-client when they are asked for: it looks for a series by a text of its labels. */
  #addCounters(): void {
    const registers = [this.#registry];
    const labelNames = ['method', 'route', 'status'];
    const requests: Counter = new Counter({
      name: 'http_requests_total',
      help: 'Requests that ended, by the status of the answer; aborted: the client did not wait for its end.',
      labelNames,
      registers,
      collect: () => this.#count(requests, () => true),
    });
    const errors: Counter = new Counter({
      name: 'http_errors_total',
      help: 'Requests that were answered with a status of 400 or more.',
      labelNames,
      registers,
      collect: () => this.#count(errors, (status) => status !== 'aborted' && status >= 400),
    });
    const slow: Counter = new Counter({
      name: 'slow_requests_total',
      help: 'Requests that took longer than `[api] slow_request_threshold_seconds`.',
      labelNames: ['route'],
      registers,
      collect: () => {
        slow.reset();
        for (const [route, count] of this.#slow) slow.inc({ route }, count);
      },
    });
    const inProgress: Gauge = new Gauge({
      name: 'http_requests_in_progress',
      help: 'Requests that have come and are not answered yet.',
      labelNames: ['method'],
      registers,
      collect: () => {
        for (const [method, count] of this.#inProgress) inProgress.set({ method }, count);
      },
    });
  }

  #count(counter: Counter, isCounted: (status: number | 'aborted') => boolean): void {
    counter.reset();
    for (const ofRoute of this.#series.values()) {
      for (const { labels, answers } of ofRoute.values()) {
        for (const [status, count] of answers)
          if (isCounted(status)) counter.inc({ ...labels, status }, count);
      }
    }
  }
}

/** First of the hooks, so that what is refused is counted too. */
export function registerRequestMetrics(
  app: FastifyInstance,
  { metrics, slow }: { readonly metrics: RequestMetrics; readonly slow: Pick<SlowRequests, 'look'> },
): void {
  registerEndedRequests(app, {
    onStart: (method) => metrics.onStart(method),
    onEnd: (ended) => {
      metrics.onEnd(ended);
      if (!ended.isEndless) slow.look(ended);
    },
  });
}
