// The text tells what the view tells, no more, and stays readable whatever a label holds.
import { register } from 'prom-client';
import { describe, expect, test } from 'vitest';
import type { PrometheusView } from '../../../../src/core/metrics/prometheus-figure.ts';
import { PrometheusExposition } from '../../../../src/core/metrics/prometheus.ts';
import { exampleText, exampleView, samplesIn } from './prometheus-example.ts';

async function samplesOf(view: PrometheusView): Promise<Readonly<Record<string, number>>> {
  return samplesIn(await new PrometheusExposition(() => view).render());
}

describe('PrometheusExposition', () => {
  test('shows every figure of the view once, in base units', async () => {
    expect(await samplesOf(exampleView)).toEqual({
      'rt_protection_build_info{version="0.1.0"}': 1,
      rt_protection_uptime_seconds: 7200,
      'rt_protection_scans_total{result="clean"}': 80,
      'rt_protection_scans_total{result="infected"}': 7,
      'rt_protection_scans_total{result="error"}': 13,
      'rt_protection_verdicts_total{verdict="clean",reason=""}': 80,
      'rt_protection_verdicts_total{verdict="infected",reason=""}': 6,
      'rt_protection_verdicts_total{verdict="suspicious",reason=""}': 1,
      'rt_protection_verdicts_total{verdict="partial",reason=""}': 1,
      'rt_protection_verdicts_total{verdict="partial",reason="too_large"}': 5,
      'rt_protection_verdicts_total{verdict="partial",reason="encrypted"}': 3,
      'rt_protection_verdicts_total{verdict="unscannable",reason=""}': 0,
      'rt_protection_verdicts_total{verdict="unscannable",reason="permission"}': 4,
      rt_protection_coverage_ratio: 0.87,
      rt_protection_scan_duration_seconds_total: 12.5,
      rt_protection_scanned_bytes_total: 5_000_000_000,
      rt_protection_threats_detected_total: 7,
      'rt_protection_detections_total{engine="clamav"}': 5,
      'rt_protection_detections_total{engine="yara"}': 4,
      'rt_protection_detections_total{engine="hybrid"}': 2,
      rt_protection_cache_hits_total: 60,
      rt_protection_cache_misses_total: 40,
      rt_protection_cache_hit_rate: 0.6,
      rt_protection_time_saved_seconds_total: 33.25,
      rt_protection_lost_events_total: 11,
      rt_protection_snapshots_recorded_total: 119,
      rt_protection_scans_per_hour: 51,
      rt_protection_threats_per_hour: 3.5,
      rt_protection_average_scan_duration_seconds: 0.125,
      'rt_protection_recent_scans{window="5m"}': 8,
      'rt_protection_recent_scans{window="1h"}': 52,
      'rt_protection_recent_average_scan_duration_seconds{window="5m"}': 0.25,
      'rt_protection_recent_average_scan_duration_seconds{window="1h"}': 0.5,
      'rt_protection_recent_cache_hit_ratio{window="5m"}': 0.75,
      'rt_protection_recent_cache_hit_ratio{window="1h"}': 0.25,
      'rt_protection_recent_threats_detected{window="5m"}': 1,
      'rt_protection_recent_threats_detected{window="1h"}': 2,
      rt_protection_queue_depth: 13,
      rt_protection_max_queue_depth: 180,
      rt_protection_active_workers: 3,
      rt_protection_worker_utilization_ratio: 0.75,
      rt_protection_cpu_percent: 42.5,
      rt_protection_memory_percent: 61,
      rt_protection_workers: 4,
      rt_protection_min_workers: 2,
      rt_protection_max_workers: 8,
      rt_protection_target_workers: 6,
      rt_protection_scaling_enabled: 1,
      rt_protection_scale_up_threshold: 50,
      rt_protection_scale_down_threshold: 10,
      rt_protection_time_since_last_scale_seconds: 30,
      rt_protection_scaling_events_total: 3,
      'cache_hits_total{cache_type="identity"}': 60,
      'cache_hits_total{cache_type="verdict"}': 1,
      'cache_misses_total{cache_type="identity"}': 41,
      'cache_misses_total{cache_type="verdict"}': 2,
      'cache_hit_rate{cache_type="identity"}': 0.6,
      'cache_hit_rate{cache_type="verdict"}': 0.25,
      'cache_entries{cache_type="identity"}': 900,
      'cache_entries{cache_type="verdict"}': 800,
      'cache_size_bytes{cache_type="identity"}': 90_000,
      'cache_size_bytes{cache_type="verdict"}': 80_000,
      'cache_evictions_total{cache_type="identity"}': 12,
      'cache_evictions_total{cache_type="verdict"}': 15,
      'cache_expired_total{cache_type="identity"}': 14,
      'cache_expired_total{cache_type="verdict"}': 16,
      cache_bloom_size_bytes: 10_485_760,
      cache_bloom_entries: 901,
      cache_bloom_ready: 1,
      cache_bloom_lookups_total: 101,
      cache_bloom_avoided_total: 95,
      cache_bloom_avoided_ratio: 0.94,
      cache_bloom_false_positives_total: 17,
      cache_bloom_false_positive_ratio: 0.03125,
    });
  });

  test('tells the type and the meaning of every metric', async () => {
    const text = await exampleText();
    for (const series of Object.keys(samplesIn(text))) {
      const name = series.replace(/\{.*/, '').replace(/^(cache_operation_.*)_(bucket|sum|count)$/, '$1');
      expect(text).toMatch(new RegExp(`^# HELP ${name} .*\\.$`, 'm'));
      const type = name.endsWith('_total')
        ? 'counter'
        : name.startsWith('cache_operation')
          ? 'histogram'
          : 'gauge';
      expect(text).toContain(`# TYPE ${name} ${type}\n`);
    }
  });

  test('has counters that are those of the totals at every look, whatever was shown before', async () => {
    let view: PrometheusView = exampleView;
    const exposition = new PrometheusExposition(() => view);
    await exposition.render();
    await exposition.render();
    view = { ...exampleView, totals: { ...exampleView.totals, threats: 9, reasons: { locked: 13 } } };
    const samples = samplesIn(await exposition.render());
    expect(samples['rt_protection_threats_detected_total']).toBe(9);
    const reasons = Object.keys(samples).filter((series) => /reason="[a-z]/.test(series));
    expect(reasons).toEqual(['rt_protection_verdicts_total{verdict="unscannable",reason="locked"}']);
  });

  test('asks for one view a look, so that looks at the same time do not mix', async () => {
    let looks = 0;
    const exposition = new PrometheusExposition(() => {
      looks += 1;
      const { totals } = exampleView;
      return { ...exampleView, totals: { ...totals, threats: looks, lost_events: looks, bytes: looks } };
    });
    const texts = await Promise.all([exposition.render(), exposition.render(), exposition.render()]);
    const seen = texts
      .map(samplesIn)
      .map((samples) => [
        samples['rt_protection_scanned_bytes_total'],
        samples['rt_protection_threats_detected_total'],
        samples['rt_protection_lost_events_total'],
      ]);
    expect(seen).toEqual([
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 3],
    ]);
  });

  test('has nothing of a bloom filter, of workers or of look-ups where none are', async () => {
    const samples = await samplesOf({
      ...exampleView,
      cache: { types: { verdict: { entries: 5, size_bytes: 50 } }, bloom: null },
      scaling: null,
    });
    const named = Object.keys(samples).filter((name) => /^cache_|workers|scal/.test(name));
    expect(named.toSorted()).toEqual([
      'cache_entries{cache_type="verdict"}',
      'cache_size_bytes{cache_type="verdict"}',
      'rt_protection_active_workers',
      'rt_protection_scaling_events_total',
    ]);
  });

  test('leaves out what is not known, and shows it as soon as it is', async () => {
    let view: PrometheusView = {
      ...exampleView,
      snapshot: null,
      cache: { ...exampleView.cache, types: {} },
      scaling: { ...exampleView.scaling, time_since_last_scale: null },
    };
    const exposition = new PrometheusExposition(() => view);
    const unknown = samplesIn(await exposition.render());
    view = exampleView;
    const known = samplesIn(await exposition.render());
    const appeared = Object.keys(known).filter((series) => !(series in unknown));
    expect(appeared.filter((series) => !series.startsWith('cache_'))).toEqual([
      'rt_protection_queue_depth',
      'rt_protection_active_workers',
      'rt_protection_worker_utilization_ratio',
      'rt_protection_cpu_percent',
      'rt_protection_memory_percent',
      'rt_protection_time_since_last_scale_seconds',
    ]);
    expect(appeared.filter((series) => series.startsWith('cache_'))).toHaveLength(14);
    expect(unknown['rt_protection_scans_per_hour']).toBe(exampleView.summary.scans_per_hour);
  });

  test('escapes labels from outside: no line, no label and no series can be forged', async () => {
    const reason = 'a"} 1\nfake_total{b="\\';
    const version = 'two\nlines "quoted" back\\slash';
    const samples = await samplesOf({
      ...exampleView,
      version,
      totals: { ...exampleView.totals, reasons: { [reason]: 2 } },
    });
    expect(samples).toMatchObject({
      'rt_protection_verdicts_total{verdict="unscannable",reason="a\\"} 1\\nfake_total{b=\\"\\\\"}': 2,
      'rt_protection_build_info{version="two\\nlines \\"quoted\\" back\\\\slash"}': 1,
    });
    expect(Object.keys(samples).filter((series) => series.startsWith('fake'))).toEqual([]);
  });

  test('is UTF-8 also when a label holds half a character', async () => {
    const text = await exampleText({ ...exampleView, version: 'half \ud800' });
    expect(text.isWellFormed()).toBe(true);
    expect(text).toContain('rt_protection_build_info{version="half \ufffd"} 1');
  });

  test('counts the operations of the cache by how long they took', async () => {
    const exposition = new PrometheusExposition(() => exampleView);
    for (const seconds of [0.000_002, 0.002, -1, Number.NaN, Number.POSITIVE_INFINITY])
      exposition.observeCacheOperation('verdict', 'batch_get', seconds);
    const labels = 'cache_type="verdict",operation="batch_get"';
    expect(samplesIn(await exposition.render())).toMatchObject({
      [`cache_operation_duration_seconds_bucket{le="0.000001",${labels}}`]: 1,
      [`cache_operation_duration_seconds_bucket{le="0.00001",${labels}}`]: 2,
      [`cache_operation_duration_seconds_bucket{le="0.005",${labels}}`]: 3,
      [`cache_operation_duration_seconds_bucket{le="+Inf",${labels}}`]: 3,
      [`cache_operation_duration_seconds_count{${labels}}`]: 3,
      [`cache_operation_duration_seconds_sum{${labels}}`]: 0.002_002,
    });
  });

  test('keeps to itself: nothing is global, and two do not share', async () => {
    const [one, other] = [exampleView, exampleView].map((view) => new PrometheusExposition(() => view));
    one?.observeCacheOperation('query', 'get', 1);
    expect(await other?.render()).not.toContain('cache_type="query"');
    expect(register.getMetricsAsArray()).toEqual([]);
  });

  test('says which format it is in', () => {
    expect(new PrometheusExposition(() => exampleView).contentType).toBe(
      'text/plain; version=0.0.4; charset=utf-8',
    );
  });
});
