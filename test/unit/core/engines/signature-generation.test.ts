import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureGeneration } from '../../../../src/core/engines/signature-generation.ts';

describe('signatureGeneration', () => {
  it('stays what it was in earlier versions of Vedette: stored verdicts depend on it', () => {
    // sha256('{"clamav":"1","limits":{"a":1,"b":[true,null]}}')
    expect(signatureGeneration({ limits: { b: [true, null], a: 1 }, clamav: '1' })).toBe('c3f9b96102f6458d');
  });

  it('does not depend on the order in which the parts are told', () => {
    expect(signatureGeneration({ clamav: '1', limits: { a: 1, b: 2 } })).toBe(
      signatureGeneration({ limits: { b: 2, a: 1 }, clamav: '1' }),
    );
  });

  it.each([
    [{ clamav: '1' }, { clamav: '2' }],
    [{ clamav: '1' }, { clamav: 1 }],
    [{ clamav: '1' }, { yara: '1' }],
    [{ clamav: '1' }, { clamav: '1', yara: '1' }],
    [{ lists: ['a', 'b'] }, { lists: ['b', 'a'] }],
    [{ lists: ['a,b'] }, { lists: ['a', 'b'] }],
    [{ limits: { a: 1 } }, { limits: { a: 1, b: 0 } }],
    [{ limits: null }, { limits: {} }],
  ])('differs between %j and %j', (left, right) => {
    expect(signatureGeneration(left)).not.toBe(signatureGeneration(right));
  });

  it('differs whenever the parts differ', () => {
    const parts = fc.dictionary(fc.string({ maxLength: 2 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        fc.pre(JSON.stringify(left) !== JSON.stringify(right));
        let equal = true;
        try {
          expect(JSON.parse(JSON.stringify(left))).toEqual(JSON.parse(JSON.stringify(right)));
        } catch {
          equal = false;
        }
        expect(signatureGeneration(left) === signatureGeneration(right)).toBe(equal);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, () => 1, 1n, new Date(0), [undefined]])(
    'refuses %s: a bug',
    (value) => {
      expect(() => signatureGeneration({ value })).toThrow(TypeError);
    },
  );
});
