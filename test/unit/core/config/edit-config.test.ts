import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, type TomlTable } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { editConfig, saveSettings, type ConfigChanges } from '../../../../src/core/config/edit-config.ts';
import { tomlValue } from '../../../../src/core/config/toml-value-text.ts';
import type { SettingValue } from '../../../../src/shared/settings/catalogue.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

/** Windows has no modes. */
const privateMode = process.platform === 'win32' ? 0o666 : 0o600;

describe('an edit', () => {
  test('of a value leaves everything else as it is', () => {
    const text =
      '# mine\n[scanning]   # engines\n  enable_yara=true   # for now\n\n[scaling]\nmax_workers = 0b11\n';
    expect(editConfig(text, { 'scanning.enable_yara': false })).toBe(text.replace('=true', '=false'));
  });

  test('that adds a key puts it behind the others of its section', () => {
    const text = '[scanning]\n  enable_yara = true # y\n\n# about scaling\n[scaling]\nmax_workers = 3\n';
    expect(editConfig(text, { 'scanning.clamd': 'none' })).toBe(
      '[scanning]\n  enable_yara = true # y\n  clamd = "none"\n\n# about scaling\n[scaling]\nmax_workers = 3\n',
    );
  });

  test('that adds a key puts it below the comment that holds its default', () => {
    const text = '[scaling]\n\n# Fewest.\n# min_workers = 2\n\n# Most.\n# max_workers = 0\n';
    expect(editConfig(text, { 'scaling.min_workers': 1 })).toBe(
      '[scaling]\n\n# Fewest.\n# min_workers = 2\nmin_workers = 1\n\n# Most.\n# max_workers = 0\n',
    );
  });

  test('that adds a section puts it at the end', () => {
    expect(editConfig('[scanning]\nenable_yara = true', { 'scaling.max_workers': 3 })).toBe(
      '[scanning]\nenable_yara = true\n\n[scaling]\nmax_workers = 3\n',
    );
    expect(editConfig('', { 'scaling.max_workers': 3 })).toBe('[scaling]\nmax_workers = 3\n');
  });

  test('that removes a key keeps the comments above and behind it', () => {
    const text = '[scanning]\n# why\nenable_yara = false # because\nclamd = "none"\n';
    expect(editConfig(text, { 'scanning.enable_yara': null })).toBe(
      '[scanning]\n# why\n# because\nclamd = "none"\n',
    );
  });

  test('of a list on several lines keeps the comments of what stays', () => {
    const text = '[scanning]\nexclude = [\n  "*.log", # noise\n  "*.iso", # large\n]\n';
    const edited = editConfig(text, { 'scanning.exclude': ['*.log', '*.iso', '*.bak'] });
    expect(edited).toContain('"*.log", # noise\n');
    expect(edited).toContain('"*.iso", # large\n');
  });

  test('finds a key however it is written', () => {
    const forms = [
      'scanning.enable_yara = true\n',
      'scanning = { clamd = "none", enable_yara = true }\n',
      '[ "scanning" ]\n\'enable_yara\' = true\n',
    ];
    for (const text of forms)
      expect(editConfig(text, { 'scanning.enable_yara': false })).toBe(text.replace('true', 'false'));
  });

  test('keeps CRLF and the byte order mark', () => {
    expect(editConfig('\uFEFF# a\r\n[scaling]\r\nmax_workers = 3\r\n', { 'scaling.min_workers': 1 })).toBe(
      '\uFEFF# a\r\n[scaling]\r\nmax_workers = 3\r\nmin_workers = 1\r\n',
    );
  });

  test('brings a text of an older version up to date', () => {
    const edited = editConfig('[scanning]\nworker_memory_limit = 200_000_000\n', {
      'scaling.max_workers': 3,
    });
    expect(parse(edited)).toEqual({
      config_version: 2,
      scanning: {},
      scaling: { worker_memory_limit: 200_000_000, max_workers: 3 },
    });
  });

  test('does not touch the overlays', () => {
    const text = '[scaling]\nmax_workers = 3\n[env.dev.scaling]\nmax_workers = 4\n';
    expect(editConfig(text, { 'scaling.max_workers': null })).toBe(
      '[scaling]\n[env.dev.scaling]\nmax_workers = 4\n',
    );
  });

  test.each<[string, ConfigChanges, string]>([
    ['an unknown key', { 'scaling.max_worker': 3 }, "did you mean 'scaling.max_workers'"],
    ['a key of all objects', { 'scaling.__proto__': 3 }, 'unknown key'],
    [
      'a value out of range',
      { 'scaling.max_workers': 65 },
      'scaling.max_workers: expected a whole number, 0 … 64',
    ],
    [
      'no number',
      { 'scaling.scaling_cooldown_seconds': NaN },
      'scaling.scaling_cooldown_seconds: expected a number',
    ],
    ['what is not Unicode', { 'scanning.clamd': '/\udcff' }, 'not Unicode'],
    [
      'a contradiction',
      { 'scaling.max_workers': 3, 'scaling.min_workers': 4 },
      'min_workers (4) must not be more than',
    ],
    [
      'a contradiction with an overlay',
      { 'scaling.min_workers': 6 },
      'min_workers (6) must not be more than max_workers (5)',
    ],
  ])('is refused whole for %s', (_name, changes, message) => {
    const text = '[env.prod.scaling]\nmax_workers = 5\n';
    expect(() => editConfig(text, { 'scanning.enable_yara': false, ...changes })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) }),
    );
  });

  test('is refused for a text that is wrong elsewhere, and may mend what is wrong', () => {
    const text = '[scaling]\nmax_workers = 65\n';
    expect(() => editConfig(text, { 'scanning.enable_yara': false })).toThrow('scaling.max_workers');
    expect(editConfig(text, { 'scaling.max_workers': 6 })).toBe('[scaling]\nmax_workers = 6\n');
  });
});

function nonEmpty(table: TomlTable): TomlTable {
  return Object.fromEntries(
    Object.entries(table).filter(
      ([, value]) => !(typeof value === 'object' && Object.keys(value).length === 0),
    ),
  );
}

describe('any edit of any text', () => {
  const strings = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', 'a"b', "'''", '\\', '#', '\x7f', '\u{1f600}'),
  );
  const lists = fc.array(strings, { maxLength: 4 });
  const kinds: Readonly<Record<string, fc.Arbitrary<SettingValue>>> = {
    'scanning.enable_yara': fc.boolean(),
    'scanning.clamd': strings,
    'scanning.exclude': lists,
    'scanning.rule_paths': lists,
    'scanning.scan_timeout_seconds': fc.double({ min: 2, max: 3600, noNaN: true }),
    'monitoring.history_days': fc.integer({ min: 1, max: 3650 }),
    'watch.folders': lists,
    'cache.memory_entries': fc.integer({ min: 0, max: 10_000_000 }),
  };
  const names = fc.constantFrom(...Object.keys(kinds));
  const setting = names.chain((name) => fc.tuple(fc.constant(name), kinds[name] ?? fc.boolean()));
  const settings = fc.uniqueArray(setting, { maxLength: 8, selector: ([name]) => name });
  const decoration = fc.record({
    above: fc.integer({ min: 0, max: 2 }),
    blank: fc.boolean(),
    behind: fc.boolean(),
    indent: fc.constantFrom('', '  ', '\t'),
    lines: fc.boolean(),
    inside: fc.boolean(),
  });
  const forms = fc.constantFrom('heading', 'quoted', 'dotted', 'inline');
  const layouts = fc.record({
    settings,
    overlay: settings,
    decorations: fc.array(decoration, { minLength: 16, maxLength: 16 }),
    forms: fc.dictionary(fc.constantFrom('scanning', 'monitoring', 'watch', 'cache'), forms, { minKeys: 4 }),
    newline: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('', '\uFEFF'),
    ends: fc.boolean(),
  });
  type Layout = typeof layouts extends fc.Arbitrary<infer T> ? T : never;

  /** A text with the settings, and comments of which each occurs once. */
  function written(layout: Layout): { readonly text: string; readonly comments: readonly string[] } {
    const comments: string[] = [];
    function comment(): string {
      comments.push(`#~${comments.length}~`);
      return comments.at(-1) ?? '';
    }
    function listOf(value: SettingValue, lines: boolean, inside: boolean): string {
      if (typeof value !== 'object' || !lines) return tomlValue(value);
      const entries = value.map((entry) => `  ${tomlValue(entry)},${inside ? ` ${comment()}` : ''}`);
      return ['[', ...(inside ? [`  ${comment()}`] : []), ...entries, ']'].join('\n');
    }
    function statement(key: string, value: SettingValue, index: number): string[] {
      const { above, blank, behind, indent, lines, inside } = layout.decorations[index] ?? {
        above: 0,
        blank: false,
        behind: false,
        indent: '',
        lines: false,
        inside: false,
      };
      return [
        ...(blank ? [''] : []),
        ...Array.from({ length: above }, () => indent + comment()),
        `${indent}${key} = ${listOf(value, lines, inside)}${behind ? ` ${comment()}` : ''}`,
      ];
    }
    const first: string[] = [comment()];
    const last: string[] = [];
    for (const [section, form] of Object.entries(layout.forms)) {
      const own = layout.settings.filter(([name]) => name.startsWith(`${section}.`));
      if (own.length === 0) continue;
      if (form === 'inline') {
        const pairs = own.map(([name, value]) => `${name.split('.')[1]} = ${tomlValue(value)}`);
        first.push(comment(), `${section} = { ${pairs.join(', ')} } ${comment()}`);
      } else if (form === 'dotted') {
        first.push(...own.flatMap(([name, value], index) => statement(name, value, index)));
      } else {
        last.push(
          form === 'quoted' ? `[ "${section}" ] ${comment()}` : `[${section}]`,
          ...own.flatMap(([name, value], index) => statement(name.split('.')[1] ?? '', value, index)),
          comment(),
        );
      }
    }
    for (const [index, [name, value]] of layout.overlay.entries()) {
      const [section = '', key = ''] = name.split('.');
      const heading = `[env.dev.${section}]`;
      if (!last.includes(heading)) last.push(heading, ...statement(key, value, index + 8));
    }
    const text = [...first, ...last].join('\n') + (layout.ends ? '\n' : '');
    return { text: layout.mark + text.replaceAll('\n', layout.newline), comments };
  }

  test('gives exactly the old values and the change, and every comment is still there', () => {
    const change = names.chain((name) =>
      fc.tuple(fc.constant(name), fc.option(kinds[name] ?? fc.boolean(), { nil: null })),
    );
    const changes = fc.uniqueArray(change, { minLength: 1, maxLength: 4, selector: ([name]) => name });
    fc.assert(
      fc.property(layouts, changes, (layout, wanted) => {
        const { text, comments } = written(layout);
        const expected: Record<string, Record<string, unknown>> = {};
        for (const [name, value] of [...layout.settings, ...wanted]) {
          const [section = '', key = ''] = name.split('.');
          const table = (expected[section] ??= {});
          if (value === null) delete table[key];
          else table[key] = value;
        }
        const edited = editConfig(text, Object.fromEntries(wanted));
        const { env, ...base } = parse(edited.replace(/^\uFEFF/, ''));
        const kept = Object.entries(expected).filter(([, table]) => Object.keys(table).length > 0);
        expect(nonEmpty(base)).toEqual(Object.fromEntries(kept));
        expect(env).toEqual(parse(text.replace(/^\uFEFF/, ''))['env']);
        expect(edited.startsWith('\uFEFF')).toBe(layout.mark !== '');
        // In values there may be anything, so each is looked for where a comment can stand.
        const lines = edited.split(/\r?\n/);
        expect(
          comments.filter((comment) => lines.filter((line) => line.endsWith(comment)).length !== 1),
        ).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

describe('saved settings', () => {
  test('make a file that is the user’s alone where there is none', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'new/c.toml');
    saveSettings(file, { 'scaling.max_workers': 3 });
    expect(readFileSync(file, 'utf8')).toBe('config_version = 2\n\n[scaling]\nmax_workers = 3\n');
    expect(statSync(file).mode & 0o777).toBe(privateMode);
  });

  test('replace the file, keep its mode and leave nothing beside it', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', '\uFEFF# mine\n[scaling]\nmax_workers = 3\n');
    chmodSync(file, 0o640);
    saveSettings(file, { 'scaling.max_workers': 4 });
    expect(readFileSync(file, 'utf8')).toBe('\uFEFF# mine\n[scaling]\nmax_workers = 4\n');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder.path)).toEqual(['c.toml']);
  });

  test('go through a link, which stays', () => {
    using folder = temporaryFolder();
    const target = folder.write('dotfiles/vedette.toml', '[scaling]\nmax_workers = 3\n');
    const link = join(folder.path, 'c.toml');
    symlinkSync('dotfiles/vedette.toml', link);
    saveSettings(link, { 'scaling.max_workers': 4 });
    expect(readlinkSync(link)).toBe('dotfiles/vedette.toml');
    expect(lstatSync(target).isFile()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('[scaling]\nmax_workers = 4\n');
    expect(readdirSync(join(folder.path, 'dotfiles'))).toEqual(['vedette.toml']);
  });

  test('that are wrong leave the file as it is', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', '[scaling]\nmax_workers = 3\n');
    expect(() => saveSettings(file, { 'scaling.max_workers': 65 })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
    expect(readFileSync(file, 'utf8')).toBe('[scaling]\nmax_workers = 3\n');
  });

  test('keep the text of an older version beside the file', () => {
    using folder = temporaryFolder();
    const old = '[scanning]\nworker_memory_limit = 200_000_000\n';
    const file = folder.write('c.toml', old);
    saveSettings(file, { 'scaling.max_workers': 3 });
    expect(readFileSync(`${file}.v1`, 'utf8')).toBe(old);
    expect(parse(readFileSync(file, 'utf8'))).toMatchObject({ config_version: 2 });
  });

  test('that the file cannot take name it, and no line that it does not have', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', 'scaling = 1\n');
    expect(() => saveSettings(file, { 'scaling.max_workers': 3 })).toThrow(
      `${file} is written in a way that cannot be edited by program; edit it by hand`,
    );
    expect(readFileSync(file, 'utf8')).toBe('scaling = 1\n');
  });

  test('to a file that is wrong elsewhere say the line that the user sees', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', '[scanning]\nclamd = "none"\n[scaling]\nmax_workers = 65\n');
    expect(() => saveSettings(file, { 'scanning.enable_yara': false })).toThrow(
      `${file}:4: scaling.max_workers: expected`,
    );
  });

  test('say where they cannot be written', () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'c.toml'));
    const below = join(folder.write('file'), 'c.toml');
    for (const file of [join(folder.path, 'c.toml'), below]) {
      expect(() => saveSettings(file, { 'scaling.max_workers': 3 })).toThrow(
        expect.objectContaining({
          code: expect.stringMatching(/^FILE_UN(READ|WRIT)ABLE$/),
          message: expect.stringContaining(file),
        }),
      );
    }
  });
});
