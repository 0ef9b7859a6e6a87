// The text and the dashboard are read by Prometheus' own tool: a format and a query language that others define.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { PrometheusExposition } from '../../src/core/metrics/prometheus.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { expressions } from '../unit/assets/grafana-dashboard.ts';
import { exampleText, exampleView } from '../unit/core/metrics/prometheus-example.ts';

const isRequired = process.env['VEDETTE_REQUIRE_CLAMD'] === '1';
const isThere = spawnSync('promtool', ['--version'], { timeout: 30_000 }).status === 0;

interface Check {
  readonly status: number | null;
  /** All that it says, on both outputs. */
  readonly text: string;
}

function promtool(args: readonly string[], input = ''): Check {
  const { status, stdout, stderr } = spawnSync('promtool', args, {
    input,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, text: `${stdout}${stderr}` };
}

describe.runIf(isThere || isRequired)('promtool check metrics', () => {
  test('finds nothing to say about the text, not even a warning', async () => {
    expect(promtool(['check', 'metrics'], await exampleText())).toEqual({ status: 0, text: '' });
  });

  test('nor when little is known yet', async () => {
    const text = await exampleText({
      ...exampleView,
      snapshot: null,
      cache: { ...exampleView.cache, types: {} },
      scaling: { ...exampleView.scaling, time_since_last_scale: null },
    });
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, text: '' });
  });

  test('nor about the figures of the history', async () => {
    const types = { identity: { entries: 3, size_bytes: 75 }, verdict: { entries: 1, size_bytes: 25 } };
    const view = { ...exampleView, snapshot: null, cache: { types, bloom: null }, scaling: null };
    const text = await new PrometheusExposition(() => view).render();
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, text: '' });
  });

  test('nor when a reason or a version holds quotes, lines and half characters', async () => {
    const text = await exampleText({
      ...exampleView,
      version: '1 "beta"\\\n\ud800',
      totals: { ...exampleView.totals, reasons: { 'a"} 1\nfake_total{b="\\': 2, '\u2028': 1 } },
    });
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, text: '' });
  });

  test('does find fault where there is one', () => {
    expect(promtool(['check', 'metrics'], '# TYPE wrong counter\nwrong 1\n').status).not.toBe(0);
    expect(promtool(['check', 'metrics'], 'broken{ 1\n').status).not.toBe(0);
  });
});

describe.runIf(isThere || isRequired)('promtool check rules', () => {
  test('understands every expression of the dashboard', () => {
    using folder = temporaryFolder();
    const rules = rulesOf(expressions.map(({ expr }) => withoutVariables(expr)));
    const file = folder.write('rules.json', rules);
    const check = promtool(['check', 'rules', file]);
    expect(check.text).toContain(`SUCCESS: ${expressions.length} rules found`);
    expect(check.status).toBe(0);
  });

  test('does find fault where there is one', () => {
    using folder = temporaryFolder();
    const file = folder.write('rules.json', rulesOf(['sum by (instance) (rate(up))']));
    expect(promtool(['check', 'rules', file]).status).not.toBe(0);
  });
});

/** Grafana puts durations and names in their place before Prometheus sees them. */
function withoutVariables(expr: string): string {
  return expr.replaceAll(/\$__(range|rate_interval)\b/g, '5m').replaceAll('$instance', '.*');
}

/** JSON is YAML. */
function rulesOf(expressionTexts: readonly string[]): string {
  const rules = expressionTexts.map((expr, index) => ({ record: `dashboard:expression:${index}`, expr }));
  return JSON.stringify({ groups: [{ name: 'dashboard', rules }] });
}
