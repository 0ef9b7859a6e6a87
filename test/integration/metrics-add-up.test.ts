// Every figure that is told of the past is the one that anybody can count in the lines the scans printed.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { metricsExportSchema, type MetricsExport } from '../../src/shared/metrics.ts';
import type { StatusReport } from '../../src/shared/status-report.ts';
import { zipOf } from '../helpers/archives.ts';
import { eicar } from '../helpers/eicar.ts';
import { FakeClamd, properAnswer } from '../helpers/fake-clamd.ts';
import { scriptedVersion } from '../helpers/faults/scripted-clamd.ts';
import { outcomeOf, runVedette, startVedette } from '../helpers/run-vedette.ts';
import { ruleFor, ScanHome } from '../helpers/scan-home.ts';

const marker = 'vedette-marker-5c1e';
const mildMarker = 'vedette-marker-77aa';

/** What this test believes of a line: only what it counts, and not by the schema of the program. */
const lineSchema = z.object({
  verdict: z.string(),
  reason: z.string().nullable(),
  size_bytes: z.number(),
  sha256: z.string().nullable(),
  duration_ms: z.number(),
  cached: z.boolean(),
  detections: z.array(z.object({ engine: z.string() })),
});
type Line = z.infer<typeof lineSchema>;

interface Counted {
  readonly total: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  readonly hits: number;
  readonly threats: number;
  readonly clamav: number;
  readonly yara: number;
  readonly hybrid: number;
  readonly bytes: number;
  readonly durationMs: number;
}

/** A path that was not there is no file. */
function filesOf({ total, reasons }: Counted): number {
  return total - (reasons['not_found'] ?? 0);
}

function count(lines: readonly Line[]): Counted {
  const verdicts: Record<string, number> = {
    clean: 0,
    infected: 0,
    suspicious: 0,
    partial: 0,
    unscannable: 0,
  };
  const reasons: Record<string, number> = {};
  let [hits, threats, clamav, yara, hybrid, bytes, durationMs] = [0, 0, 0, 0, 0, 0, 0];
  for (const line of lines) {
    verdicts[line.verdict] = (verdicts[line.verdict] ?? 0) + 1;
    if (line.reason !== null) reasons[line.reason] = (reasons[line.reason] ?? 0) + 1;
    if (line.cached) hits += 1;
    if (line.verdict === 'infected' || line.verdict === 'suspicious') threats += 1;
    const engines = line.detections.map(({ engine }) => engine);
    if (engines.includes('clamav')) clamav += 1;
    if (engines.includes('yara')) yara += 1;
    if (engines.includes('clamav') && engines.includes('yara')) hybrid += 1;
    if (line.sha256 !== null) bytes += line.size_bytes;
    durationMs += line.duration_ms;
  }
  return { total: lines.length, verdicts, reasons, hits, threats, clamav, yara, hybrid, bytes, durationMs };
}

/** Samples of the Prometheus text by name with labels, read by hand. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

class Workload implements Disposable {
  readonly home = new ScanHome();
  readonly lines: Line[] = [];
  runs = 0;

  async scan(args: readonly string[], stdin = ''): Promise<readonly Line[]> {
    const argv = ['scan', '--ndjson', '--all', ...args];
    const run = await runVedette(argv, { home: this.home.path, stdin });
    if (run.stderr !== '') throw new Error(`it said on standard error: ${run.stderr}`);
    return this.took(run.stdout);
  }

  took(stdout: string): readonly Line[] {
    const printed = stdout.trimEnd().split('\n');
    const lines = printed.slice(0, -1).map((line) => lineSchema.parse(JSON.parse(line)));
    this.lines.push(...lines);
    this.runs += 1;
    return lines;
  }

  async export(): Promise<MetricsExport> {
    const args = ['metrics', 'export', '--output', '-'];
    return metricsExportSchema.parse(JSON.parse((await runVedette(args, { home: this.home.path })).stdout));
  }

  [Symbol.dispose](): void {
    this.home[Symbol.dispose]();
  }
}

describe('after scans of every kind', () => {
  const workload = new Workload();
  let counted: Counted;
  let exported: MetricsExport;
  let status: StatusReport;
  let samples: ReadonlyMap<string, number>;

  beforeAll(async () => {
    const { home } = workload;
    await using clamd = await FakeClamd.start({
      answer(request) {
        return request.command === 'VERSION'
          ? `${request.prefix}${scriptedVersion}\0`
          : properAnswer(request);
      },
    });
    for (let index = 0; index < 20; index += 1) home.plant(`plain-${index}`, 'x'.repeat(index * 100));
    home.plant('found', eicar());
    home.plant('only yara', `x ${marker}`);
    home.plant('only clamd', 'virus');
    home.plant('both', `virus ${marker}`);
    home.plant('mild', `x ${mildMarker}`);
    home.plant('locked.zip', zipOf([{ name: 'a', bytes: Buffer.from('secret'), encrypted: true }]));
    home.plant('large', Buffer.alloc(9000, 'a'));
    const rules = [
      home.write('rules/own.yar', ruleFor(marker)),
      home.write('rules/mild.yar', ruleFor(mildMarker, 'low')),
    ];
    const common = ['--max-file-size', '8K', '--rules', ...rules, '--clamd'];
    await workload.scan([...common, clamd.socketPath, '--', home.tree]);
    await workload.scan([...common, clamd.socketPath, '--', home.tree, join(home.path, 'missing')]);
    for (const name of ['found', 'plain-7', 'both'])
      copyFileSync(join(home.tree, name), join(home.tree, `copy of ${name}`));
    await workload.scan([...common, clamd.socketPath, '--', home.tree]);
    await workload.scan([...common, clamd.socketPath, '--no-cache', '--', home.tree]);
    await workload.scan([...common, '/nowhere/clamd.sock', '--', home.tree]);

    counted = count(workload.lines);
    exported = await workload.export();
    status = await home.status();
    const { stdout } = await runVedette(['metrics', 'export', '--format', 'prometheus'], { home: home.path });
    samples = samplesOf(stdout);
  });
  afterAll(() => workload[Symbol.dispose]());

  test('the work held some of everything, or the sums would prove little', () => {
    for (const figure of Object.values({ ...counted, verdicts: 1, reasons: 1, ...counted.verdicts }))
      expect(figure).toBeGreaterThan(0);
    expect(Object.keys(counted.reasons).length).toBeGreaterThan(3);
    expect(counted.hits).toBeLessThan(counted.total);
    expect(counted.hybrid).toBeLessThan(Math.min(counted.clamav, counted.yara));
  });

  test('the summary is what the lines add up to', () => {
    const { summary } = exported;
    expect(summary).toMatchObject({
      total_scans: counted.total,
      threats_detected: counted.threats,
      snapshots_recorded: workload.runs,
      scaling_events_count: exported.scaling_events.length,
    });
    expect(summary.cache_hit_rate_percent).toBeCloseTo((100 * counted.hits) / counted.total, 9);
    // A line is rounded to a microsecond.
    expect(summary.average_scan_duration_ms).toBeCloseTo(counted.durationMs / counted.total, 2);
    expect(summary.scans_per_hour).toBeCloseTo((counted.total * 3600) / summary.uptime_seconds, 6);
    expect(summary.threats_per_hour).toBeCloseTo((counted.threats * 3600) / summary.uptime_seconds, 6);
  });

  test('the coverage is what the lines add up to, by verdict and by reason', () => {
    const { clean = 0, infected = 0, suspicious = 0 } = counted.verdicts;
    expect(exported.coverage).toEqual({
      verdicts: counted.verdicts,
      reasons: counted.reasons,
      covered_percent: expect.closeTo((100 * (clean + infected + suspicious)) / filesOf(counted), 9),
    });
  });

  test('the last minutes and the last hour are all there is', () => {
    for (const recent of [exported.recent_5min, exported.recent_1hour]) {
      expect(recent).toMatchObject({ scans: counted.total, threats_detected: counted.threats });
      expect(recent.cache_hit_rate_percent).toBeCloseTo((100 * counted.hits) / counted.total, 9);
      expect(recent.average_duration_ms).toBeCloseTo(counted.durationMs / counted.total, 2);
    }
  });

  test('the snapshots, one for each of these short runs, add up to the same', () => {
    const { snapshots } = exported;
    function sum(read: (snapshot: MetricsExport['snapshots'][number]) => number): number {
      return snapshots.reduce((total, snapshot) => total + read(snapshot), 0);
    }
    expect(snapshots).toHaveLength(workload.runs);
    expect(sum(({ scans_completed: scans }) => scans)).toBe(counted.total);
    expect(sum(({ threats_detected: threats }) => threats)).toBe(counted.threats);
    expect(sum(({ cache_hits: hits }) => hits)).toBe(counted.hits);
    expect(sum(({ cache_misses: misses }) => misses)).toBe(counted.total - counted.hits);
    expect(sum(({ clamav_detections: found }) => found)).toBe(counted.clamav);
    expect(sum(({ yara_detections: found }) => found)).toBe(counted.yara);
    expect(sum(({ hybrid_detections: found }) => found)).toBe(counted.hybrid);
    expect(sum((one) => one.average_scan_duration * one.scans_completed * 1000)).toBeCloseTo(
      counted.durationMs,
      0,
    );
  });

  test('the status says what the export says', () => {
    const { summary: _summary, ...dashboard } = status.dashboard;
    expect(status.dashboard.summary).toEqual(exported.summary);
    expect(status.coverage).toEqual(exported.coverage);
    expect(status.time_saved_seconds).toBe(exported.time_saved_seconds);
    expect(status.scaling_events).toEqual(exported.scaling_events);
    expect(dashboard.status).toBe('stopped');
    expect(dashboard.trends.cache_hit_rate).toHaveLength(workload.runs);
    expect(status.store).toEqual({ state: 'ready', problems: [], set_aside: [] });
  });

  test('Prometheus reads the same', () => {
    const { clean = 0, infected = 0, suspicious = 0, partial = 0, unscannable = 0 } = counted.verdicts;
    const expected: Readonly<Record<string, number>> = {
      'rt_protection_scans_total{result="clean"}': clean,
      'rt_protection_scans_total{result="infected"}': infected + suspicious,
      'rt_protection_scans_total{result="error"}': partial + unscannable,
      'rt_protection_verdicts_total{verdict="clean",reason=""}': clean,
      'rt_protection_verdicts_total{verdict="infected",reason=""}': infected,
      'rt_protection_verdicts_total{verdict="suspicious",reason=""}': suspicious,
      'rt_protection_verdicts_total{verdict="partial",reason=""}': 0,
      'rt_protection_verdicts_total{verdict="unscannable",reason=""}': 0,
      'rt_protection_verdicts_total{verdict="partial",reason="too_large"}': counted.reasons['too_large'] ?? 0,
      'rt_protection_verdicts_total{verdict="partial",reason="encrypted"}': counted.reasons['encrypted'] ?? 0,
      'rt_protection_verdicts_total{verdict="unscannable",reason="not_found"}':
        counted.reasons['not_found'] ?? 0,
      rt_protection_threats_detected_total: counted.threats,
      'rt_protection_detections_total{engine="clamav"}': counted.clamav,
      'rt_protection_detections_total{engine="yara"}': counted.yara,
      'rt_protection_detections_total{engine="hybrid"}': counted.hybrid,
      rt_protection_cache_hits_total: counted.hits,
      rt_protection_cache_misses_total: counted.total - counted.hits,
      rt_protection_scanned_bytes_total: counted.bytes,
      rt_protection_snapshots_recorded_total: workload.runs,
      'rt_protection_recent_scans{window="5m"}': counted.total,
      'rt_protection_recent_threats_detected{window="1h"}': counted.threats,
    };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, samples.get(name)]))).toEqual(
      expected,
    );
    expect(samples.get('rt_protection_scan_duration_seconds_total')).toBeCloseTo(
      counted.durationMs / 1000,
      3,
    );
    expect(samples.get('rt_protection_cache_hit_rate')).toBeCloseTo(counted.hits / counted.total, 9);
    expect(samples.get('rt_protection_coverage_ratio')).toBeCloseTo(
      (clean + infected + suspicious) / filesOf(counted),
      9,
    );
  });

  test('what was saved is no more than what the engines took for the files that were known', () => {
    expect(exported.time_saved_seconds).toBeGreaterThan(0);
    const slowest = Math.max(...workload.lines.map((line) => line.duration_ms));
    expect(exported.time_saved_seconds * 1000).toBeLessThan(slowest * counted.hits);
  });
});

describe('a scan', () => {
  test('that names a file twice counts each answer it gave', async () => {
    using workload = new Workload();
    const { home } = workload;
    const args = ['--clamd', 'none', '--files-from', '-'];
    await workload.scan(args, `${home.plant('before', 'before')}\n`);
    // Its engines start only now, with the same file waiting for them twice.
    const path = home.plant('file', 'file');
    const lines = await workload.scan(args, `${path}\n${path}\n`);
    expect(lines).toHaveLength(2);
    expect((await workload.export()).summary.total_scans).toBe(workload.lines.length);
  });

  test('that was stopped counts what it told, and no more', async () => {
    using workload = new Workload();
    const { home } = workload;
    for (let index = 0; index < 3000; index += 1) home.plant(`${index}`, `content ${index}`);
    const args = ['scan', '--ndjson', '--all', '--clamd', 'none', '--', home.tree];
    const child = startVedette(args, { home: home.path });
    const ending = outcomeOf(child);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const lines = workload.took((await ending).stdout);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(3000);
    expect((await workload.export()).summary).toMatchObject({
      total_scans: lines.length,
      snapshots_recorded: 1,
    });
  });
});
