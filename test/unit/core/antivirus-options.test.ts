import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  antivirusOptions,
  builtInRules,
  defaultWorkers,
  parseClamdChoice,
} from '../../../src/core/antivirus-options.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { settingsSchema } from '../../../src/shared/settings.ts';

describe('the choice of clamd', () => {
  test.each([
    ['auto', 'auto'],
    ['managed', 'managed'],
    ['none', 'none'],
    ['/run/clamd.sock', { kind: 'unix', path: resolve('/run/clamd.sock') }],
    ['./clamd.sock', { kind: 'unix', path: resolve('clamd.sock') }],
    ['localhost:3310', { kind: 'tcp', host: 'localhost', port: 3310 }],
    ['127.0.0.1:1', { kind: 'tcp', host: '127.0.0.1', port: 1 }],
    ['[::1]:65535', { kind: 'tcp', host: '::1', port: 65_535 }],
  ])('%j is understood', (text, expected) => {
    expect(parseClamdChoice(text)).toEqual(expected);
  });

  test.each([
    '',
    'Auto',
    'clamd',
    'localhost',
    'localhost:',
    ':3310',
    'localhost:0',
    'localhost:65536',
    '::1:3310',
    'a:b:3310',
    'localhost:33x',
  ])('%j is refused', (text) => {
    expect(() => parseClamdChoice(text)).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
  });
});

describe('what the core is built with', () => {
  const surroundings = {
    dataDir: '/data',
    purpose: 'test',
    staysOn: false,
    useCache: true,
    logger: silentLogger,
    signal: new AbortController().signal,
  };

  test('is the built-in rules, the limits and as many workers as fit, unless settings say otherwise', () => {
    const options = antivirusOptions(settingsSchema.parse({}), surroundings);
    expect(options).toMatchObject({
      clamd: 'auto',
      signatureDir: null,
      yara: { rulePaths: [builtInRules], binding: 'auto' },
      scanTimeoutMs: 60_000,
      live: { scaling: { enabled: true, minWorkers: 2, maxWorkers: defaultWorkers } },
      cache: { bloomMegabytes: 10, memoryEntries: 100_000, maxFiles: 5_000_000 },
      maxFileSizeBytes: 2 * 1024 ** 3,
    });
  });

  test('follows the settings', () => {
    const settings = settingsSchema.parse({
      scanning: { enable_clamav: false, clamd: 'nonsense', enable_yara: false, signature_dir: 'db' },
      scaling: { max_workers: 5 },
    });
    expect(antivirusOptions(settings, surroundings)).toMatchObject({
      clamd: 'none',
      signatureDir: resolve('db'),
      yara: null,
      live: { scaling: { minWorkers: 2, maxWorkers: 5 } },
    });
    expect(antivirusOptions(settings, { ...surroundings, useCache: false }).cache).toBeNull();
    const without = settingsSchema.parse({ performance: { enable_cache: false } });
    expect(antivirusOptions(without, surroundings).cache).toBeNull();
    const more = settingsSchema.parse({ scanning: { rule_paths: ['mine'] } });
    expect(antivirusOptions(more, surroundings).yara?.rulePaths).toEqual([builtInRules, resolve('mine')]);
  });
});
