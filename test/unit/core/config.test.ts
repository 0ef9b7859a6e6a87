import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfiguration, type ConfigSource } from '../../../src/core/config.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { settingsSchema, type Settings } from '../../../src/shared/settings.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const defaults = settingsSchema.parse({});

function settingsOf(source: ConfigSource): Settings {
  return loadConfiguration(source).settings;
}

/** The settings of a file with this text. */
function load(text: string | Uint8Array, source: Partial<ConfigSource> = {}) {
  using folder = temporaryFolder();
  return settingsOf({ file: folder.write('c.toml', text), overlay: null, env: {}, ...source });
}

/** What is said against a file with this text, with the file as `c.toml`. */
function complaint(text: string | Uint8Array, source: Partial<ConfigSource> = {}): string {
  using folder = temporaryFolder();
  const file = folder.write('c.toml', text);
  try {
    settingsOf({ file, overlay: null, env: {}, ...source });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `${error.code} ${error.message.replaceAll(file, 'c.toml')}`;
  }
  return 'nothing';
}

describe('settings', () => {
  test('without a file in the usual place are the defaults', () => {
    using folder = temporaryFolder();
    const env = { XDG_CONFIG_HOME: folder.path, APPDATA: folder.path };
    expect(settingsOf({ file: null, overlay: null, env })).toEqual(defaults);
  });

  test.runIf(process.platform === 'linux')('come from the usual place', () => {
    using folder = temporaryFolder();
    folder.write('vedette/rt_protection_config.toml', '[scaling]\nmax_workers = 3');
    const settings = settingsOf({ file: null, overlay: null, env: { XDG_CONFIG_HOME: folder.path } });
    expect(settings.scaling).toEqual({ ...defaults.scaling, max_workers: 3 });
  });

  test('of an empty file are the defaults, with and without a byte order mark', () => {
    expect(load('')).toEqual(defaults);
    expect(load('\uFEFF# nothing\r\n')).toEqual(defaults);
    expect(load('\uFEFF[scanning]\r\nenable_yara = false\r\n').scanning.enable_yara).toBe(false);
  });

  test('of an overlay lie over the others, which stay', () => {
    const text = `
      [scanning]
      enable_yara = false
      exclude = ["*.log"]
      [env.dev.scanning]
      exclude = ["*.tmp"]
      [env.prod.scaling]
      max_workers = 7
    `;
    const { scanning } = load(text, { overlay: 'dev' });
    expect([scanning.enable_yara, scanning.exclude]).toEqual([false, ['*.tmp']]);
    expect(load(text).scanning.exclude).toEqual(['*.log']);
    expect(load(text, { env: { VEDETTE_ENV: 'prod' } }).scaling.max_workers).toBe(7);
    expect(load(text, { overlay: 'dev', env: { VEDETTE_ENV: 'prod' } }).scaling.max_workers).toBe(0);
    expect(load(text, { overlay: 'staging' }).scanning.exclude).toEqual(['*.log']);
  });

  test.each([
    ['SCANNING_ENABLE_YARA', 'false', { enable_yara: false }],
    ['SCANNING_SCAN_TIMEOUT_SECONDS', '2.5', { scan_timeout_seconds: 2.5 }],
    ['SCANNING_MAX_FILE_SIZE', '1048576', { max_file_size: 1_048_576 }],
    ['SCANNING_RULE_PATHS', '/a::/b', { rule_paths: ['/a', '/b'] }],
    ['SCANNING_RULE_PATHS', '', { rule_paths: [] }],
    ['SCANNING_CLAMD', '127.0.0.1:3310', { clamd: '127.0.0.1:3310' }],
    ['SCANNING_SIGNATURE_DIR', '1234', { signature_dir: '1234' }],
    ['SCANNING_SIGNATURE_DIR', 'true', { signature_dir: 'true' }],
  ])('of the variable VEDETTE_%s=%s lie over all', (name, value, expected) => {
    const text = '[scanning]\nrule_paths = ["/other"]\n[env.dev.scanning]\nenable_yara = true';
    const { scanning } = load(text, { overlay: 'dev', env: { [`VEDETTE_${name}`]: value } });
    expect(scanning).toMatchObject(expected);
  });

  test('cannot change what all objects share', () => {
    expect(complaint('[__proto__]\npolluted = 1\n[scanning.__proto__]\nenable_yara = false')).toContain(
      'CONFIG_INVALID',
    );
    expect(complaint('[env.dev.constructor.prototype]\npolluted = 1', { overlay: 'dev' })).toContain(
      'CONFIG_INVALID',
    );
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('one wrong value refuses the whole, with file, line and key:', () => {
  test.each([
    ['a wrong type', '# first\n[scanning]\n\nenable_yara = "no"', 'c.toml:4: scanning.enable_yara: '],
    ['an unknown key', '[scanning]\nenable_yarra = true', 'c.toml:2: scanning.enable_yarra: '],
    ['an unknown section', '\n[scaning]\nenable_yara = true', 'c.toml:2: scaning: '],
    ['an unknown key before all sections', 'x = 1\n[scanning]', 'c.toml:1: x: '],
    ['not a number', '[scanning]\nscan_timeout_seconds = nan', 'c.toml:2: scanning.scan_timeout_seconds: '],
    ['infinity', '[scanning]\nscan_timeout_seconds = inf', 'c.toml:2: scanning.scan_timeout_seconds: '],
    [
      'too large for a number',
      '[scanning]\nscan_timeout_seconds = 1e309',
      'c.toml:2: scanning.scan_timeout_seconds: ',
    ],
    ['a negative number', '[scanning]\nmax_file_size = -1', 'c.toml:2: scanning.max_file_size: '],
    ['a part of a byte', '[scanning]\nmax_file_size = 1.5', 'c.toml:2: scanning.max_file_size: '],
    ['an entry of a list', '[scanning]\nexclude = ["a", 5]', 'c.toml:2: scanning.exclude.1: '],
    ['one of a few words', '[scanning]\nyara_binding = "rust"', 'c.toml:2: scanning.yara_binding: '],
    ['a section that is a value', 'scanning = 3', 'c.toml:1: scanning: '],
    ['a date', '[scanning]\nclamd = 2020-01-01', 'c.toml:2: scanning.clamd: '],
    ['a version of the future', '# first\nconfig_version = 3', 'c.toml:2: config_version: '],
    ['no version', 'config_version = "two"', 'c.toml:1: config_version: '],
    ['a version before all versions', 'config_version = 0', 'c.toml:1: config_version: '],
    ['a key twice', '[scanning]\nenable_yara = true\nenable_yara = false', 'c.toml:3:'],
    ['no TOML', '[scanning]\nenable_yara = yes please', 'c.toml:2:'],
    ['no text', Buffer.from([0, 1, 2, 0xff]), 'c.toml:1:'],
    ['depth without end', `x = ${'['.repeat(100_000)}`, 'c.toml:1:'],
  ])('%s', (_name, text, expected) => {
    expect(complaint(text)).toContain(`CONFIG_INVALID ${expected}`);
  });

  test('each of several wrong values is named', () => {
    const message = complaint('[scanning]\nenable_yara = 1\n[scaling]\nmax_workers = 65');
    expect(message.split('\n').map((line) => line.split(': ')[1])).toEqual([
      'scanning.enable_yara',
      'scaling.max_workers',
    ]);
  });

  test('an environment that there is not', () => {
    expect(complaint('', { overlay: 'production' })).toBe(
      "CONFIG_INVALID 'production' is no environment; there are dev, staging, prod",
    );
  });

  test('a variable', () => {
    const message = complaint('', { env: { VEDETTE_SCALING_MAX_WORKERS: 'many' } });
    expect(message).toContain('CONFIG_INVALID VEDETTE_SCALING_MAX_WORKERS: ');
  });

  test('a number out of range in a variable is told as a number', () => {
    const message = complaint('', { env: { VEDETTE_SCALING_MAX_WORKERS: '65' } });
    expect(message).toMatch(/VEDETTE_SCALING_MAX_WORKERS: .*64/);
  });

  test('a value of an overlay, at the line of the overlay', () => {
    const text = '[scaling]\nmax_workers = 3\n[env.dev.scaling]\nmax_workers = 65\n';
    expect(complaint(text, { overlay: 'dev' })).toContain('c.toml:4: env.dev.scaling.max_workers: ');
    expect(complaint(text)).toContain('c.toml:4: env.dev.scaling.max_workers: ');
  });

  test('an overlay of an unknown name', () => {
    expect(complaint('[env.devel.scaling]\nmax_workers = 3\n')).toContain('c.toml:1: env.devel: ');
  });

  test('every unknown key is named', () => {
    const message = complaint('[scaling]\none = 1\ntwo = 2\n');
    expect(message).toContain('c.toml:2: scaling.one: ');
    expect(message).toContain('c.toml:3: scaling.two: ');
  });
});

describe('a configuration that cannot be read', () => {
  test('because it is a named pipe or a device is said, without waiting for it', () => {
    using folder = temporaryFolder();
    const pipe = join(folder.path, 'pipe.toml');
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, '/dev/zero']) {
      expect(() => settingsOf({ file, overlay: null, env: {} })).toThrow('it is not a regular file');
    }
  });

  test('because it is not there, or is a folder, is said', () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'd.toml'));
    for (const name of ['missing.toml', 'd.toml']) {
      const file = join(folder.path, name);
      expect(() => settingsOf({ file, overlay: null, env: {} })).toThrow(
        expect.objectContaining({ code: 'FILE_UNREADABLE', message: expect.stringContaining(file) }),
      );
    }
  });

  test.runIf(process.platform === 'linux')('in the usual place does not pass for none', () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'vedette/rt_protection_config.toml'), { recursive: true });
    expect(() => settingsOf({ file: null, overlay: null, env: { XDG_CONFIG_HOME: folder.path } })).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
  });

  test('because it holds 10 MB is said', () => {
    expect(complaint(Buffer.alloc(10_000_000, '# \n'))).toMatch(
      /^FILE_UNREADABLE .*10000000 bytes; at most 1048576/,
    );
  });
});

test('no text makes it fail in any other way than by its own error', () => {
  const keys = fc.constantFrom(
    'scanning',
    'scaling',
    'env',
    'dev',
    'enable_yara',
    'exclude',
    '__proto__',
    'constructor',
  );
  const values = fc.oneof(
    fc.constantFrom(
      '1',
      'true',
      'nan',
      '-inf',
      '1e309',
      '"x"',
      '[]',
      '{}',
      '2020-01-01',
      '[[1],{a=1}]',
      "'''",
    ),
    fc.string(),
  );
  const line = fc.oneof(
    fc.tuple(keys, keys).map(([one, other]) => `[${one}.${other}]`),
    keys.map((key) => `[${key}]`),
    fc.tuple(keys, values).map(([key, value]) => `${key} = ${value}`),
    fc.string(),
  );
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
  const variables = fc.dictionary(
    fc.constantFrom(
      'VEDETTE_ENV',
      'VEDETTE_SCANNING_EXCLUDE',
      'VEDETTE_SCALING_MAX_WORKERS',
      'VEDETTE_SCANNING_CLAMD',
    ),
    fc.oneof(fc.constantFrom('dev', 'prod'), fc.string()),
  );
  fc.assert(
    fc.property(text, variables, (content, env) => {
      // Any other error is thrown.
      expect(complaint(content, { env })).toMatch(/^(?:nothing$|CONFIG_INVALID .)/s);
    }),
    { numRuns: 300 },
  );
});
