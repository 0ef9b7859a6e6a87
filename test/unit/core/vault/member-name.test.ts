import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memberName, safeName } from '../../../../src/core/vault/member-name.ts';

const id = '0123456789abcdef0123456789abcdef';

describe('the name of an exported file', () => {
  test.each([
    ['/home/a/report final.pdf', 'report final.pdf'],
    ['/home/ä/Grüße 漢字.txt', 'Grüße 漢字.txt'],
    ['..', '__'],
    ['/', '_'],
    ['/tmp/.', '_'],
    ['/tmp/.profile', '.profile'],
    ['/tmp/a\\..\\b', 'a_.._b'],
    ['C:\\Users\\a.exe', 'C__Users_a.exe'],
    ['/tmp/line\nbreak\x1b[31m', 'line_break_[31m'],
    ['/tmp/\u202egpj.exe', '_gpj.exe'],
    ['/tmp/\udcff\udc80', '__'],
    ['/tmp/con', '_con'],
    ['/tmp/LPT1.txt', '_LPT1.txt'],
    ['/tmp/console', 'console'],
    ['/tmp/dots and spaces. .', 'dots and spaces___'],
    [`/tmp/${'x'.repeat(255)}`, 'x'.repeat(200)],
    [`/tmp/${'漢'.repeat(85)}`, '漢'.repeat(66)],
  ])('of %j is %j', (path, expected) => {
    expect(memberName({ id, path })).toBe(`${id}/${expected}`);
  });

  test('is one harmless name whatever the file was called, and stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const safe = safeName(name);
        expect(safe).toMatch(/^[^/\\:\p{C}]{1,200}$/u);
        expect(safe).not.toMatch(/^\.{1,2}$|[. ]$/);
        expect(safe.isWellFormed()).toBe(true);
        expect(safeName(safe)).toBe(safe);
      }),
    );
  });
});
