import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfigurationAt } from '../../../../src/core/config/load-configuration.ts';
import { settingDescriptions } from '../../../../src/shared/settings/catalogue.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

function codeFor(file: string, mustExist = true): string {
  try {
    loadConfigurationAt({ file, mustExist, overlay: null, env: {} }, { saveMigration: true });
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'loaded';
}

describe('what stands in the place of a configuration is no danger:', () => {
  test('a named pipe without a writer, a device, a folder', () => {
    using folder = temporaryFolder();
    const pipe = join(folder.path, 'pipe.toml');
    execFileSync('mkfifo', [pipe]);
    mkdirSync(join(folder.path, 'd.toml'));
    for (const file of [pipe, '/dev/zero', '/dev/null', join(folder.path, 'd.toml')])
      expect(codeFor(file, false)).toBe('FILE_UNREADABLE');
  });

  test('10 MB', () => {
    using folder = temporaryFolder();
    expect(codeFor(folder.write('c.toml', Buffer.alloc(10_000_000, '# \n')))).toBe('FILE_UNREADABLE');
  });

  test.runIf(process.platform === 'linux')('a file of the kernel that says it is empty and is large', () => {
    expect(codeFor('/proc/kallsyms')).toBe('FILE_UNREADABLE');
  });

  test('a link to nothing does not pass for no file', () => {
    using folder = temporaryFolder();
    const link = join(folder.path, 'c.toml');
    symlinkSync('nowhere.toml', link);
    expect(codeFor(link, false)).toBe('FILE_UNREADABLE');
    expect(codeFor(join(folder.path, 'other.toml'), false)).toBe('loaded');
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a file without permission', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', '');
    chmodSync(file, 0o000);
    expect(codeFor(file, false)).toBe('FILE_UNREADABLE');
  });

  test('names and values that could steer a terminal are told as text', () => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', '[scanning]\nyara_binding = "\\u001b[2J\\u202e"\n');
    expect(() =>
      loadConfigurationAt({ file, mustExist: true, overlay: null, env: {} }, { saveMigration: true }),
    ).toThrow(expect.objectContaining({ message: expect.stringContaining('\\u001b[2J') }));
  });
});

describe('a million characters are read in a moment', () => {
  const size = 1_000_000;
  test.each([
    [
      'unknown keys',
      `[scanning]\n${Array.from({ length: size / 20 }, (_, index) => `key_${index} = 1`).join('\n')}`,
    ],
    ['sections', Array.from({ length: size / 20 }, (_, index) => `[section_${index}]`).join('\n')],
    ['a list', `[scanning]\nexclude = [${'"a",'.repeat(size / 4)}]`],
    ['a deep list', `[scanning]\nexclude = ${'['.repeat(size)}`],
    ['a dotted key', `${'a.'.repeat(size / 2)}b = 1`],
    ['a text', `[scanning]\nclamd = "${'x'.repeat(size)}"`],
    ['comments', '#\n'.repeat(size / 2)],
    ['blanks', ' '.repeat(size)],
    ['quotes', '"'.repeat(size)],
    [
      'an old version',
      `${'# c\n'.repeat(size / 8)}[scanning]\nworker_memory_limit = 200_000_000\n${'# c\n'.repeat(size / 8)}`,
    ],
  ])('%s', (_name, text) => {
    using folder = temporaryFolder();
    const file = folder.write('c.toml', text);
    const before = process.cpuUsage();
    expect(['loaded', 'CONFIG_INVALID']).toContain(codeFor(file));
    // Of the processor, not of the clock: others may be at work.
    expect(process.cpuUsage(before).user).toBeLessThan(8_000_000);
  });
});

test('any text either loads or is refused by an error of ours', () => {
  const words = fc.constantFrom(
    ...settingDescriptions.map(({ key }) => key),
    ...settingDescriptions.map(({ section }) => section),
    'env',
    'dev',
    'config_version',
    'worker_memory_limit',
    '__proto__',
    'constructor',
    'toString',
    '"a b"',
    "''",
  );
  const values = fc.oneof(
    fc.constantFrom(
      '1',
      '0',
      '-1',
      '1.5',
      'true',
      'nan',
      '-inf',
      '1e309',
      '0x7fffffffffffffff',
      '9007199254740993',
    ),
    fc.constantFrom(
      '"x"',
      '[]',
      '{}',
      '2020-01-01',
      '07:32:00',
      '[[1],{a=1}]',
      "'''",
      '"""\n"""',
      '["a", # b\n]',
    ),
    fc.constantFrom(
      '{ worker_memory_limit = 200_000_000 }',
      '200_000_000',
      '{ scanning = { worker_memory_limit = 1 } }',
    ),
    fc.string({ unit: 'binary' }),
  );
  const path = fc.array(words, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
  const line = fc.oneof(
    path.map((name) => `[${name}]`),
    path.map((name) => `[[${name}]]`),
    fc.tuple(path, values).map(([name, value]) => `${name} = ${value} # c`),
    fc.string({ unit: 'binary' }),
  );
  const text = fc
    .tuple(
      fc.constantFrom('', '\uFEFF'),
      fc.array(line, { maxLength: 10 }),
      fc.constantFrom('\n', '\r\n', '\r'),
    )
    .map(([mark, lines, newline]) => mark + lines.join(newline));
  const bytes = fc.uint8Array({ maxLength: 200 });
  using folder = temporaryFolder();
  fc.assert(
    fc.property(fc.oneof(text, bytes), (content) => {
      // Any other error is thrown.
      expect(['loaded', 'CONFIG_INVALID', 'FILE_UNREADABLE']).toContain(
        codeFor(folder.write('c.toml', content)),
      );
    }),
    { numRuns: 800 },
  );
});
