// The configuration that Vedette gives to its own clamd.
import { describe, expect, it } from 'vitest';
import {
  defaultLimits,
  listensAt,
  parseClamdConfig,
} from '../../../../../src/core/engines/clamd/clamd-config.ts';
import { renderManagedConfig, threadsFor } from '../../../../../src/core/engines/clamd/managed-config.ts';

const settings = {
  address: { kind: 'unix', path: '/data folder/clamd/clamd.sock' },
  databaseDir: '/data folder/clamd/database',
  temporaryDir: '/dev/shm/vedette-x',
  logPath: '/data folder/clamd/clamd.log',
  pidPath: '/data folder/clamd/clamd.pid',
  limits: { ...defaultLimits, maxFileBytes: 12_345, maxRecursion: 9 },
  maxScanSeconds: 50,
  threads: 4,
} as const;

describe('renderManagedConfig', () => {
  it('says everything that its own reader expects of a clamd that hides nothing', () => {
    expect(parseClamdConfig(renderManagedConfig(settings))).toEqual({
      addresses: [settings.address],
      databaseDir: settings.databaseDir,
      limits: settings.limits,
      reportsLimits: true,
      reportsEncrypted: true,
      switchedOff: [],
      selfCheckSeconds: 0,
    });
  });

  it.each([
    'LocalSocketMode 600',
    'Foreground yes',
    'MaxScanTime 50000',
    'HeuristicScanPrecedence no',
    'FollowFileSymlinks yes',
    'FollowDirectorySymlinks no',
    'SelfCheck 0',
    'ConcurrentDatabaseReload yes',
    'DetectPUA no',
    'MaxThreads 4',
    'LogFile /data folder/clamd/clamd.log',
    'PidFile /data folder/clamd/clamd.pid',
    'TemporaryDirectory /dev/shm/vedette-x',
  ])('has the line "%s"', (line) => {
    expect(renderManagedConfig(settings).split('\n')).toContain(line);
  });

  it('listens on loopback only where there are no unix sockets', () => {
    const address = { kind: 'tcp', host: '127.0.0.1', port: 40_000 } as const;
    const text = renderManagedConfig({ ...settings, address });
    expect(text).not.toContain('LocalSocket');
    expect(listensAt(parseClamdConfig(text), address)).toBe(true);
    expect(text).toContain('\nTCPAddr 127.0.0.1\n');
  });

  it.each([
    '/a\nVirusEvent /bin/evil',
    '/a\rb',
    '/a\tb',
    '/ends with a blank ',
    `/${'x'.repeat(1000)}`,
    '/nul\0',
    '/not utf-8 \udcff',
  ])('refuses the path %j, which a line cannot hold', (path) => {
    expect(() => renderManagedConfig({ ...settings, databaseDir: path })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it.each(['/with  two blanks', '/emoji \u{1f980}', '/#hash', '/"quoted"'])('accepts the path %j', (path) => {
    expect(renderManagedConfig({ ...settings, databaseDir: path })).toContain(
      `\nDatabaseDirectory ${path}\n`,
    );
  });
});

describe('threadsFor', () => {
  it.each([
    [1, 4],
    [2, 4],
    [8, 10],
    [64, 32],
  ])('gives %d processors %d threads', (cpus, threads) => {
    expect(threadsFor(cpus)).toBe(threads);
  });

  it('leaves clamd within 1024 open files at the most', () => {
    const threads = threadsFor(1000);
    const text = renderManagedConfig({ ...settings, limits: defaultLimits, threads });
    const queue = Number(/^MaxQueue (\d+)$/m.exec(text)?.[1]);
    expect(threads * defaultLimits.maxRecursion + queue - threads + 6).toBeLessThan(1024);
  });
});
