// The dashboard can be imported as it is, and asks only for what Vedette really says.
import { describe, expect, test } from 'vitest';
import { exampleText, samplesIn } from '../core/metrics/prometheus-example.ts';
import { dashboard, expressions } from './grafana-dashboard.ts';

const rendered = Object.keys(samplesIn(await exampleText())).map((series) => ({
  name: series.replace(/\{.*/, ''),
  labels: new Set([...series.matchAll(/[{,](?<label>\w+)="/g)].map(({ groups }) => groups?.['label'])),
  text: series,
}));

/** What Prometheus itself adds to what it scrapes. */
const scrapeLabels = ['instance', 'job'];

/** Names that stand where PromQL has a metric: not a function, a label, a word of the language or a duration. */
function metricsIn(expr: string): readonly string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*(?!\s*\(|\w)/g)]
    .map(([name]) => name)
    .filter((name) => !['and', 'or', 'unless', 'bool', 'offset'].includes(name));
}

/** `metric{label="value"}` with the labels that are asked for. */
function selectorsIn(expr: string): readonly { readonly name: string; readonly labels: readonly string[] }[] {
  return [...expr.matchAll(/(?<name>[a-z_]+)\{(?<labels>[^}]*)\}/g)].map(({ groups }) => ({
    name: groups?.['name'] ?? '',
    labels: [...(groups?.['labels'] ?? '').matchAll(/(?<label>\w+)(?:=~|!~|!=|=)"/g)].map(
      (match) => match.groups?.['label'] ?? '',
    ),
  }));
}

describe('the expressions', () => {
  test('are found, and their metrics with them', () => {
    expect(expressions.length).toBeGreaterThan(20);
    expect(
      metricsIn('histogram_quantile(0.9, sum by (le) (rate(a_bucket{x="y"}[5m]))) / on (z) b:c > bool 1'),
    ).toEqual(['a_bucket', 'b:c']);
  });

  test.each(expressions)('$where: every metric is one that is rendered: $expr', ({ expr }) => {
    const metrics = metricsIn(expr);
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.filter((name) => !rendered.some((series) => series.name === name))).toEqual([]);
  });

  test.each(expressions)('$where: every label is one that the metric has: $expr', ({ expr }) => {
    const strangers = selectorsIn(expr).flatMap(({ name, labels }) =>
      labels.filter(
        (label) =>
          !scrapeLabels.includes(label) &&
          !rendered.some((series) => series.name === name && series.labels.has(label)),
      ),
    );
    expect(strangers).toEqual([]);
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
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
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
