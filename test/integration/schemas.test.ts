// The published schemas are those of the code, and a validator that is not ours agrees with it on real documents.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { schemaPages } from '../../scripts/schema-pages.ts';
import { metricsExportSchema, type MetricsExport } from '../../src/shared/metrics.ts';
import { scanReportSchema } from '../../src/shared/scan-report.ts';
import { settingsSchema } from '../../src/shared/settings.ts';

const root = join(import.meta.dirname, '..', '..');

test.each(Object.entries(schemaPages))('%s is what the code makes', (path, page) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(page());
});

const headSchema = z.looseObject({
  $schema: z.literal('https://json-schema.org/draft/2020-12/schema'),
  $id: z.string().startsWith('urn:vedette:schema:'),
  title: z.string().min(10),
  description: z.string().min(10),
});

/** Strict: a keyword that means nothing is an error. What is required of a record need not be among `properties`. */
function compiled(path: string): ValidateFunction {
  const schema = headSchema.parse(JSON.parse(readFileSync(join(root, path), 'utf8')));
  return new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true }).compile(
    schema,
  );
}

const snapshot: MetricsExport['snapshots'][number] = {
  timestamp: 1_800_000_000.25,
  uptime_seconds: 60,
  scans_completed: 10,
  scans_per_hour: 600,
  average_scan_duration: 0.01,
  threats_detected: 1,
  cache_hits: 4,
  cache_misses: 6,
  cache_hit_rate: 0.4,
  queue_depth: 3,
  max_queue_depth: 7,
  active_workers: 1,
  total_workers: 2,
  worker_utilization: 0.5,
  cpu_percent: 12.5,
  memory_percent: 40,
  clamav_detections: 1,
  yara_detections: 1,
  hybrid_detections: 1,
};

const recent = {
  window_seconds: 300,
  scans: 10,
  average_duration_ms: 10,
  cache_hit_rate_percent: 40,
  threats_detected: 1,
};

const metrics: MetricsExport = {
  format: 'vedette.metrics/1',
  export_timestamp: 1_800_000_001,
  source: 'process',
  summary: {
    uptime_seconds: 61,
    total_scans: 10,
    scans_per_hour: 590.2,
    threats_detected: 1,
    threats_per_hour: 59.02,
    cache_hit_rate_percent: 40,
    average_scan_duration_ms: 10,
    max_queue_depth: 7,
    scaling_events_count: 1,
    snapshots_recorded: 1,
  },
  recent_5min: recent,
  recent_1hour: { ...recent, window_seconds: 3600 },
  coverage: {
    verdicts: { clean: 8, infected: 1, suspicious: 0, partial: 1, unscannable: 0 },
    reasons: { too_large: 1 },
    covered_percent: 90,
  },
  lost_events: 0,
  time_saved_seconds: 0.25,
  snapshots: [snapshot],
  scaling_events: [
    {
      type: 'scale_up',
      old_workers: 2,
      new_workers: 4,
      queue_depth: 75,
      cpu_percent: 50,
      memory_percent: 40,
      timestamp: 1_800_000_000,
      reason: 'the queue is deeper than 50',
    },
  ],
};

const scan: z.input<typeof scanReportSchema> = {
  format: 'vedette.scan/1',
  summary: {
    files: 1,
    clean: 0,
    infected: 1,
    suspicious: 0,
    partial: 0,
    unscannable: 0,
    bytes: 68,
    duration_ms: 12.5,
    from_cache: 0,
    generation: 'abc',
    engines: [{ name: 'clamav', state: 'ready', version: 'ClamAV 1.4.6', signatures: 3, detail: '' }],
    passed_over: { excluded: 0, symbolic_links: 1, other_devices: 0 },
  },
  results: [
    {
      path: '/tmp/\ufffd.com',
      path_base64: 'L3RtcC//LmNvbQ==',
      verdict: 'infected',
      reason: null,
      size_bytes: 68,
      sha256: '0'.repeat(64),
      duration_ms: 3,
      cached: false,
      engines: ['clamav', 'yara'],
      hybrid: true,
      detections: [
        { engine: 'clamav', name: 'Test', severity: 'high', kind: 'signature', meta: {}, matches: [] },
        {
          engine: 'yara',
          name: 'test',
          severity: 'critical',
          kind: 'rule',
          meta: { author: 'we', score: 75, tested: true },
          matches: [{ pattern: '$a', offset: 0, length: 4, bytes_hex: '58354f21' }],
        },
      ],
    },
  ],
};

const config = parse(`
config_version = ${settingsSchema.parse({}).config_version}
[performance]
bloom_filter_mb = 20
[scanning]
enable_yara = false
exclude = ["**/*.iso"]
[env.dev.scanning]
scan_timeout_seconds = 10
`);

interface Publication {
  readonly path: string;
  readonly ours: z.ZodType;
  readonly document: object;
  /** Each puts something in the document, by its path, that must not be there. */
  readonly faults: readonly (readonly [path: string, value: unknown])[];
}

const publications: readonly Publication[] = [
  {
    path: 'assets/schema/vedette.metrics-1.schema.json',
    ours: metricsExportSchema,
    document: metrics,
    faults: [
      ['format', 'vedette.metrics/2'],
      ['export_timestamp', '2027-01-15'],
      ['source', 'elsewhere'],
      ['summary', undefined],
      ['summary.total_scans', -1],
      ['summary.total_scans', 1.5],
      ['summary.cache_hit_rate_percent', 101],
      ['coverage.verdicts.clean', undefined],
      ['coverage.verdicts.spotless', 1],
      ['coverage.reasons.too_large', 'one'],
      ['snapshots', Array.from({ length: 21 }, () => snapshot)],
      ['snapshots.0.worker_utilization', 1.5],
      ['scaling_events.0.type', 'scale_sideways'],
    ],
  },
  {
    path: 'assets/schema/vedette.scan-1.schema.json',
    ours: scanReportSchema,
    document: scan,
    faults: [
      ['format', 'vedette.scan/2'],
      ['summary.engines.0.state', 'fine'],
      ['summary.passed_over', undefined],
      ['results', null],
      ['results.0.verdict', 'harmless'],
      ['results.0.reason', 'because'],
      ['results.0.sha256', undefined],
      ['results.0.detections.1.matches.0.offset', '0'],
      ['results.0.detections.0.engine', 'other'],
    ],
  },
  {
    path: 'assets/schema/rt_protection_config.schema.json',
    ours: settingsSchema.omit({ config_version: true }).extend({
      config_version: z.unknown(),
      env: z.strictObject({ dev: settingsSchema.omit({ config_version: true }).optional() }).optional(),
    }),
    document: config,
    faults: [
      ['performance.bloom_filter_mb', 0],
      ['performance.bloom_filter_megabytes', 10],
      ['scanning.enable_yara', 'no'],
      ['scanning.exclude', '**/*.iso'],
      ['scanner', {}],
      ['env.dev.scanning.scan_timeout_seconds', 0],
      ['env.dev.env', {}],
      ['env.nowhere', {}],
    ],
  },
];

/** A copy with one thing in another way; undefined takes it out. */
function withFault(document: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(document))
    return document.map((item, index) => (String(index) === key ? withFault(item, rest, value) : item));
  const members = Object.entries(z.record(z.string(), z.unknown()).parse(document ?? {}));
  const inside = members.find(([name]) => name === key)?.[1];
  return Object.fromEntries(
    [...members.filter(([name]) => name !== key), [key, withFault(inside, rest, value)] as const].filter(
      ([, member]) => member !== undefined,
    ),
  );
}

describe.each(publications)('$path', ({ path, ours, document, faults }) => {
  const validate = compiled(path);

  test('accepts a real document', () => {
    expect(ours.safeParse(document).success).toBe(true);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  test.each(faults)('refuses another %s: %j', (place, value) => {
    const broken = withFault(document, place.split('.'), value);
    expect([ours.safeParse(broken).success, validate(broken)]).toEqual([false, false]);
  });
});

test('reports may have further fields, for a reader of today must bear a release of tomorrow', () => {
  const grown = withFault(metrics, ['summary', 'news'], 1);
  expect(compiled('assets/schema/vedette.metrics-1.schema.json')(grown)).toBe(true);
});

test('every default of the configuration is one that its schema accepts', () => {
  const validate = compiled('assets/schema/rt_protection_config.schema.json');
  validate(settingsSchema.parse({}));
  expect(validate.errors).toBeNull();
});
