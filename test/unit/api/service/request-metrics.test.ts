import { describe, expect, test } from 'vitest';
import { RequestMetrics } from '../../../../src/api/service/request-metrics.ts';
import { anEndedRequest, lookupRoute } from './an-ended-request.ts';

/** Lines of one metric, without help and type. */
async function linesOf(metrics: RequestMetrics, name: string): Promise<readonly string[]> {
  const lines = (await metrics.render()).split('\n');
  return lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

const labels = `method="GET",route="${lookupRoute}"`;

describe('figures of requests', () => {
  test('count answers by method, route and status, those above 400 as errors too', async () => {
    const metrics = new RequestMetrics();
    const statuses = [200, 200, 404, 500, 'aborted'] as const;
    for (const status of statuses) metrics.onEnd(anEndedRequest({ status }));
    metrics.onEnd(anEndedRequest({ method: 'POST', route: '/api/v1/scan', status: 400 }));
    expect(await linesOf(metrics, 'http_requests_total')).toEqual([
      `http_requests_total{${labels},status="200"} 2`,
      `http_requests_total{${labels},status="404"} 1`,
      `http_requests_total{${labels},status="500"} 1`,
      `http_requests_total{${labels},status="aborted"} 1`,
      'http_requests_total{method="POST",route="/api/v1/scan",status="400"} 1',
    ]);
    expect(await linesOf(metrics, 'http_errors_total')).toEqual([
      `http_errors_total{${labels},status="404"} 1`,
      `http_errors_total{${labels},status="500"} 1`,
      'http_errors_total{method="POST",route="/api/v1/scan",status="400"} 1',
    ]);
  });

  test('are the same when they are asked for again', async () => {
    const metrics = new RequestMetrics();
    metrics.onStart('GET');
    metrics.onEnd(anEndedRequest());
    metrics.countSlow(lookupRoute);
    expect(await metrics.render()).toBe(await metrics.render());
  });

  test('say how many requests are under way', async () => {
    const metrics = new RequestMetrics();
    for (const method of ['GET', 'GET', 'POST']) metrics.onStart(method);
    metrics.onEnd(anEndedRequest());
    expect(await linesOf(metrics, 'http_requests_in_progress')).toEqual([
      'http_requests_in_progress{method="GET"} 1',
      'http_requests_in_progress{method="POST"} 1',
    ]);
  });

  test('know times and sizes, but for those that nobody knows', async () => {
    const metrics = new RequestMetrics();
    metrics.onEnd(anEndedRequest({ seconds: 0.15, requestBytes: 2000, responseBytes: 70_000 }));
    metrics.onEnd(anEndedRequest({ seconds: 0.25, requestBytes: null, responseBytes: null }));
    metrics.onEnd(anEndedRequest({ seconds: 3600, responseBytes: null, isEndless: true }));
    const sums = ['http_request_duration_seconds', 'http_request_size_bytes', 'http_response_size_bytes'];
    const lines = await Promise.all(
      sums.flatMap((name) => ['sum', 'count'].map((part) => linesOf(metrics, `${name}_${part}`))),
    );
    expect(lines.flat()).toEqual([
      `http_request_duration_seconds_sum{${labels}} 0.4`,
      `http_request_duration_seconds_count{${labels}} 2`,
      `http_request_size_bytes_sum{${labels}} 2000`,
      `http_request_size_bytes_count{${labels}} 1`,
      `http_response_size_bytes_sum{${labels}} 70000`,
      `http_response_size_bytes_count{${labels}} 1`,
    ]);
    const buckets = await linesOf(metrics, 'http_request_duration_seconds_bucket');
    expect(buckets).toContain(`http_request_duration_seconds_bucket{le="0.2",${labels}} 1`);
    expect(buckets).toContain(`http_request_duration_seconds_bucket{le="0.5",${labels}} 2`);
  });

  test('count slow requests by route', async () => {
    const metrics = new RequestMetrics();
    for (let count = 0; count < 2; count += 1) metrics.countSlow(lookupRoute);
    expect(await linesOf(metrics, 'slow_requests_total')).toEqual([
      `slow_requests_total{route="${lookupRoute}"} 2`,
    ]);
  });
});
