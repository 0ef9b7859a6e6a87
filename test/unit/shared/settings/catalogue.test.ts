import { describe, expect, test } from 'vitest';
import { settingsSchema } from '../../../../src/shared/settings.ts';
import {
  expectation,
  rangeText,
  sectionNames,
  settingDescriptions,
  settingsByName,
  type SettingDescription,
} from '../../../../src/shared/settings/catalogue.ts';

const numbers = settingDescriptions.filter(({ type }) => type === 'integer' || type === 'number');

function described(name: string): SettingDescription {
  const description = settingsByName.get(name);
  if (description === undefined) throw new TypeError(`there is no ${name}`);
  return description;
}

describe('the catalogue of settings', () => {
  test('has the sections that are promised', () => {
    expect(sectionNames.toSorted()).toEqual(
      [
        'performance',
        'scanning',
        'scaling',
        'monitoring',
        'watch',
        'response',
        'updates',
        'api',
        'fleet',
        'cache',
      ].toSorted(),
    );
  });

  test.each([
    ['performance.enable_cache', true],
    ['performance.cache_ttl_hours', 24],
    ['performance.enable_pre_processor', true],
    ['performance.bloom_filter_mb', 10],
    ['cache.identity_ttl_hours', 24],
    ['cache.query_ttl_minutes', 5],
    ['cache.remote_ttl_hours', 2],
    ['cache.uncertain_ttl_minutes', 10],
    ['cache.memory_entries', 100_000],
    ['cache.max_files', 5_000_000],
    ['scaling.enable_adaptive_scaling', true],
    ['scaling.min_workers', 2],
    ['scaling.max_workers', 0],
    ['scaling.scale_up_threshold', 50],
    ['scaling.scale_down_threshold', 10],
    ['scaling.scaling_cooldown_seconds', 30],
    ['scaling.check_interval_seconds', 30],
    ['scaling.memory_ceiling_percent', 85],
    ['scaling.cpu_ceiling_percent', 0],
    ['scaling.battery_max_workers', 2],
    ['scaling.worker_memory_limit', 1024 ** 3],
    ['monitoring.enable_metrics', true],
    ['monitoring.snapshot_interval_seconds', 60],
    ['monitoring.export_interval_seconds', 300],
    ['monitoring.export_keep', 288],
    ['monitoring.max_recent_scans', 1000],
    ['monitoring.max_snapshots', 100],
    ['monitoring.max_scaling_events', 50],
    ['monitoring.history_days', 30],
    ['scanning.scan_timeout_seconds', 60],
    ['scanning.max_file_size', 2 * 1024 ** 3],
    ['watch.settle_ms', 300],
    ['watch.settle_max_seconds', 10],
    ['response.action', 'ask'],
    ['response.brake_detections', 50],
    ['updates.signature_check_minutes', 10],
    ['updates.rescan_recent_files', 10_000],
    ['updates.freshclam_interval_hours', 4],
    ['api.enabled', false],
    ['api.max_request_size', 10 * 1024 ** 2],
    ['api.rate_limit_rpm', 100],
    ['api.rate_limit_burst', 20],
    ['api.slow_request_threshold_seconds', 1],
    ['api.gzip_min_size', 1024],
    ['api.gzip_compression_level', 6],
    ['fleet.num_workers', 4],
    ['fleet.max_queue_size', 1000],
    ['fleet.session_timeout_ms', 30_000],
    ['fleet.max_poll_interval_ms', 300_000],
  ])('%s is %j by default', (name, value) => {
    expect(described(name).default).toEqual(value);
  });

  test.each([
    ['performance.bloom_filter_mb', 512],
    ['updates.rescan_recent_files', 100_000],
  ])('%s is at most %j', (name, most) => {
    const { maximum, accepts } = described(name);
    expect([maximum, accepts(most), accepts(most + 1)]).toEqual([most, true, false]);
  });

  test('knows which lists hold paths', () => {
    const lists = settingDescriptions.filter(({ type }) => type === 'list');
    const others = lists.filter(({ holdsPaths }) => !holdsPaths).map(({ name }) => name);
    expect(others.toSorted()).toEqual(['api.allowed_hosts', 'fleet.brokers', 'updates.rule_packs']);
    expect(settingDescriptions.filter(({ type, holdsPaths }) => holdsPaths && type !== 'list')).toEqual([]);
  });

  test('gives the schema the defaults it tells', () => {
    const told = Object.fromEntries(
      sectionNames.map((section) => [
        section,
        Object.fromEntries(
          settingDescriptions
            .filter((description) => description.section === section)
            .map((description) => [description.key, description.default]),
        ),
      ]),
    );
    expect(settingsSchema.parse({})).toEqual({ config_version: 2, ...told });
  });

  test('explains every key in a sentence', () => {
    expect(settingDescriptions.filter(({ explanation }) => !/^[A-Z].*\.$/.test(explanation))).toEqual([]);
  });

  test('has a unit and a smallest value for every number', () => {
    expect(numbers.filter(({ unit, minimum }) => unit === null || minimum === null)).toEqual([]);
  });

  test('has the unit that the name of the key says', () => {
    const endings: Readonly<Record<string, string>> = {
      _ms: 'milliseconds',
      _seconds: 'seconds',
      _minutes: 'minutes',
      _hours: 'hours',
      _days: 'days',
      _mb: 'MB',
      _percent: 'percent',
      _workers: 'workers',
      _files: 'files',
    };
    const wrong = numbers.filter(({ key, unit }) =>
      Object.entries(endings).some(([ending, expected]) => key.endsWith(ending) && unit !== expected),
    );
    expect(wrong).toEqual([]);
  });

  test.each(numbers.map((description) => [description.name, description] as const))(
    '%s refuses what is no number in its range, and takes its bounds',
    (_name, { accepts, minimum, maximum, aboveMinimum, type }) => {
      const half = type === 'integer' ? [(minimum ?? 0) + 0.5] : [];
      const above = maximum === null ? [] : [maximum + 1];
      const never = [NaN, Infinity, -Infinity, -1, Number('1e309'), '1', null, true, [1], ...half, ...above];
      expect(never.filter(accepts)).toEqual([]);
      expect(accepts(minimum)).toBe(!aboveMinimum);
      expect(accepts(maximum ?? Number.MAX_SAFE_INTEGER)).toBe(true);
    },
  );

  test('says ranges as people read them', () => {
    expect(rangeText(described('scaling.max_workers'))).toBe('0 … 64');
    expect(rangeText(described('scanning.max_file_size'))).toBe('1 or more');
    expect(rangeText(described('performance.cache_ttl_hours'))).toBe('more than 0, at most 8760');
    expect(rangeText(described('response.action'))).toBe('ask, quarantine, notify');
    expect(expectation(described('scaling.max_workers'))).toBe('a whole number, 0 … 64 (workers)');
    expect(expectation(described('response.action'))).toBe('one of "ask", "quarantine", "notify"');
  });
});

describe('settings that contradict each other are refused with both names:', () => {
  test.each([
    [
      { scaling: { min_workers: 5, max_workers: 4 } },
      'min_workers (5) must not be more than max_workers (4)',
    ],
    [
      { scaling: { scale_up_threshold: 10 } },
      'scale_down_threshold (10) must be less than scale_up_threshold (10)',
    ],
    [
      { watch: { settle_ms: 2000, settle_max_seconds: 1 } },
      'settle_ms (2000) must not be longer than settle_max_seconds (1)',
    ],
    [
      { fleet: { session_timeout_ms: 2000, max_poll_interval_ms: 1000 } },
      'session_timeout_ms (2000) must not be more than max_poll_interval_ms (1000)',
    ],
  ])('%j', (values, message) => {
    expect(settingsSchema.safeParse(values).error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  test('but any number of workers may be the least where the most is left to Vedette', () => {
    expect(settingsSchema.parse({ scaling: { min_workers: 64 } }).scaling.max_workers).toBe(0);
  });
});

test.each([
  ['127.0.0.1:8477', true],
  ['[::1]:80', true],
  ['localhost:65535', true],
  ['localhost', false],
  ['::1:80', false],
  ['http://localhost:80', false],
  ['localhost:8 0', false],
])('an address to listen on: %s is %s', (text, expected) => {
  expect(described('api.listen').accepts(text)).toBe(expected);
});

test('a rule pack needs HTTPS and a way to check it', () => {
  const { accepts } = described('updates.rule_packs');
  const hash = 'a'.repeat(64);
  expect(
    [`https://e.org/p.zip#sha256=${hash}`, 'https://e.org/p.zip#signature=p.sig'].map((pack) =>
      accepts([pack]),
    ),
  ).toEqual([true, true]);
  const refused = [
    `http://e.org/p.zip#sha256=${hash}`,
    'https://e.org/p.zip',
    'https://e.org/p.zip#sha256=abc',
  ];
  expect(refused.filter((pack) => accepts([pack]))).toEqual([]);
});
