// Fingerprint, number and age of the signatures in a folder.
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isSignatureFile,
  parseCvdHeader,
  readSignatureDatabase,
} from '../../../../../src/core/engines/clamd/signature-database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function header(seconds: string, signatures = 2_000): string {
  return `ClamAV-VDB:14 Jul 2021 08-23 -0400:27:${signatures}:90:md5:dsig:raynman:${seconds}`.padEnd(512);
}

function fingerprint(): string {
  return readSignatureDatabase(folder).fingerprint;
}

describe('parseCvdHeader', () => {
  it.each([
    [header('1626265424'), { builtAtMs: 1_626_265_424_000, version: 27, signatures: 2_000 }],
    [header(''), { builtAtMs: Date.UTC(2021, 6, 14, 12, 23), version: 27, signatures: 2_000 }],
    ['ClamAV-VDB:never:27:2:90:md5:dsig:builder', null],
    ['ClamAV-VDB:14 Jul 2021 08-23 -0400:x:2:90:md5:dsig:builder', null],
    ['ClamAV-VDB', null],
    ['Not-ClamAV:14 Jul 2021 08-23 -0400:27:2:90:md5:dsig:builder', null],
    ['', null],
  ])('reads %j', (text, expected) => {
    expect(parseCvdHeader(Buffer.from(text, 'latin1'))).toEqual(expected);
  });
});

describe('isSignatureFile', () => {
  it.each([
    ['daily.cld', true],
    ['a.b.ndb', true],
    ['rules.yara', true],
    ['vedette.ndb.tmp', false],
    ['freshclam.dat', false],
    ['.ndb', false],
    ['ndb', false],
  ])('%s: %s', (name, expected) => {
    expect(isSignatureFile(name)).toBe(expected);
  });
});

describe('readSignatureDatabase', () => {
  it('is the same twice, whatever the time of small files says', () => {
    writeFileSync(join(folder, 'a.hdb'), 'one');
    const first = fingerprint();
    utimesSync(join(folder, 'a.hdb'), 1, 1);
    expect(fingerprint()).toBe(first);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with the content of a small file even when its size and time do not', () => {
    writeFileSync(join(folder, 'a.hdb'), 'one');
    utimesSync(join(folder, 'a.hdb'), 1, 1);
    const first = fingerprint();
    writeFileSync(join(folder, 'a.hdb'), 'two');
    utimesSync(join(folder, 'a.hdb'), 1, 1);
    expect(fingerprint()).not.toBe(first);
  });

  it('changes with the name, the size and the time of a large file', () => {
    const path = join(folder, 'main.cvd');
    writeFileSync(path, header('1626265424'));
    truncateSync(path, 2 * 1024 * 1024);
    utimesSync(path, 1, 1);
    const seen = [fingerprint()];
    utimesSync(path, 2, 2);
    seen.push(fingerprint());
    truncateSync(path, 3 * 1024 * 1024);
    utimesSync(path, 2, 2);
    seen.push(fingerprint());
    writeFileSync(join(folder, 'new.ndb'), '');
    seen.push(fingerprint());
    expect(new Set(seen).size).toBe(4);
  });

  it('takes number and date from the newest official file', () => {
    writeFileSync(join(folder, 'main.cvd'), header('1600000000', 10));
    writeFileSync(join(folder, 'daily.cld'), header('1700000000', 5));
    writeFileSync(join(folder, 'own.hdb'), 'x');
    expect(readSignatureDatabase(folder)).toMatchObject({
      files: ['daily.cld', 'main.cvd', 'own.hdb'],
      newestAtMs: 1_700_000_000_000,
      headerSignatures: 15,
    });
  });

  it('takes the time of the newest file where none is official, and none from our own', () => {
    writeFileSync(join(folder, 'vedette.ndb'), 'x');
    expect(readSignatureDatabase(folder).newestAtMs).toBeNull();
    writeFileSync(join(folder, 'own.hdb'), 'x');
    utimesSync(join(folder, 'own.hdb'), 5, 5);
    expect(readSignatureDatabase(folder).newestAtMs).toBe(5_000);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a FIFO without a writer', () => {
    execFileSync('mkfifo', [join(folder, 'pipe.ndb')]);
    expect(readSignatureDatabase(folder).files).toEqual([]);
  });

  it('follows links and passes over folders, dangling links and other files', () => {
    mkdirSync(join(folder, 'folder.ndb'));
    symlinkSync('/nowhere/at/all', join(folder, 'gone.ndb'));
    writeFileSync(join(folder, 'notes.txt'), 'x');
    writeFileSync(join(folder, 'real'), 'x');
    symlinkSync(join(folder, 'real'), join(folder, 'linked.ndb'));
    expect(readSignatureDatabase(folder).files).toEqual(['linked.ndb']);
  });
});
