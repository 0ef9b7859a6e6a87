import { execFileSync } from 'node:child_process';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerHeadBytes, containerKind } from '../../../../src/core/engines/container-kind.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { buildZip } from './build-zip.ts';

describe('containerKind', () => {
  it('knows what other programs write', () => {
    using folder = temporaryFolder();
    const tar = execFileSync('tar', ['-cf', '-', '-C', folder.path, '.']);
    expect(containerKind(tar)).toBe('tar');
    expect(containerKind(gzipSync(tar))).toBe('gzip');
    expect(containerKind(zstdCompressSync(tar))).toBe('zstd');
    expect(containerKind(buildZip([{ name: 'a' }]))).toBe('zip');
    expect(containerKind(buildZip([]))).toBe('zip');
  });

  it.each([
    ['Rar!\x1a\x07\x00', 'rar'],
    ['Rar!\x1a\x07\x01\x00', 'rar'],
    ['7z\xbc\xaf\x27\x1c', '7z'],
    ['\xfd7zXZ\0', 'xz'],
    ['BZh9', 'bzip2'],
    ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'ole'],
    ['MSCF\0\0\0\0', 'cab'],
    ['!<arch>\ndebian-binary', 'ar'],
    ['\0\0-lh5-', 'lha'],
  ])('knows %j as %s', (head, kind) => {
    expect(containerKind(Buffer.from(head, 'latin1'))).toBe(kind);
  });

  it('knows an ISO image only from enough bytes', () => {
    const head = Buffer.alloc(containerHeadBytes);
    head.write('CD001', 32_769, 'latin1');
    expect(containerKind(head)).toBe('iso');
    expect(containerKind(head.subarray(0, 512))).toBeNull();
  });

  it.each(['', 'P', 'PK', 'PK\x03', 'MZ', '%PDF-1.7', 'text', '#!/bin/sh'])(
    'takes %j for no container',
    (head) => {
      expect(containerKind(Buffer.from(head, 'latin1'))).toBeNull();
    },
  );

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (head) => {
        expect(() => containerKind(head)).not.toThrow();
      }),
    );
  });
});
