import { describe, expect, test } from 'vitest';
import { hashOf, routeOf } from '../../../../src/renderer/client/route.ts';

describe('the route in the address', () => {
  test.each([
    ['', { page: 'overview', detail: null }],
    ['#/threats', { page: 'threats', detail: null }],
    ['#/threats/12', { page: 'threats', detail: '12' }],
    ['#/threats/', { page: 'threats', detail: null }],
    ['#/no-such-page', { page: 'overview', detail: null }],
    ['#/scan/%E0%A4%A', { page: 'scan', detail: null }],
    ['#token=abc', { page: 'overview', detail: null }],
  ] as const)('%s', (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });

  test('what is written is read again', () => {
    expect(routeOf(hashOf('quarantine', 'a/b %'))).toEqual({ page: 'quarantine', detail: 'a/b %' });
  });
});
