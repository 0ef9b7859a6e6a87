import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePath, encodePath, pathBytes } from '../../../../src/core/files/raw-path.ts';

const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 5 }),
      fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
      fc.constantFrom(
        // Overlong, a surrogate in UTF-8, beyond U+10FFFF, cut short, the replacement character itself.
        ...['c080', 'e08080', 'eda080', 'edb3bf', 'f4908080', 'f09f98', 'efbfbd', 'ff', '80', 'f09f9880'].map(
          (hex) => Buffer.from(hex, 'hex'),
        ),
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts));

describe('decodePath and encodePath', () => {
  it('give back every byte of any name', () => {
    fc.assert(
      fc.property(bytes, (name) => {
        expect(pathBytes(decodePath(name)).equals(name)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('give two different names two different texts', () => {
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        fc.pre(!left.equals(right));
        expect(decodePath(left)).not.toBe(decodePath(right));
      }),
    );
  });

  it.each([
    ['ff', '\uDCFF'],
    ['61ff62', 'a\uDCFFb'],
    ['f09f9880', '😀'],
    ['eda080', '\uDCED\uDCA0\uDC80'],
    ['efbfbdff', '\uFFFD\uDCFF'],
  ])('decode %s as lone surrogates only where it is not UTF-8', (hex, text) => {
    expect(decodePath(Buffer.from(hex, 'hex'))).toBe(text);
  });

  it('pass well-formed names and Windows names on as they are', () => {
    expect(encodePath('/tmp/ü', 'linux')).toBe('/tmp/ü');
    expect(encodePath('C:\\\uD800', 'win32')).toBe('C:\\\uD800');
    expect(encodePath('/tmp/\uDCFF', 'linux')).toEqual(Buffer.from('2f746d702fff', 'hex'));
  });

  it('do not take the second half of a character for a byte', () => {
    // U+1F4FF ends in the unit DCFF; a lone high surrogate before it changes nothing.
    expect(pathBytes('\u{1F4FF}\uDCFE')).toEqual(Buffer.from('f09f93bffe', 'hex'));
    expect(pathBytes('\uD83D\u{1F4FF}\uDCFE')).toEqual(Buffer.from('efbfbdf09f93bffe', 'hex'));
  });

  it.skipIf(process.platform !== 'linux')('name a real file whose name is not UTF-8', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vedette-raw-'));
    try {
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9)]), 'latin');
      const names = readdirSync(folder, { encoding: 'buffer' }).map((name) => decodePath(name));
      expect(names).toEqual(['caf\uDCE9']);
      expect(readFileSync(encodePath(`${folder}/${names[0]}`), 'utf8')).toBe('latin');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
