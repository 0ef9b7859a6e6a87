// A Prometheus with the shipped files, the address and the pace of the test apart, scrapes a `vedette serve` and is asked what it has got.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { buildIfStale } from '../../scripts/build-if-stale.ts';
import { apiSchema } from '../../src/shared/settings/api.ts';
import { freePort } from '../helpers/free-port.ts';
import { ServingHome } from '../helpers/serving-home.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const shipped = resolve(import.meta.dirname, '..', '..', 'assets', 'prometheus');
const isRequired = process.env['VEDETTE_REQUIRE_CLAMD'] === '1';
const isThere = spawnSync('prometheus', ['--version'], { timeout: 30_000 }).status === 0;
const patienceMs = 20_000;

const vectorSchema = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});
const targetsSchema = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ health: z.string(), lastError: z.string(), scrapeUrl: z.string() })),
  }),
});
const rulesSchema = z.object({
  data: z.object({
    groups: z.array(z.object({ rules: z.array(z.object({ name: z.string(), health: z.string() })) })),
  }),
});

describe.runIf(isThere || isRequired)('Prometheus', () => {
  const folder = temporaryFolder();
  const home = new ServingHome();
  const host = new URL('http://127.0.0.1');
  let service = '';
  let prometheus: ChildProcess;
  let said = '';

  beforeAll(async () => {
    buildIfStale();
    home.write(
      '.config/vedette/rt_protection_config.toml',
      `[watch]\nfolders = [${JSON.stringify(home.folder('watched'))}]\nwatch_removable = false\n[api]\nrate_limit_rpm = 10000\n`,
    );
    service = await home.serve();
    cpSync(shipped, folder.path, { recursive: true });
    const file = join(folder.path, 'prometheus.yml');
    const configuration = readFileSync(file, 'utf8')
      .replace(apiSchema.parse({}).listen, new URL(service).host)
      .replaceAll(/(?<=_interval: )15s/g, '1s');
    folder.write('prometheus.yml', configuration);
    folder.write('vedette.token', `${home.ownerToken()}\n`);
    host.port = String(await freePort());
    prometheus = spawn(
      'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder.path, 'data')}`,
        `--web.listen-address=${host.host}`,
        '--log.level=warn',
      ],
      { cwd: folder.path, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    prometheus.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  });
  afterAll(async () => {
    if (prometheus.exitCode === null) {
      prometheus.kill('SIGTERM');
      await once(prometheus, 'close');
    }
    await home[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  async function ask(path: string): Promise<unknown> {
    const response = await fetch(new URL(path, host), { signal: AbortSignal.timeout(5000) });
    return response.json();
  }

  /** It scrapes when it does: there is nothing to wait for but what it knows. */
  async function eventually<T>(what: string, look: () => Promise<T | null>): Promise<T> {
    const endsAtMs = performance.now() + patienceMs;
    for (;;) {
      const found = await look().catch(() => null);
      if (found !== null) return found;
      if (performance.now() > endsAtMs || prometheus.exitCode !== null)
        throw new Error(`it never had ${what}: ${said}`);
      await delay(100);
    }
  }

  /** The value of the one series that it has. */
  function valueOf(query: string, isWanted: (value: number) => boolean): Promise<number> {
    return eventually(query, async () => {
      const answer = vectorSchema.parse(await ask(`/api/v1/query?query=${encodeURIComponent(query)}`));
      const [series, ...others] = answer.data.result;
      if (others.length > 0) throw new Error(`${query} has more than one series`);
      const value = Number(series?.value[1] ?? Number.NaN);
      return isWanted(value) ? value : null;
    });
  }

  async function target(health: string): Promise<z.infer<typeof targetsSchema>['data']['activeTargets'][0]> {
    return eventually(`a target that is ${health}`, async () => {
      const [only] = targetsSchema.parse(await ask('/api/v1/targets')).data.activeTargets;
      return only?.health === health ? only : null;
    });
  }

  test('gets the figures with the token, and is told nothing wrong', async () => {
    expect(await target('up')).toEqual({ health: 'up', lastError: '', scrapeUrl: `${service}/metrics` });
    expect(await valueOf('up{job="vedette"}', (value) => value === 1)).toBe(1);
  });

  test('has the figures of protection and of the cache', async () => {
    expect(await valueOf('rt_protection_workers', (value) => value >= 0)).toBeLessThanOrEqual(1);
    expect(await valueOf('rt_protection_uptime_seconds', (value) => value > 0)).toBeLessThan(600);
    expect(
      await valueOf('cache_entries{cache_type="verdict"}', (value) => value >= 0),
    ).toBeGreaterThanOrEqual(0);
  });

  test('has the requests by their templated route', async () => {
    const sha256 = 'a'.repeat(64);
    for (const path of ['/healthz', `/api/v1/lookup/${sha256}`, `/api/v1/lookup/${'b'.repeat(64)}`]) {
      const response = await fetch(service + path, {
        headers: { authorization: `Bearer ${home.ownerToken()}` },
      });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
    const lookups = 'http_requests_total{route=~"/api/v1/lookup/.+", method="GET", status="200"}';
    expect(await valueOf(lookups, (value) => value === 2)).toBe(2);
    expect(
      await valueOf('http_requests_total{route="/metrics", status="200"}', (value) => value > 1),
    ).toBeGreaterThan(1);
    const lasting = 'http_request_duration_seconds_count{route=~"/api/v1/lookup/.+"}';
    expect(await valueOf(lasting, (value) => value === 2)).toBe(2);
    expect(
      await valueOf(`count({__name__=~".+", route=~".*${sha256}.*"}) or vector(0)`, (value) => value === 0),
    ).toBe(0);
  });

  test('can work out every alert, and none fires for a service that is well', async () => {
    const groups = await eventually('rules that were worked out', async () => {
      const answer = rulesSchema.parse(await ask('/api/v1/rules')).data.groups;
      return answer.every(({ rules }) => rules.every(({ health }) => health !== 'unknown')) ? answer : null;
    });
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(8);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(await valueOf('count(ALERTS) or vector(0)', (value) => value === 0)).toBe(0);
  });

  // The last: from now on it gets nothing.
  test('is turned away with another token, and says so', async () => {
    folder.write('vedette.token', 'vdt_of-nobody\n');
    expect((await target('down')).lastError).toContain('401');
    expect(await valueOf('up{job="vedette"}', (value) => value === 0)).toBe(0);
    expect(said).toBe('');
  });
});
