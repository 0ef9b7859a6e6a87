import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerKind } from '../../../../src/core/engines/container-kind.ts';
import { encryptionMarker } from '../../../../src/core/engines/encryption-markers.ts';
import type { ReadAt } from '../../../../src/core/engines/scan-engine.ts';

function readerOf(file: Buffer): ReadAt {
  const shared = Buffer.alloc(1 << 16);
  return (offset, length) => {
    const part = file.subarray(offset, offset + Math.min(length, shared.length));
    part.copy(shared);
    return shared.subarray(0, part.length);
  };
}

function markerOf(file: Buffer): string | null {
  return encryptionMarker(containerKind(file), readerOf(file));
}

/** A compound file whose folder takes two sectors that do not follow each other. */
function compoundFile(names: readonly string[]): Buffer {
  const file = Buffer.alloc(512 * 6);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(file);
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(1, 48);
  file.fill(0xff, 76, 512);
  file.writeUInt32LE(0, 76);
  const table = 512;
  file.writeUInt32LE(4, table + 4);
  file.writeUInt32LE(0xffff_fffe, table + 16);
  for (const [index, name] of names.entries()) {
    const at = (index < 4 ? 1024 : 2560) + (index % 4) * 128;
    file.write(name, at, 'utf16le');
    file.writeUInt16LE(name.length * 2 + 2, at + 64);
  }
  return file;
}

function sevenZip(headerHex: string): Buffer {
  const header = Buffer.from(headerHex, 'hex');
  const start = Buffer.alloc(32 + 10);
  Buffer.from('377abcaf271c0004', 'hex').copy(start);
  start.writeBigUInt64LE(10n, 12);
  start.writeBigUInt64LE(BigInt(header.length), 20);
  return Buffer.concat([start, header]);
}

function rar(hex: string): Buffer {
  return Buffer.concat([Buffer.from(`526172211a07${hex}`, 'hex'), Buffer.alloc(128)]);
}

describe('encryptionMarker', () => {
  it.each([
    ['a document', compoundFile(['Root Entry', 'EncryptionInfo', 'EncryptedPackage'])],
    ['a document with a long folder', compoundFile(['Root Entry', 'a', 'b', 'c', 'd', 'EncryptedPackage'])],
    [
      'a 7z with encrypted names',
      sevenZip('1706e0010009810007 0b01000124 06f10701 0a5307'.replaceAll(' ', '')),
    ],
    ['a RAR 4 with encrypted names', rar('00ce9973800d00')],
    ['a RAR 4 with an encrypted member', rar('00cf907300000d00000000000000123474049400')],
    ['a RAR 5 with encrypted names', rar('0100112233442104')],
    ['a RAR 5 with a long encryption header', rar('010011223344a10104')],
  ])('recognizes %s', (_what, file) => {
    expect(markerOf(file)).toMatch(/is encrypted$/u);
  });

  it.each([
    ['a plain document', compoundFile(['Root Entry', 'WordDocument', 'EncryptedPackageX', 'Encrypted'])],
    ['a plain 7z', sevenZip('01040600010920000723030101055d00')],
    ['a plain RAR 4', rar('00cf907300000d00000000000000123474009400')],
    ['a plain RAR 5', rar('0100112233440a01')],
    ['a zip', Buffer.from('PK\x03\x04'.padEnd(100))],
    ['text', Buffer.from('EncryptedPackage')],
  ])('does not claim it of %s', (_what, file) => {
    expect(markerOf(file)).toBeNull();
  });

  it('ends and does not throw for any bytes behind a known beginning', () => {
    const beginning = fc.constantFrom(
      'd0cf11e0a1b11ae1',
      '377abcaf271c0004',
      '526172211a0700',
      '526172211a0701',
    );
    const looping = compoundFile(['a']);
    looping.writeUInt32LE(1, 512 + 4);
    expect(markerOf(looping)).toBeNull();
    fc.assert(
      fc.property(beginning, fc.uint8Array({ maxLength: 1500 }), (hex, bytes) => {
        expect(() => markerOf(Buffer.concat([Buffer.from(hex, 'hex'), bytes]))).not.toThrow();
      }),
    );
  });
});
