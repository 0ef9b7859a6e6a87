// What goes over the stand-in's IPC arrives as a structured clone would.
import { describe, expect, test } from 'vitest';
import { makeCodec } from '../../electron-stand-in/page/codec.ts';

const { encode, decode } = makeCodec();

describe('a value sent between page and main', () => {
  test.each([
    ['numbers JSON does not know', [NaN, Infinity, -0, 10n]],
    ['holes and nothings', [undefined, null, '', false]],
    ['collections', { map: new Map([[{ a: 1 }, new Set([1, 'b'])]]) }],
    ['dates and expressions', [new Date(5), /a[/]b/giu]],
    [
      'bytes',
      [new Uint8Array([0, 255]), new Float64Array([1.5]), new ArrayBuffer(2), new BigInt64Array([-1n])],
    ],
    ['lone surrogates', ['a\ud800b']],
    ['a property that is no property', JSON.parse('{"__proto__": {"polluted": true}}')],
    ['errors', new RangeError('too far')],
  ])('keeps %s', (_, value) => {
    expect(decode(encode(value))).toEqual(value);
    expect(decode(encode(value))).not.toBe(value);
  });

  test('may hold itself, and holds the same thing once', () => {
    const shared = { a: 1 };
    const value: Record<string, unknown> = { first: shared, second: shared };
    value['self'] = value;
    const got = decode(encode(value));
    expect(got).toEqual(value);
    expect(got).toHaveProperty('self', got);
  });

  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['a promise', Promise.resolve()],
  ])('cannot be %s', (_, value) => {
    expect(() => encode({ value })).toThrow('An object could not be cloned.');
  });
});
