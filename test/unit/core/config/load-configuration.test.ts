import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Configuration } from '../../../../src/core/config/config-place.ts';
import { loadConfigurationAt } from '../../../../src/core/config/load-configuration.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { settingsSchema } from '../../../../src/shared/settings.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/temporary-folder.ts';

const old = `# mine
[scanning]
enable_yara = true # y

# Our documents are large.
# worker_memory_limit was 1 GiB.
worker_memory_limit = 200_000_000 # bytes

[env.dev.scanning]
worker_memory_limit = 300_000_000
`;

const migrated = `config_version = 2
# mine
[scanning]
enable_yara = true # y


[env.dev.scanning]

[scaling]
# Our documents are large.
# worker_memory_limit was 1 GiB.
worker_memory_limit = 200_000_000 # bytes

[env.dev.scaling]
worker_memory_limit = 300_000_000
`;

interface Loading {
  readonly env?: Readonly<Record<string, string>>;
  readonly overlay?: string;
  readonly saveMigration?: boolean;
}

function load(file: string, { env = {}, overlay, saveMigration = true }: Loading = {}): Configuration {
  return loadConfigurationAt({ file, mustExist: true, overlay: overlay ?? null, env }, { saveMigration });
}

function loadText(text: string, loading: Loading = {}): Configuration {
  using folder = temporaryFolder();
  return load(folder.write('c.toml', text), loading);
}

function contents(folder: TemporaryFolder): Readonly<Record<string, string>> {
  const names = readdirSync(folder.path).toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder.path, name), 'utf8')]));
}

/** null where the file is refused; any other error is thrown. */
function loadIfValid(file: string): Configuration | null {
  try {
    return load(file, { saveMigration: false });
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFIG_INVALID') return null;
    throw error;
  }
}

describe('a configuration tells where each value comes from:', () => {
  test('default, file, overlay or variable', () => {
    const text = '[scaling]\nmax_workers = 3\nmin_workers = 1\n[env.dev.scaling]\nmin_workers = 2\n';
    const env = { VEDETTE_SCANNING_ENABLE_YARA: 'false' };
    const { origins, overlay } = loadText(text, { env, overlay: 'dev' });
    expect(overlay).toBe('dev');
    expect(origins.get('scaling.max_workers')).toEqual({ kind: 'file', line: 2 });
    expect(origins.get('scaling.min_workers')).toEqual({ kind: 'overlay', name: 'dev', line: 5 });
    expect(origins.get('scanning.enable_yara')).toEqual({
      kind: 'variable',
      name: 'VEDETTE_SCANNING_ENABLE_YARA',
    });
    expect(origins.get('scanning.enable_clamav')).toEqual({ kind: 'default' });
  });

  test('for dotted keys and inline tables too', () => {
    const { origins } = loadText('scaling.max_workers = 3\nscanning = { enable_yara = true }\n');
    expect(origins.get('scaling.max_workers')).toEqual({ kind: 'file', line: 1 });
    expect(origins.get('scanning.enable_yara')).toEqual({ kind: 'file', line: 2 });
  });
});

describe('a configuration tells what will not do what it says:', () => {
  test('keys without effect in this version, where they are set', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', '[fleet]\nnum_workers = 2\n');
    const { notices } = load(file, { env: { VEDETTE_FLEET_MAX_QUEUE_SIZE: '500' } });
    expect(notices).toEqual([
      { kind: 'pending_key', message: `${file}:2: fleet.num_workers has no effect in this version` },
      {
        kind: 'pending_key',
        message: 'VEDETTE_FLEET_MAX_QUEUE_SIZE: fleet.max_queue_size has no effect in this version',
      },
    ]);
  });

  test('variables that set nothing, and what was meant', () => {
    const env = {
      VEDETTE_SCALING_MAX_WORKRES: '3',
      VEDETTE_ENV: 'dev',
      VEDETTE_DATA_DIR: '/d',
      VEDETTE_X: '1',
    };
    expect(loadText('', { env }).notices.map(({ message }) => message)).toEqual([
      'VEDETTE_SCALING_MAX_WORKRES sets nothing; did you mean VEDETTE_SCALING_MAX_WORKERS?',
      'VEDETTE_X sets nothing',
    ]);
  });

  test('a variable with the name of an older version, which is heard', () => {
    const env = { VEDETTE_SCANNING_WORKER_MEMORY_LIMIT: '200000000' };
    const { settings, notices } = loadText('', { env });
    expect(settings.scaling.worker_memory_limit).toBe(200_000_000);
    expect(notices).toEqual([
      {
        kind: 'renamed_variable',
        message: 'VEDETTE_SCANNING_WORKER_MEMORY_LIMIT is called VEDETTE_SCALING_WORKER_MEMORY_LIMIT now',
      },
    ]);
    const both = { ...env, VEDETTE_SCALING_WORKER_MEMORY_LIMIT: '300000000' };
    expect(loadText('', { env: both }).settings.scaling.worker_memory_limit).toBe(300_000_000);
  });
});

function complaint(text: string, loading: Loading = {}): string {
  using folder = temporaryFolder();
  const file = folder.write('c.toml', text);
  try {
    load(file, loading);
  } catch (error) {
    if (error instanceof AppError) return error.message.replaceAll(file, 'c.toml');
    throw error;
  }
  return '';
}

describe('what is wrong is said with a way to mend it:', () => {
  test.each([
    [
      '[scanning]\nenable_yarra = true',
      "c.toml:2: scanning.enable_yarra: unknown key; did you mean 'enable_yara'?",
    ],
    ['[scaning]\n', "c.toml:1: scaning: there is no such section; did you mean 'scanning'?"],
    [
      '[scanning]\nmax_workers = 3',
      'c.toml:2: scanning.max_workers: unknown key here; it belongs in [scaling]',
    ],
    [
      'config_version = 2\n[scanning]\nworker_memory_limit = 200_000_000',
      'c.toml:3: scanning.worker_memory_limit: it is called scaling.worker_memory_limit now',
    ],
    [
      '[scaling]\nmax_workers = 65',
      'c.toml:2: scaling.max_workers: expected a whole number, 0 … 64 (workers), found 65',
    ],
    [
      '[scaling]\nmax_workers = -1',
      'c.toml:2: scaling.max_workers: expected a whole number, 0 … 64 (workers), found -1',
    ],
    ['scaling = 3', 'c.toml:1: scaling: expected a section, [scaling], found 3'],
    ['[env.develop]\n', 'c.toml:1: env.develop: there are [env.dev], [env.staging], [env.prod]'],
    [
      '[env.pord]\n',
      "c.toml:1: env.pord: there are [env.dev], [env.staging], [env.prod]; did you mean 'prod'?",
    ],
    [
      '[scaling]\nmax_workers = 3\nmin_workers = 4',
      'c.toml:3: scaling.min_workers: min_workers (4) must not be more than max_workers (3)',
    ],
    [
      '[scaling]\nscale_up_threshold = 5',
      'c.toml:2: scaling.scale_up_threshold: scale_down_threshold (10) must be less than scale_up_threshold (5)',
    ],
    [
      '[scaling]\nmax_workers = 5\n[env.prod.scaling]\nmin_workers = 6',
      'c.toml:4: env.prod.scaling.min_workers: min_workers (6) must not be more than max_workers (5)',
    ],
    [
      '[scanning]\nworker_memory_limit = 1',
      'c.toml:2: scanning.worker_memory_limit: expected a whole number, 134217728 or more (bytes), found 1',
    ],
    [
      'config_version = 3\n[what]\never = 1',
      'c.toml:1: config_version: version 3 is newer than this Vedette knows, which is 2; use the Vedette that wrote it, or a newer one',
    ],
  ])('%j', (text, expected) => {
    expect(complaint(text)).toBe(expected);
  });

  test('a contradiction between a variable and the file', () => {
    const env = { VEDETTE_SCALING_MIN_WORKERS: '4' };
    expect(complaint('[scaling]\nmax_workers = 3', { env })).toBe(
      'VEDETTE_SCALING_MIN_WORKERS: min_workers (4) must not be more than max_workers (3)',
    );
  });

  test('a bounded number of problems', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `key_${index} = 1`);
    const message = complaint(`[scanning]\n${lines.join('\n')}`);
    expect(message.split('\n').length).toBe(21);
    expect(message).toMatch(/and 4980 more$/);
  });

  test('but who allows a single worker need not also lower the least', () => {
    const { scaling } = loadText('[scaling]\nmax_workers = 1').settings;
    expect([scaling.min_workers, scaling.max_workers]).toEqual([1, 1]);
  });
});

describe('a variable', () => {
  test('holds a list of paths as PATH does, any other list with commas', () => {
    const env = {
      VEDETTE_FLEET_BROKERS: 'a:9092, b:9093,',
      VEDETTE_SCANNING_EXCLUDE: ['*.{a,b}', '/srv/x'].join(delimiter),
      VEDETTE_WATCH_FOLDERS: '/a, b',
    };
    const { fleet, scanning, watch } = loadText('', { env }).settings;
    expect(fleet.brokers).toEqual(['a:9092', 'b:9093']);
    expect(scanning.exclude).toEqual(['*.{a,b}', '/srv/x']);
    expect(watch.folders).toEqual(['/a, b']);
  });
});

describe('a file of an older version', () => {
  test('that cannot be brought up to date by program is named, without a line that it does not have', () => {
    expect(complaint('scaling = 1\nscanning.worker_memory_limit = 300_000_000')).toBe(
      'c.toml is written in a way that cannot be edited by program; edit it by hand',
    );
  });

  test('is brought up to date with its comments; the old text stays beside it', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', old);
    const { settings, notices, origins } = load(file);
    expect(settings.scaling.worker_memory_limit).toBe(200_000_000);
    expect(contents(folder)).toEqual({ 'c.toml': migrated, 'c.toml.v1': old });
    expect(notices.map(({ kind }) => kind)).toEqual(['migrated']);
    expect(notices[0]?.message).toContain(`${file}.v1`);
    expect(origins.get('scaling.worker_memory_limit')).toEqual({ kind: 'file', line: 12 });
    expect(load(file).notices).toEqual([]);
    expect(load(file, { overlay: 'dev' }).settings.scaling.worker_memory_limit).toBe(300_000_000);
  });

  test('says its version, or is known by a key of that version', () => {
    const text = '[scaling]\nmax_workers = 3\n';
    expect(loadText(text).notices).toEqual([]);
    expect(loadText(`config_version = 1\n${text}`).notices.map(({ kind }) => kind)).toEqual(['migrated']);
    expect(loadText('[env.prod.scanning]\nworker_memory_limit = 200_000_000').notices).toHaveLength(1);
  });

  test.runIf(process.platform !== 'win32')('keeps its mode and its byte order mark', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', `\uFEFF${old}`);
    chmodSync(file, 0o640);
    load(file);
    expect(readFileSync(file, 'utf8')).toBe(`\uFEFF${migrated}`);
    expect([file, `${file}.v1`].map((path) => statSync(path).mode & 0o777)).toEqual([0o640, 0o640]);
  });

  test('never overwrites an old text that was kept before', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', old);
    folder.write('c.toml.v1', 'another');
    load(file);
    expect(contents(folder)).toEqual({ 'c.toml': migrated, 'c.toml.v1': 'another', 'c.toml.v1.2': old });
  });

  test('is kept once, however often it comes back', () => {
    using folder = temporaryFolder();
    for (let time = 1; time <= 3; time += 1) load(folder.write('c.toml', old));
    expect(Object.keys(contents(folder))).toEqual(['c.toml', 'c.toml.v1']);
  });

  test('that cannot be written is understood all the same, with the lines it has', () => {
    using folder = temporaryFolder();
    // No name is left for the copy: it would be longer than a name may be.
    const file = folder.write(`${'c'.repeat(250)}.toml`.slice(-254), old);
    const { settings, notices, origins } = load(file);
    expect(settings.scaling.worker_memory_limit).toBe(200_000_000);
    expect(notices.map(({ kind }) => kind)).toEqual(['migration_not_saved']);
    expect(origins.get('scaling.worker_memory_limit')).toEqual({ kind: 'file', line: 7 });
    expect(Object.values(contents(folder))).toEqual([old]);
  });

  test('that is only looked at is left as it is', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', old);
    const { notices } = load(file, { saveMigration: false });
    expect(notices.map(({ kind }) => kind)).toEqual(['old_version']);
    expect(contents(folder)).toEqual({ 'c.toml': old });
  });

  test('that is wrong is left as it is', () => {
    using folder = temporaryFolder();
    const text = `${old}[scaling]\nmax_workers = 65\n`;
    const file = folder.write('c.toml', text);
    expect(() => load(file)).toThrow('65');
    expect(contents(folder)).toEqual({ 'c.toml': text });
  });

  test.runIf(process.platform !== 'win32')('behind a link is replaced where it is; the link stays', () => {
    using folder = temporaryFolder();
    const target = folder.write('dotfiles/vedette.toml', old);
    const link = join(folder.path, 'c.toml');
    symlinkSync(target, link);
    load(link);
    expect(readFileSync(target, 'utf8')).toBe(migrated);
    expect(readdirSync(join(folder.path, 'dotfiles'))).toEqual(['vedette.toml']);
    expect(readFileSync(`${link}.v1`, 'utf8')).toBe(old);
  });

  test('does not follow a link in the place of the copy', () => {
    using folder = temporaryFolder();
    const victim = folder.write('victim', 'untouched');
    const file = folder.write('c.toml', old);
    symlinkSync(victim, `${file}.v1`);
    load(file);
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(readFileSync(`${file}.v1.2`, 'utf8')).toBe(old);
  });

  test.each([
    ['inline tables', 'scanning = { worker_memory_limit = 200_000_000, enable_yara = false } # c\n'],
    ['dotted keys', '# c\nscanning.worker_memory_limit = 200_000_000\nscanning.enable_yara = false\n'],
    ['quoted keys', '["scanning"]\n"enable_yara" = false\n\'worker_memory_limit\' = 200_000_000 # c\n'],
    ['CRLF', '[scanning]\r\nenable_yara = false\r\n# c\r\nworker_memory_limit = 200_000_000\r\n'],
  ])('may be written with %s', (_name, text) => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', text);
    const { settings } = load(file);
    expect(settings.scaling.worker_memory_limit).toBe(200_000_000);
    expect(settings.scanning.enable_yara).toBe(false);
    expect(readFileSync(file, 'utf8')).toContain('# c');
    expect(load(file).settings).toEqual(settings);
  });

  test('is understood the same before and after, whatever it holds', () => {
    const line = fc.constantFrom(
      '# a comment',
      '',
      'enable_yara = false # y',
      'worker_memory_limit = 200_000_000 # m',
      'exclude = [ # e\n  "a", # f\n]',
      '[scaling]',
      'max_workers = 3',
      '[env.dev.scanning]',
      '[env.prod.scaling]',
      '[scanning]',
      'env.staging.scanning.worker_memory_limit = 300_000_000',
      'scanning = { worker_memory_limit = 400_000_000 }',
      'config_version = 1',
    );
    // Most random orders of lines are invalid; of these most are not.
    const blocks = [
      ['# a comment', 'config_version = 1', 'env.staging.scanning.worker_memory_limit = 300_000_000'],
      ['[scanning]', 'worker_memory_limit = 200_000_000 # m', 'enable_yara = false # y', '# a comment'],
      ['[scaling]', 'max_workers = 3', ''],
      ['[env.dev.scanning]', 'exclude = [ # e\n  "a", # f\n]', 'worker_memory_limit = 400_000_000'],
      ['[env.prod.scaling]', '# another', 'enable_adaptive_scaling = false'],
    ];
    const wellFormed = fc
      .tuple(
        ...blocks.map(([first = '', ...rest]) => fc.shuffledSubarray(rest).map((some) => [first, ...some])),
      )
      .chain(([top = [], ...sections]) => fc.shuffledSubarray(sections).map((some) => [top, ...some].flat()));
    let migrations = 0;
    fc.assert(
      fc.property(fc.oneof(fc.uniqueArray(line, { maxLength: 13 }), wellFormed), (lines) => {
        using folder = temporaryFolder();
        const text = lines.join('\n');
        const file = folder.write('c.toml', text);
        const before = loadIfValid(file);
        if (before === null) return;
        load(file);
        const after = load(file);
        if (before.notices.length > 0) migrations += 1;
        expect(after.settings).toEqual(before.settings);
        expect(after.notices).toEqual([]);
        const now = readFileSync(file, 'utf8');
        const comments = [...text.matchAll(/# ?\w.*/g)].map(([comment]) => comment);
        expect(comments.filter((comment) => !now.includes(comment))).toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(migrations).toBeGreaterThan(20);
  });
});

test('without a file the defaults hold', () => {
  using folder = temporaryFolder();
  const place = { file: join(folder.path, 'c.toml'), mustExist: false, overlay: null, env: {} };
  const { settings, fileExists, notices } = loadConfigurationAt(place, { saveMigration: true });
  expect({ settings, fileExists, notices }).toEqual({
    settings: settingsSchema.parse({}),
    fileExists: false,
    notices: [],
  });
});
