// Every series that `/metrics` of `vedette serve` can have, with its labels: what dashboards and alerts may ask for.
import { RequestMetrics } from '../../../src/api/service/request-metrics.ts';
import { exampleText, samplesIn } from '../core/metrics/prometheus-example.ts';
import { metricsIn, selectorsIn } from './promql.ts';

/** What Prometheus itself adds to what it scrapes. */
export const scrapeLabels: readonly string[] = ['instance', 'job'];

/** After one request that failed, was slow, and is followed by another. */
async function requestsText(): Promise<string> {
  const metrics = new RequestMetrics();
  const route = '/api/v1/scan';
  metrics.onStart('POST');
  metrics.onEnd({
    method: 'POST',
    route,
    status: 504,
    seconds: 2,
    requestBytes: 5,
    responseBytes: 7,
    requestId: '1',
    client: 'owner',
    isEndless: false,
  });
  metrics.countSlow(route);
  return metrics.render();
}

export const rendered = Object.keys({
  ...samplesIn(await exampleText()),
  ...samplesIn(await requestsText()),
}).map((series) => ({
  name: series.replace(/\{.*/, ''),
  labels: new Set([...series.matchAll(/[{,](?<label>\w+)="/g)].map(({ groups }) => groups?.['label'])),
}));

/** Metrics that an expression asks for and that nobody renders. */
export function unknownMetricsIn(expr: string): readonly string[] {
  return metricsIn(expr).filter((name) => !rendered.some((series) => series.name === name));
}

/** Labels that an expression selects by and that the metric does not have. */
export function unknownLabelsIn(expr: string): readonly string[] {
  return selectorsIn(expr).flatMap(({ name, labels }) =>
    labels.filter(
      (label) =>
        !scrapeLabels.includes(label) &&
        !rendered.some((series) => series.name === name && series.labels.has(label)),
    ),
  );
}
