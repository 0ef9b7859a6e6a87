import { describe, expect, test } from 'vitest';
import { requestIds } from '../../../../src/api/service/request-id.ts';

describe('the name of a request', () => {
  test.each(['a', 'upload-17.4_b', 'x'.repeat(64)])('is the one of the client: %s', (given) => {
    expect(requestIds('own')({ headers: { 'x-request-id': given } })).toBe(given);
  });

  test.each(['', 'x'.repeat(65), 'a b', 'a\n', 'a"b', 'ä', '../etc', 'one, two'])(
    'is a new one where %j would do harm in a header, in JSON or in the log',
    (given) => {
      expect(requestIds('own')({ headers: { 'x-request-id': given } })).toBe('own-1');
    },
  );

  test('is another one for each request, and in each process', () => {
    const idOf = requestIds();
    const ids = [idOf, idOf, requestIds(), requestIds()].map((next) => next({ headers: {} }));
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[\w.-]{1,64}$/);
  });
});
