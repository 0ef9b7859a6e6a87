// The dashboard can be imported as it is, and asks only for what Vedette really says.
import { describe, expect, test } from 'vitest';
import { dashboard, expressions, rows } from './grafana-dashboard.ts';
import { metricsIn, selectorsIn } from './promql.ts';
import { rendered, scrapeLabels, unknownLabelsIn, unknownMetricsIn } from './rendered-series.ts';

describe('the expressions', () => {
  test('are found, and their metrics with them', () => {
    expect(expressions.length).toBeGreaterThan(20);
    expect(
      metricsIn('histogram_quantile(0.9, sum by (le) (rate(a_bucket{x="y"}[5m]))) / on (z) b:c > bool 1'),
    ).toEqual(['a_bucket', 'b:c']);
  });

  test.each(expressions)('$where: every metric is one that is rendered: $expr', ({ expr }) => {
    expect(metricsIn(expr).length).toBeGreaterThan(0);
    expect(unknownMetricsIn(expr)).toEqual([]);
  });

  test.each(expressions)('$where: every label is one that the metric has: $expr', ({ expr }) => {
    expect(unknownLabelsIn(expr)).toEqual([]);
  });

  test('look only at the instances that were chosen', () => {
    const careless = expressions.filter(({ expr }) => {
      const chosen = selectorsIn(expr).filter(({ labels }) => labels.includes('instance'));
      return chosen.length !== metricsIn(expr).length;
    });
    expect(careless).toEqual([]);
  });

  test('a legend shows only labels that its expression keeps', () => {
    const strangers = dashboard.panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr, legendFormat }) => {
        const kept = /\bby \((?<labels>[^)]*)\)/.exec(expr)?.groups?.['labels']?.split(/,\s*/);
        const own = rendered
          .filter(({ name }) => metricsIn(expr).includes(name))
          .flatMap(({ labels }) => [...labels]);
        return [...legendFormat.matchAll(/\{\{(?<label>\w+)\}\}/g)]
          .map(({ groups }) => groups?.['label'] ?? '')
          .filter((label) => !(kept ?? [...own, ...scrapeLabels]).includes(label));
      }),
    );
    expect(strangers).toEqual([]);
  });
});

describe('the dashboard', () => {
  test('shows what an operator asks for first', () => {
    expect(dashboard.panels.map(({ title, type }) => `${type}: ${title}`)).toEqual(
      expect.arrayContaining([
        'timeseries: Scans per hour',
        'timeseries: Cache hit rate',
        'timeseries: Worker utilization',
        'timeseries: Queue depth',
        'gauge: CPU',
        'gauge: Memory',
        'gauge: Verdict coverage',
        'timeseries: Cache look-ups avoided',
      ]),
    );
  });

  test('has a row for the requests of the HTTP API', () => {
    expect(rows.map(({ title }) => title)).toEqual(['HTTP API']);
    const top = rows[0]?.gridPos.y ?? 0;
    const below = dashboard.panels.filter(({ gridPos }) => gridPos.y > top);
    expect(below.map(({ title }) => title)).toEqual([
      'Requests a second',
      'Request duration',
      'Failed requests',
      'Requests in progress',
      'Slow requests',
      'Duration by route, 95th percentile',
      'Bytes a second',
    ]);
    const asked = below.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr)));
    expect(asked.filter((name) => !/^(http|slow)_/.test(name))).toEqual([]);
  });

  test('marks scaling events', () => {
    const annotation = dashboard.annotations.list.find(({ name }) => name === 'Scaling events');
    expect(annotation?.expr).toMatch(/^changes\(rt_protection_scaling_events_total\{.*\}\[2m\]\) > 0$/);
  });

  test('can be imported anywhere: no number of its own, every data source is the chosen one', () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
    const sources = [
      ...dashboard.panels.flatMap(({ datasource, targets }) => [
        datasource.uid,
        ...targets.map((target) => target.datasource.uid),
      ]),
      ...dashboard.annotations.list.map(({ datasource }) => datasource.uid),
    ];
    expect(new Set(sources)).toEqual(new Set(['${datasource}', '-- Grafana --']));
    expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['instance', 'query'],
    ]);
    expect(Object.keys(dashboard).filter((key) => key.startsWith('__'))).toEqual([]);
  });

  test('every panel has a number of its own and a place of its own', () => {
    const all = [...dashboard.panels, ...rows];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const cells = all.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => ({
        column: x + (index % w),
        row: y + Math.floor(index / w),
      })),
    );
    expect(new Set(cells.map(({ column, row }) => `${column}:${row}`)).size).toBe(cells.length);
    expect(cells.filter(({ column }) => column < 0 || column >= 24)).toEqual([]);
  });

  test('chooses among the instances that there are', () => {
    const definition = dashboard.templating.list.find(({ name }) => name === 'instance')?.definition;
    const metric = /^label_values\((?<metric>\w+), instance\)$/.exec(definition ?? '')?.groups?.['metric'];
    expect(rendered.map(({ name }) => name)).toContain(metric);
  });
});
