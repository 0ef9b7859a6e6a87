import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, eventHash } from '../../../../src/core/store/event-hash.ts';

const fields = {
  number: 7,
  atMs: 1_700_000_000_123,
  kind: 'detection',
  actor: 'user eve',
  text: 'Something "odd" was found.',
  path: Buffer.from([0x2f, 0xff]),
  details: '{"a":1}',
  previousHash: '0'.repeat(64),
};

describe('the hash of a record', () => {
  test('is SHA-256 of one JSON text, as the documentation has it', () => {
    const text = String.raw`[7,1700000000123,"detection","user eve","Something \"odd\" was found.","L/8=",{"a":1},"${fields.previousHash}"]`;
    expect(eventHash(fields)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('is another for another field, and for the same text at another place', () => {
    const others = [
      { number: 8 },
      { atMs: 1_700_000_000_124 },
      { kind: 'error' },
      { actor: 'user ev' },
      { text: '' },
      { path: null },
      { path: Buffer.alloc(0) },
      { details: '{"a":2}' },
      { details: '{"a": 1}' },
      { previousHash: `1${'0'.repeat(63)}` },
      { actor: fields.text, text: fields.actor },
    ].map((change) => eventHash({ ...fields, ...change }));
    expect(new Set([eventHash(fields), ...others]).size).toBe(12);
  });
});

describe('canonical JSON', () => {
  test('sorts keys at every depth and leaves lists as they are', () => {
    const details = { b: [2, 1, { d: null, c: true }], a: { z: 'ö', 10: 1, 9: 2 }, gone: undefined };
    expect(canonicalJson(details)).toBe('{"a":{"10":1,"9":2,"z":"ö"},"b":[2,1,{"c":true,"d":null}]}');
  });

  test('reads back as what was written, and is the same text then', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (details) => {
        const text = canonicalJson(details);
        const back: Record<string, unknown> = JSON.parse(text);
        expect(back).toEqual(JSON.parse(JSON.stringify(details)));
        expect(canonicalJson(back)).toBe(text);
      }),
    );
  });

  test('refuses what is no JSON', () => {
    expect(() => canonicalJson({ size: 1n })).toThrow(TypeError);
  });
});
