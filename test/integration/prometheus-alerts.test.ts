// Prometheus' own tools read the shipped files, and play figures to the alerts: each fires when it must, and not before.
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const shipped = resolve(import.meta.dirname, '..', '..', 'assets', 'prometheus');
const isRequired = process.env['VEDETTE_REQUIRE_CLAMD'] === '1';
const isThere = spawnSync('promtool', ['--version'], { timeout: 30_000 }).status === 0;

interface Played {
  readonly alert: string;
  /** What happens, for the name of the test. */
  readonly when: string;
  /** Series with their values minute by minute, in the notation of promtool (`0+1x5`). */
  readonly series: Readonly<Record<string, string>>;
  /** Minutes at which it must and must not fire. */
  readonly firesAt: readonly number[];
  readonly silentAt: readonly number[];
}

const at = 'job="vedette", instance="a:1"';
function verdicts(labels: string): string {
  return `rt_protection_verdicts_total{${at}, ${labels}}`;
}
function requests(labels: string): string {
  return `http_requests_total{${at}, ${labels}}`;
}
function errors(labels: string): string {
  return `http_errors_total{${at}, ${labels}}`;
}
const up = { [`up{${at}}`]: '1x400' };

const played: readonly Played[] = [
  {
    alert: 'VedetteDown',
    when: 'it has not answered for two minutes',
    series: { [`up{${at}}`]: '1x4 0x10' },
    firesAt: [8],
    silentAt: [4, 6],
  },
  {
    alert: 'VedetteDown',
    when: 'another job is down',
    series: { ...up, 'up{job="other", instance="b:1"}': '0x20' },
    firesAt: [],
    silentAt: [10],
  },
  {
    alert: 'VedetteNotScraped',
    when: 'the job is not there',
    series: { 'up{job="other", instance="b:1"}': '1x20' },
    firesAt: [8],
    silentAt: [3],
  },
  {
    alert: 'VedetteThreatFound',
    when: 'there is one more, for ten minutes',
    series: { ...up, [`rt_protection_threats_detected_total{${at}}`]: '4x20 5x40' },
    firesAt: [22, 29],
    silentAt: [15, 35],
  },
  {
    alert: 'VedetteThreatFound',
    when: 'the first came before the first look of Prometheus',
    series: { ...up, [`rt_protection_threats_detected_total{${at}}`]: '_x20 1x40' },
    firesAt: [22],
    silentAt: [15, 40],
  },
  {
    alert: 'VedetteNotProtecting',
    when: 'it has been switched off for ten minutes',
    series: { ...up, [`rt_protection_state{${at}, state="off"}`]: '0x5 1x30' },
    firesAt: [20],
    silentAt: [5, 12],
  },
  {
    alert: 'VedetteNotProtecting',
    when: 'it rests because somebody paused it',
    series: {
      ...up,
      [`rt_protection_state{${at}, state="paused"}`]: '1x30',
      [`rt_protection_state{${at}, state="off"}`]: '0x30',
    },
    firesAt: [],
    silentAt: [20],
  },
  {
    alert: 'VedetteSignaturesOld',
    when: 'nothing has come for a week',
    series: { ...up, [`rt_protection_signature_age_seconds{${at}}`]: '604000+60x200' },
    firesAt: [100],
    silentAt: [5, 60],
  },
  {
    alert: 'VedetteEngineUnavailable',
    when: 'files were not looked at by an engine, for the first time',
    series: {
      ...up,
      [verdicts('verdict="partial", reason="engine_unavailable"')]: '_x20 7x30',
      [verdicts('verdict="partial", reason="encrypted"')]: '0+9x50',
    },
    firesAt: [22],
    silentAt: [18, 45],
  },
  {
    alert: 'VedetteCoverageLow',
    when: 'a fifth of many files is not covered',
    series: {
      ...up,
      [verdicts('verdict="clean", reason=""')]: '0+80x100',
      [verdicts('verdict="unscannable", reason="permission"')]: '0+20x100',
    },
    firesAt: [60],
    silentAt: [10],
  },
  {
    alert: 'VedetteCoverageLow',
    when: 'clients name many paths that are not there',
    series: {
      ...up,
      [verdicts('verdict="clean", reason=""')]: '0+80x100',
      [verdicts('verdict="unscannable", reason="not_found"')]: '0+20x100',
    },
    firesAt: [],
    silentAt: [60],
  },
  {
    alert: 'VedetteCoverageLow',
    when: 'it is a fifth of a few files',
    series: {
      ...up,
      [verdicts('verdict="clean", reason=""')]: '0 4x100',
      [verdicts('verdict="unscannable", reason="permission"')]: '0 1x100',
    },
    firesAt: [],
    silentAt: [60],
  },
  {
    alert: 'VedetteEventsLost',
    when: 'the sweep finds many files that no event told of',
    series: { ...up, [`rt_protection_lost_events_total{${at}}`]: '0x10 200x30' },
    firesAt: [15],
    silentAt: [9],
  },
  {
    alert: 'VedetteQueueGrows',
    when: 'more come than are scanned',
    series: { ...up, [`rt_protection_queue_depth{${at}}`]: '0+100x60' },
    firesAt: [40],
    silentAt: [20],
  },
  {
    alert: 'VedetteQueueGrows',
    when: 'it is long, and gets shorter',
    series: { ...up, [`rt_protection_queue_depth{${at}}`]: '9000-50x60' },
    firesAt: [],
    silentAt: [40],
  },
  {
    alert: 'VedetteCacheHitRateLow',
    when: 'little is remembered of many files',
    series: {
      ...up,
      [`rt_protection_recent_cache_hit_ratio{${at}, window="1h"}`]: '0.2x300',
      [`rt_protection_recent_scans{${at}, window="1h"}`]: '5000x300',
    },
    firesAt: [200],
    silentAt: [100],
  },
  {
    alert: 'VedetteHttpErrors',
    when: 'two of a hundred requests fail',
    series: {
      ...up,
      [requests('method="GET", route="/healthz", status="200"')]: '0+98x40',
      [requests('method="POST", route="/api/v1/scan", status="503"')]: '0+2x40',
      [errors('method="POST", route="/api/v1/scan", status="503"')]: '0+2x40',
    },
    firesAt: [20],
    silentAt: [3],
  },
  {
    alert: 'VedetteHttpErrors',
    when: 'clients ask for what is not there',
    series: {
      ...up,
      [requests('method="GET", route="unmatched", status="404"')]: '0+50x40',
      [errors('method="GET", route="unmatched", status="404"')]: '0+50x40',
    },
    firesAt: [],
    silentAt: [30],
  },
  {
    alert: 'VedetteClientsTurnedAway',
    when: 'a tenth of the requests is over the limit',
    series: {
      ...up,
      [requests('method="GET", route="/api/v1/status", status="200"')]: '0+90x40',
      [requests('method="GET", route="/api/v1/status", status="429"')]: '0+10x40',
      [errors('method="GET", route="/api/v1/status", status="429"')]: '0+10x40',
    },
    firesAt: [25],
    silentAt: [5],
  },
  {
    alert: 'VedetteTokensRefused',
    when: 'somebody guesses',
    series: { ...up, [errors('method="GET", route="/api/v1/status", status="401"')]: '0+20x40' },
    firesAt: [15],
    silentAt: [1],
  },
  {
    alert: 'VedetteSlowRequests',
    when: 'look-ups are slow',
    series: {
      ...up,
      [requests('method="GET", route="/api/v1/lookup/:sha256", status="200"')]: '0+100x40',
      [`slow_requests_total{${at}, route="/api/v1/lookup/:sha256"}`]: '0+10x40',
    },
    firesAt: [30],
    silentAt: [8],
  },
  {
    alert: 'VedetteSlowRequests',
    when: 'scans are slow',
    series: {
      ...up,
      [requests('method="POST", route="/api/v1/batch/scan", status="200"')]: '0+100x40',
      [`slow_requests_total{${at}, route="/api/v1/batch/scan"}`]: '0+90x40',
    },
    firesAt: [],
    silentAt: [30],
  },
];

function promtool(...args: readonly string[]): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', timeout: 60_000 });
  return { status, text: `${stdout}${stderr}` };
}

describe.runIf(isThere || isRequired)('promtool', () => {
  const folder = temporaryFolder();
  afterAll(() => folder[Symbol.dispose]());
  cpSync(shipped, folder.path, { recursive: true });

  function play(
    name: string,
    groups: readonly object[],
  ): { readonly status: number | null; readonly text: string } {
    // JSON is YAML.
    const file = { rule_files: ['alerts.yml'], evaluation_interval: '1m', tests: groups };
    return promtool('test', 'rules', folder.write(name, JSON.stringify(file)));
  }

  test('understands the configuration and the alerts, and misses the token where it is not there', () => {
    const file = join(folder.path, 'prometheus.yml');
    expect(promtool('check', 'config', file).text).toContain('vedette.token');
    folder.write('vedette.token', 'vdt_x\n');
    const check = promtool('check', 'config', file);
    expect(check.status).toBe(0);
    expect(check.text).toMatch(/1 rule files found[\s\S]*\d+ rules found/);
    expect(check.text).not.toMatch(/FAILED|duplicate/i);
  });

  test('every alert fires when it must, and is silent otherwise', () => {
    const alerts = new Set(played.filter(({ firesAt }) => firesAt.length > 0).map(({ alert }) => alert));
    const written = promtool('check', 'rules', join(folder.path, 'alerts.yml')).text;
    expect(written).toContain(`SUCCESS: ${alerts.size} rules found`);

    // Whether it fires, not what it says then: one question asks how many do.
    const groups = played.map(({ alert, when, series, firesAt, silentAt }) => ({
      name: `${alert}: ${when}`,
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        ...firesAt.map((minute) => [minute, 1]),
        ...silentAt.map((minute) => [minute, 0]),
      ].map(([minute, count]) => ({
        expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) or vector(0)`,
        eval_time: `${minute}m`,
        exp_samples: [{ labels: '{}', value: count }],
      })),
    }));
    expect(play('played.json', groups)).toEqual({ status: 0, text: expect.stringContaining('SUCCESS') });
    const [first] = groups;
    const wrong = first?.promql_expr_test.map((one) => ({
      ...one,
      exp_samples: [{ labels: '{}', value: 7 }],
    }));
    expect(play('wrong.json', [{ ...first, promql_expr_test: wrong }]).status).toBe(1);
  });

  test('what an alert says has its numbers in words', () => {
    const group = {
      interval: '1m',
      input_series: [
        { series: requests('method="GET", route="/a", status="200"'), values: '0+75x40' },
        { series: requests('method="GET", route="/a", status="500"'), values: '0+25x40' },
        { series: errors('method="GET", route="/a", status="500"'), values: '0+25x40' },
      ],
      alert_rule_test: [
        {
          eval_time: '20m',
          alertname: 'VedetteHttpErrors',
          exp_alerts: [
            {
              exp_labels: { severity: 'critical', job: 'vedette', instance: 'a:1' },
              exp_annotations: {
                summary: 'Vedette on a:1 fails 25% of its requests',
                description:
                  'Requests end with 5xx. The log has a line with the request id of each: `journalctl -u vedette-server`.',
              },
            },
          ],
        },
      ],
    };
    expect(play('words.json', [group])).toEqual({ status: 0, text: expect.stringContaining('SUCCESS') });
  });
});
