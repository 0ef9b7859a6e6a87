import { describe, expect, test } from 'vitest';
import { problemOfInput } from '../../../src/api/plain-input.ts';

function nested(depth: number): unknown {
  let value: unknown = 'end';
  for (let level = 0; level < depth; level += 1) value = { in: value };
  return value;
}

describe('what comes from a page', () => {
  test.each([
    ['an empty object', {}],
    ['nothing', undefined],
    ['a list of texts', { roots: ['/a', '/b'] }],
    ['a key left undefined', { limit: undefined }],
    ['null, numbers and truth', { a: null, b: 1.5, c: -0, d: false }],
    ['a lone surrogate', { path: '/a/\udcff' }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['a thousand long paths', { roots: Array.from({ length: 1000 }, (_, index) => `/${index}/`.repeat(50)) }],
    ['sixteen levels', nested(16)],
  ])('may be %s', (_what, value) => {
    expect(problemOfInput(value)).toBeNull();
  });

  test.each([
    ['a prototype key', JSON.parse('{"a": [{"__proto__": {"admin": true}}]}'), /__proto__/],
    ['a constructor key', JSON.parse('{"a": {"constructor": {"prototype": 1}}}'), /constructor/],
    ['a key called prototype', { prototype: 1 }, /prototype/],
    ['seventeen levels', nested(17), /deep/],
    ['a circle', circle(), /deep/],
    ['too many values', { a: Array.from({ length: 20_001 }, () => 0) }, /many/],
    ['the same large list many times', repeated(), /many/],
    ['a list without end', { a: endless() }, /many/],
    ['a long text', { a: 'x'.repeat(1024 * 1024 + 1) }, /long/],
    ['a long text in parts', { a: ['x'.repeat(600_000), 'x'.repeat(600_000)] }, /long/],
    ['a list with gaps', { a: [1, , 2] }, /gaps/], // oxlint-disable-line no-sparse-arrays
    ['a list with a name', { a: Object.assign([1], { name: 1 }) }, /gaps/],
    ['not a number', { a: Number.NaN }, /number/],
    ['infinity', { a: Infinity }, /number/],
    ['a function', { a: () => 1 }, /function/],
    ['a bigint', { a: 1n }, /bigint/],
    ['a symbol', { [Symbol('a')]: 1 }, /symbol/],
    ['a map', { a: new Map() }, /plain/],
    ['a date', { a: new Date(0) }, /plain/],
    ['bytes', new Uint8Array(4), /plain/],
    ['a class of its own', { a: new URL('http://localhost') }, /plain/],
    ['a list of another kind', { a: new (class Own extends Array<string> {})() }, /plain/],
  ])('may not be %s', (_what, value, problem) => {
    expect(problemOfInput(value)).toMatch(problem);
  });

  test('is looked at without running anything in it', () => {
    const value = {
      get trap(): string {
        throw new Error('it was run');
      },
    };
    expect(problemOfInput(value)).toMatch(/getter/);
  });
});

function circle(): unknown {
  const value: Record<string, unknown> = {};
  value['in'] = value;
  return value;
}

function repeated(): unknown {
  const list = Array.from({ length: 1000 }, () => 0);
  return { a: Array.from({ length: 1000 }, () => list) };
}

function endless(): readonly unknown[] {
  const list: unknown[] = [];
  list.length = 4_000_000_000;
  return list;
}
