// What the quick look takes is what the schema takes, and no more.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashesOf } from '../../../../src/api/service/lookup-routes.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { batchLookupInput, maxBatchItems } from '../../../../src/shared/service-documents.ts';

const hash = 'aB'.repeat(32);

function quick(body: unknown): unknown {
  try {
    return hashesOf(body);
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
}

test.each([
  ['one hash', { sha256: [hash] }],
  ['as many as there may be', { sha256: Array.from({ length: maxBatchItems }, () => hash) }],
])('%s is taken', (_name, body) => {
  expect(quick(body)).toEqual(body.sha256);
});

test.each([
  ['none', { sha256: [] }],
  ['one too many', { sha256: Array.from({ length: maxBatchItems + 1 }, () => hash) }],
  ['a short one', { sha256: [hash, hash.slice(1)] }],
  ['a line too much', { sha256: [`${hash}\n`] }],
  ['a number', { sha256: [hash, 1] }],
  ['another field', { sha256: [hash], fresh: true }],
  ['a text', { sha256: hash }],
  ['a list', [hash]],
  ['nothing', null],
])('%s is refused', (_name, body) => {
  expect(quick(body)).toBe('CALL_INVALID');
});

test('it is of one mind with the schema', () => {
  const item = fc.oneof(fc.constant(hash), fc.string(), fc.integer());
  const body = fc.oneof(
    fc.record({ sha256: fc.array(fc.constant(hash), { maxLength: 3 }) }),
    fc.record({ sha256: fc.array(item, { maxLength: 3 }), more: fc.boolean() }, { requiredKeys: [] }),
  );
  fc.assert(
    fc.property(body, (given) => {
      const { data } = batchLookupInput.safeParse(given);
      expect(quick(given)).toEqual(data === undefined ? 'CALL_INVALID' : data.sha256);
    }),
  );
});
