// The commands that tell figures: `status`, `metrics export` and `bench rescan`, each as a user runs it.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metricsExportSchema } from '../../src/shared/metrics.ts';
import { toolDocumentSchemas } from '../../src/shared/tool-documents.ts';
import { outcomeOf, runVedette, startVedette } from '../helpers/run-vedette.ts';
import { ScanHome } from '../helpers/scan-home.ts';
import { samplesIn } from '../unit/core/metrics/prometheus-example.ts';

const noClamd = { VEDETTE_SCANNING_ENABLE_CLAMAV: 'false' };

describe('after a scan', () => {
  const home = new ScanHome();

  beforeAll(async () => {
    // Five files of two contents: the halves of the database are not alike.
    for (const name of ['a', 'b', 'c', 'd']) home.plant(name, 'same');
    home.plant('e', 'other');
    await home.scan();
  });
  afterAll(() => home[Symbol.dispose]());

  async function prometheus(args: readonly string[] = []): Promise<string> {
    const command = ['metrics', 'export', '--format', 'prometheus', ...args];
    return (await runVedette(command, { home: home.path })).stdout;
  }

  test('the Prometheus text of the history divides the database between the types', async () => {
    const samples = samplesIn(await prometheus());
    const { cache } = await home.status();
    expect(samples['cache_entries{cache_type="identity"}']).toBe(5);
    expect(samples['cache_entries{cache_type="verdict"}']).toBe(2);
    const files = samples['cache_size_bytes{cache_type="identity"}'] ?? 0;
    const contents = samples['cache_size_bytes{cache_type="verdict"}'] ?? 0;
    expect(files + contents).toBe(cache.size_bytes);
    expect(files / contents).toBeCloseTo(2.5, 1);
  });

  test('it claims nothing of what only a running Vedette knows', async () => {
    const names = Object.keys(samplesIn(await prometheus()));
    expect(names.filter((name) => /^cache_(?!entries|size_bytes)/.test(name))).toEqual([]);
    expect(names.filter((name) => /target_workers|min_workers|protection_workers/.test(name))).toEqual([]);
  });

  test('it is written to the file that --output names, wholly, and the file keeps its mode', async () => {
    const file = home.write('figures/vedette.prom', 'before');
    const { mode } = statSync(file);
    expect(await prometheus(['--output', file])).toBe(`${file}\n`);
    expect(samplesIn(readFileSync(file, 'utf8'))['rt_protection_scans_total{result="clean"}']).toBe(5);
    expect(statSync(file).mode).toBe(mode);
    expect(readdirSync(join(home.path, 'figures'))).toEqual(['vedette.prom']);
    expect(await prometheus(['--output', '-'])).toContain('# TYPE rt_protection_scans_total counter');
  });

  test('--ndjson is one line, --json one document', async () => {
    const { stdout: line } = await runVedette(['metrics', 'export', '--ndjson'], { home: home.path });
    const { stdout: json } = await runVedette(['metrics', 'export', '--json'], { home: home.path });
    expect(line.split('\n')).toHaveLength(2);
    for (const text of [line, json])
      expect(metricsExportSchema.parse(JSON.parse(text)).summary.total_scans).toBe(5);
  });

  test('the status says so where metrics are switched off, and shows what was kept', async () => {
    expect((await home.status()).metrics_enabled).toBe(true);
    const env = { VEDETTE_MONITORING_ENABLE_METRICS: 'false' };
    const { stdout } = await runVedette(['status'], { home: home.path, env });
    expect(stdout).toContain(
      'Metrics are switched off ([monitoring] enable_metrics); what was kept before is shown.',
    );
    expect(stdout).toContain('5 files');
  });
});

test('the status does not say that nothing was scanned where nobody counts', async () => {
  using home = new ScanHome();
  const env = { VEDETTE_MONITORING_ENABLE_METRICS: 'false' };
  const { stdout } = await runVedette(['status'], { home: home.path, env });
  expect(stdout).toContain('Metrics are switched off ([monitoring] enable_metrics)');
  expect(stdout).not.toContain('Nothing has been scanned');
});

describe('bench rescan', () => {
  test('leaves out what [scanning] exclude names', async () => {
    using home = new ScanHome();
    home.plant('a.txt', 'a');
    home.plant('b.log', 'b');
    const env = { ...noClamd, VEDETTE_SCANNING_EXCLUDE: '*.log' };
    const { stdout } = await runVedette(['bench', 'rescan', '--json', home.tree], { home: home.path, env });
    const { looks } = toolDocumentSchemas['vedette.bench-rescan/1'].strict().parse(JSON.parse(stdout));
    expect(looks.map(({ files }) => files)).toEqual([1, 1, 1]);
  });

  test('refuses a path that is not there', async () => {
    using home = new ScanHome();
    const missing = join(home.path, 'missing');
    const run = await runVedette(['bench', 'rescan', home.tree, missing], { home: home.path, env: noClamd });
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain(`there is nothing to look at in ${missing}`);
  });

  test.runIf(process.platform !== 'win32').each(['SIGINT', 'SIGTERM'] as const)(
    'leaves no folder behind after %s',
    async (signal) => {
      using home = new ScanHome();
      for (let index = 0; index < 3000; index += 1) home.plant(`${index}`, `content ${index}`);
      const folder = join(home.write('temporary/keep'), '..');
      // Its own folder appears before the first look, which 3000 files make a long one.
      const env = { ...noClamd, TMPDIR: folder };
      const child = startVedette(['bench', 'rescan', '--json', home.tree], { home: home.path, env });
      const ending = outcomeOf(child);
      await expect.poll(() => readdirSync(folder).length, { timeout: 20_000 }).toBe(2);
      child.kill(signal);
      // Part of a look is no measurement.
      expect((await ending).code).toBe(2);
      expect(child.signalCode).toBeNull();
      expect(readdirSync(folder)).toEqual(['keep']);
    },
  );
});
