import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayPath, displayText } from '../../../src/shared/display-path.ts';

const unsafe = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

const hostile = fc.constantFrom(
  '\n',
  '\r',
  '\t',
  '\\',
  '\\n',
  '\\x85',
  '\u0085',
  '\uDC85',
  '\uDCFF',
  '\u202E',
  '\u200B',
  '\u00AD',
  '\u3164',

  'u{202e}',
  '<U+202E>',
  '<',
  '\x1b[2J',
  '\0',
  '\u00A0',
  '\u2800',
  '\uE000',
  '\u{E0041}',
  '\uFEFF',
  '\uFFFE',
  'a',
  ' ',
  '/',
  'ü',
  '😀',
  '\uD83D',
  '\uDE00',
  '\uDC80x',
  'x85',
  '{',
  '}',
);
const names = fc
  .array(fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 2 })), { maxLength: 6 })
  .map((parts) => parts.join(''));

describe('displayPath', () => {
  it.each([
    ['/home/ana/Grüße 😀.txt', '/home/ana/Grüße 😀.txt'],
    ['line\nbreak\ttab\rreturn', 'line\\nbreak\\ttab\\rreturn'],
    ['invoice\u202Efdp.exe', 'invoice\\u{202e}fdp.exe'],
    ['zero\u200Bwidth\uFEFF', 'zero\\u{200b}width\\u{feff}'],
    ['byte\uDCFF', 'byte\\xff'],
    ['next line\u0085', 'next line\\u{85}'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['back\\slash', 'back\\\\slash'],
    ['no\u00A0break', 'no\\u{a0}break'],
    ['tag\u{E0041}', 'tag\\u{e0041}'],
  ])('writes %j as %j', (name, shown) => {
    expect(displayPath(name)).toBe(shown);
  });

  it('keeps the backslash of Windows paths and writes the rest with brackets', () => {
    expect(displayPath('C:\\new\\invoice\u202Efdp.exe\n', true)).toBe(
      'C:\\new\\invoice<U+202E>fdp.exe<U+000A>',
    );
  });

  it('leaves no unsafe character', () => {
    fc.assert(
      fc.property(names, fc.boolean(), (name, keepBackslash) => {
        expect(displayPath(name, keepBackslash)).not.toMatch(unsafe);
      }),
    );
  });

  it('never shows two different names the same', () => {
    fc.assert(
      fc.property(names, names, fc.boolean(), (left, right, keepBackslash) => {
        fc.pre(left !== right);
        expect(displayPath(left, keepBackslash)).not.toBe(displayPath(right, keepBackslash));
      }),
      { numRuns: 2000 },
    );
  });

  it('can be read back: every name has its own writing', () => {
    fc.assert(
      fc.property(names, (name) => {
        expect(readBack(displayPath(name))).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });
});

it('writes out what is unsafe in text that is no path, and leaves the rest as it is', () => {
  expect(displayText('a < b \\ c\u202e\n')).toBe('a < b \\ c<U+202E><U+000A>');
  fc.assert(fc.property(fc.array(hostile), (parts) => !unsafe.test(displayText(parts.join('')))));
});

/** The inverse, written from the documentation and not from the code. */
function readBack(shown: string): string {
  return shown.replace(
    /\\(?:([nrt\\])|x([0-9a-f]{2})|u\{([0-9a-f]+)\})/gu,
    (_all, letter?: string, byte?: string, code?: string) => {
      if (letter !== undefined) return { n: '\n', r: '\r', t: '\t', '\\': '\\' }[letter] ?? '';
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      const value = Number.parseInt(byte ?? '', 16);
      return String.fromCharCode(value < 0x80 ? value : 0xdc00 + value);
    },
  );
}
