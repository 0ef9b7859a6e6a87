// What Vedette reads from a clamd.conf that is not its own.
import { describe, expect, it } from 'vitest';
import {
  defaultLimits,
  defaultLimitsOf,
  listensAt,
  parseClamdConfig,
  smallestDefaultLimits,
} from '../../../../../src/core/engines/clamd/clamd-config.ts';

const MiB = 1024 * 1024;

describe('parseClamdConfig', () => {
  it('has the defaults of clamd for an empty file', () => {
    expect(parseClamdConfig('')).toEqual({
      addresses: [],
      databaseDir: null,
      limits: {
        maxStreamBytes: 100 * MiB,
        maxFileBytes: 100 * MiB,
        maxScanBytes: 400 * MiB,
        maxRecursion: 17,
        maxFiles: 10_000,
      },
      reportsLimits: false,
      reportsEncrypted: false,
      switchedOff: [],
      selfCheckSeconds: 600,
    });
  });

  it('does not trust the alerts of a clamd that leaves out kinds of files', () => {
    const text = 'AlertExceedsMax yes\nScanArchive no\nScanMail false\nScanPE yes\n';
    expect(parseClamdConfig(text)).toMatchObject({
      reportsLimits: false,
      switchedOff: ['ScanArchive', 'ScanMail'],
    });
  });

  it('reads sizes, counts, switches, sockets and folders, and takes the last of several lines', () => {
    const text = [
      '# MaxFileSize 1M',
      'LocalSocket /var/run/clamav/first.ctl',
      '  LocalSocket   /run/a folder/clamd.ctl  ',
      'TCPSocket 3310',
      'TCPAddr 0.0.0.0',
      'TCPAddr ::1',
      'DatabaseDirectory "/var/lib/my clamav"',
      'StreamMaxLength 25m\r',
      'MaxFileSize 2G',
      'MaxFileSize 30M',
      'MaxScanSize 1024K',
      'MaxRecursion 5',
      'MaxFiles 77',
      'AlertExceedsMax true',
      'AlertEncrypted 1',
    ].join('\n');
    expect(parseClamdConfig(text)).toEqual({
      addresses: [
        { kind: 'unix', path: '/run/a folder/clamd.ctl' },
        { kind: 'tcp', host: '127.0.0.1', port: 3310 },
        { kind: 'tcp', host: '::1', port: 3310 },
      ],
      databaseDir: '/var/lib/my clamav',
      limits: {
        maxStreamBytes: 25 * MiB,
        maxFileBytes: 30 * MiB,
        maxScanBytes: MiB,
        maxRecursion: 5,
        maxFiles: 77,
      },
      reportsLimits: true,
      reportsEncrypted: true,
      switchedOff: [],
      selfCheckSeconds: 600,
    });
  });

  it('takes 0 for "no limit" as clamd does', () => {
    const text = 'StreamMaxLength 0\nMaxFileSize 0\nMaxScanSize 0\nMaxRecursion 0\nMaxFiles 0\n';
    expect(parseClamdConfig(text).limits).toEqual({
      maxStreamBytes: Number.MAX_SAFE_INTEGER,
      maxFileBytes: 2_147_483_645,
      maxScanBytes: Number.MAX_SAFE_INTEGER,
      maxRecursion: 17,
      maxFiles: Number.MAX_SAFE_INTEGER,
    });
  });

  it('never believes a file size that libclamav caps', () => {
    expect(parseClamdConfig('MaxFileSize 8G').limits.maxFileBytes).toBe(2_147_483_645);
  });

  it.each([
    'MaxFileSize -1',
    'MaxFileSize 10T',
    'MaxFileSize many',
    'MaxFileSize',
    'maxfilesize 1M',
    'MaxFileSize 1e3',
  ])('keeps the default for %j', (line) => {
    expect(parseClamdConfig(line).limits).toEqual(defaultLimits);
  });

  it.each([
    ['AlertExceedsMax yes', true, false],
    ['AlertExceedsMax no', false, false],
    ['AlertExceedsMax yes\nAlertExceedsMax no', false, false],
    ['AlertExceedsMax maybe', false, false],
    ['BlockMax YES', true, false],
    ['AlertEncryptedArchive yes', false, false],
    ['AlertEncryptedDoc yes', false, false],
    ['AlertEncryptedArchive yes\nAlertEncryptedDoc yes', false, true],
    ['ArchiveBlockEncrypted yes', false, true],
    ['#AlertEncrypted yes', false, false],
  ])('reads %j', (text, reportsLimits, reportsEncrypted) => {
    expect(parseClamdConfig(text)).toMatchObject({ reportsLimits, reportsEncrypted });
  });

  it.each(['TCPSocket 0', 'TCPSocket 70000', 'TCPSocket http'])('has no TCP address for %j', (line) => {
    expect(parseClamdConfig(line).addresses).toEqual([]);
  });
});

describe('defaultLimitsOf', () => {
  it.each([
    ['1.4.6', defaultLimits],
    ['0.105.2', defaultLimits],
    ['0.103.12', smallestDefaultLimits],
    ['', smallestDefaultLimits],
    ['devel', smallestDefaultLimits],
  ])('knows those of %j', (version, limits) => {
    expect(defaultLimitsOf(version)).toBe(limits);
  });
});

describe('listensAt', () => {
  const config = parseClamdConfig('LocalSocket /nowhere/clamd.ctl\nTCPSocket 3310');

  it.each([
    [{ kind: 'unix', path: '/nowhere/clamd.ctl' }, true],
    [{ kind: 'unix', path: '/nowhere/other.ctl' }, false],
    [{ kind: 'tcp', host: 'localhost', port: 3310 }, true],
    [{ kind: 'tcp', host: 'localhost', port: 3311 }, false],
  ] as const)('%j: %s', (address, expected) => {
    expect(listensAt(config, address)).toBe(expected);
  });

  it('sees through a linked folder', () => {
    const linked = parseClamdConfig('LocalSocket /proc/self/../self/status');
    expect(listensAt(linked, { kind: 'unix', path: `/proc/${process.pid}/status` })).toBe(
      process.platform === 'linux',
    );
  });
});
