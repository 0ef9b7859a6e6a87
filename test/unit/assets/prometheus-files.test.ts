// The files for Prometheus and Grafana fit each other, ask only for what Vedette really says, and lie where the guide puts them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseYaml } from '@redocly/openapi-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { textRoutes } from '../../../src/shared/api-routes.ts';
import { apiSchema } from '../../../src/shared/settings/api.ts';
import { reasonSchema, verdictKindSchema } from '../../../src/shared/verdict.ts';
import { dashboard } from './grafana-dashboard.ts';
import { metricsIn, selectorsIn } from './promql.ts';
import { unknownLabelsIn, unknownMetricsIn } from './rendered-series.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const guide = readFileSync(join(root, 'docs', 'service.md'), 'utf8');

function yamlOf(path: string): unknown {
  return parseYaml(readFileSync(join(root, 'assets', path), 'utf8'));
}

const alertSchema = z.strictObject({
  alert: z.string().regex(/^Vedette[A-Z]/),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
  annotations: z.strictObject({ summary: z.string().max(120), description: z.string() }),
});
const alerts = z
  .strictObject({
    groups: z.array(z.strictObject({ name: z.string(), rules: z.array(alertSchema).min(1) })),
  })
  .parse(yamlOf('prometheus/alerts.yml'))
  .groups.flatMap(({ rules }) => rules);

const prometheus = z
  .strictObject({
    global: z.strictObject({ scrape_interval: z.string(), evaluation_interval: z.string() }),
    rule_files: z.array(z.string()),
    scrape_configs: z.tuple([
      z.strictObject({
        job_name: z.string(),
        authorization: z.strictObject({ credentials_file: z.string() }),
        static_configs: z.tuple([z.strictObject({ targets: z.array(z.string()) })]),
      }),
    ]),
  })
  .parse(yamlOf('prometheus/prometheus.yml'));

describe('the alerts', () => {
  test('are told apart by their names', () => {
    expect(alerts.length).toBeGreaterThan(8);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  test.each(alerts)('$alert: every metric and label is one that there is', ({ expr }) => {
    // Prometheus makes `up` itself.
    expect(unknownMetricsIn(expr).filter((name) => name !== 'up')).toEqual([]);
    expect(unknownLabelsIn(expr)).toEqual([]);
  });

  test('are all explained in the guide', () => {
    expect(alerts.filter(({ alert }) => !guide.includes(`\`${alert}\``))).toEqual([]);
  });

  test('name only verdicts and reasons that there are', () => {
    const named = alerts.flatMap(({ expr }) => [
      ...expr.matchAll(/\b(?:verdict|reason)=~"(?<words>[^"]*)"/g),
    ]);
    const words = named.flatMap(({ groups }) => groups?.['words']?.split('|') ?? []);
    const known: ReadonlySet<string> = new Set([...verdictKindSchema.options, ...reasonSchema.options]);
    expect(words.length).toBeGreaterThan(3);
    expect(words.filter((word) => !known.has(word))).toEqual([]);
  });

  test.each(alerts)('$alert: metrics that other programs have too are asked of Vedette alone', ({ expr }) => {
    const common = metricsIn(expr).filter((name) => /^(up|http|slow)/.test(name));
    const ofJob = selectorsIn(expr).filter(
      ({ name, labels }) => common.includes(name) && labels.includes('job'),
    );
    expect(ofJob.length).toBe(common.length);
  });

  test.each(alerts)('$alert: says what to do, in words without a number it does not have', (alert) => {
    expect(alert.annotations.description).toMatch(/\.$/);
    const { summary, description } = alert.annotations;
    const aggregated = /\bby \((?<labels>[^)]*)\)/.exec(alert.expr)?.groups?.['labels']?.split(/,\s*/);
    const shown = [...`${summary} ${description}`.matchAll(/\$labels\.(?<label>\w+)/g)].map(
      ({ groups }) => groups?.['label'] ?? '',
    );
    const kept = aggregated ?? ['job', 'instance'];
    expect(shown.filter((label) => !kept.includes(label))).toEqual([]);
  });
});

describe('prometheus.yml', () => {
  const [scrape] = prometheus.scrape_configs;

  test('asks where the service listens, at the path that has the figures', () => {
    // `/metrics` is what Prometheus takes where nothing is said.
    expect(textRoutes.metrics.path).toBe('/metrics');
    expect(scrape.static_configs[0].targets).toEqual([apiSchema.parse({}).listen]);
  });

  test('reads the alerts, which look for its job', () => {
    expect(prometheus.rule_files).toEqual(['alerts.yml']);
    const jobs = alerts.flatMap(({ expr }) => [...expr.matchAll(/job="(?<job>[^"]*)"/g)]);
    expect(new Set(jobs.map(({ groups }) => groups?.['job']))).toEqual(new Set([scrape.job_name]));
  });

  test('asks seldom enough for the rate limit of one client', () => {
    const perMinute = 60 / Number.parseInt(prometheus.global.scrape_interval, 10);
    expect(perMinute * 2).toBeLessThan(apiSchema.parse({}).rate_limit_rpm);
  });

  test('lies, with its token, where the guide puts it', () => {
    expect(guide).toContain('assets/prometheus/prometheus.yml');
    expect(guide).toContain(`/etc/prometheus/${scrape.authorization.credentials_file}`);
  });
});

describe('the provisioning of Grafana', () => {
  const sources = z
    .strictObject({
      apiVersion: z.literal(1),
      datasources: z.tuple([
        z.strictObject({
          name: z.string(),
          uid: z.string().max(40),
          type: z.string(),
          access: z.literal('proxy'),
          url: z.url(),
          isDefault: z.boolean(),
          jsonData: z.strictObject({ timeInterval: z.string() }),
        }),
      ]),
    })
    .parse(yamlOf('grafana/provisioning/datasources/vedette.yaml'));
  const dashboards = z
    .strictObject({
      apiVersion: z.literal(1),
      providers: z.tuple([
        z.strictObject({
          name: z.string(),
          folder: z.string(),
          type: z.literal('file'),
          allowUiUpdates: z.boolean(),
          options: z.strictObject({ path: z.string() }),
        }),
      ]),
    })
    .parse(yamlOf('grafana/provisioning/dashboards/vedette.yaml'));

  test('brings a data source of the kind that the dashboard lets its reader choose from', () => {
    const [source] = sources.datasources;
    const variable = dashboard.templating.list.find(({ type }) => type === 'datasource');
    expect(variable?.['query']).toBe(source.type);
    expect(new Set(dashboard.panels.map(({ datasource }) => datasource.type))).toEqual(
      new Set([source.type]),
    );
    expect(source.jsonData.timeInterval).toBe(prometheus.global.scrape_interval);
  });

  test('looks for the dashboard where the guide puts it', () => {
    const { path } = dashboards.providers[0].options;
    expect(guide).toContain(`assets/grafana/vedette.json ${path}`);
    for (const kind of ['datasources', 'dashboards'])
      expect(guide).toContain(
        `assets/grafana/provisioning/${kind}/vedette.yaml /etc/grafana/provisioning/${kind}`,
      );
  });
});
