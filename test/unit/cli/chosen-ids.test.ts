import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asksForAll, chooseRecords, inBatches, parseIds, shortIds } from '../../../src/cli/chosen-ids.ts';
import { record } from './sample-reports.ts';

const usage = expect.objectContaining({ code: 'BAD_USAGE' });

describe('numbers', () => {
  test('are taken once each, in order', () => {
    expect(parseIds(['3', '1', '3'])).toEqual([3, 1]);
  });

  test.each(['', '0', '-1', '1.5', '1e3', '0x10', 'abc', '01', '9'.repeat(20), ' 1'])(
    'are not %j',
    (text) => {
      expect(() => parseIds(['1', text])).toThrow(usage);
    },
  );
});

describe('all', () => {
  test('takes a yes and stands alone', () => {
    expect(asksForAll(['all'], true)).toBe(true);
    expect(asksForAll(['1', '2'], false)).toBe(false);
    expect(() => asksForAll(['all'], false)).toThrow(usage);
    expect(() => asksForAll(['all', '1'], true)).toThrow(usage);
  });
});

describe('the beginning of an id', () => {
  const records = [record('abcd1'), record('abcd2'), record('1234')];

  test('of four digits and more names the one that has it, whatever the case, once', () => {
    expect(chooseRecords(['ABCD1', '1234', '12340'], records)).toEqual([records[0], records[2]]);
  });

  test.each([
    ['abcd', 'BAD_USAGE'],
    ['123', 'BAD_USAGE'],
    ['12345', 'NOT_FOUND'],
    ['wxyz', 'BAD_USAGE'],
    ['', 'BAD_USAGE'],
    ['../../etc', 'BAD_USAGE'],
    ['1'.repeat(33), 'BAD_USAGE'],
  ])('is not %j: %s', (text, code) => {
    expect(() => chooseRecords(['1234', text], records)).toThrow(expect.objectContaining({ code }));
  });

  test('that is shown tells them apart', () => {
    expect(records.map(({ id }) => shortIds(records)(id))).toEqual(['abcd1000', 'abcd2000', '12340000']);
    const alike = [record('a'.repeat(9)), record('a'.repeat(8))];
    expect(alike.map(({ id }) => shortIds(alike)(id))).toEqual(['aaaaaaaaa000', 'aaaaaaaa0000']);
  });
});

test('batches hold everything once, in order, and no more than their size', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (items, size) => {
      const batches = inBatches(items, size);
      expect(batches.flat()).toEqual(items);
      expect(batches.every((batch) => batch.length > 0 && batch.length <= size)).toBe(true);
    }),
  );
});
