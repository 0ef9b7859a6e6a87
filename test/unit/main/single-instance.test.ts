import { describe, expect, test } from 'vitest';
import { readHandover } from '../../../src/main/single-instance.ts';

describe('what a second start hands over', () => {
  test('are absolute paths to scan', () => {
    expect(readHandover({ paths: ['/a', '/b\u{dcff}'], isHidden: true })).toEqual({
      paths: ['/a', '/b\u{dcff}'],
      isHidden: false,
    });
  });

  test('may be that it was started at login beside one that runs', () => {
    expect(readHandover({ paths: [], isHidden: true })).toEqual({ paths: [], isHidden: true });
  });

  test.each([
    null,
    undefined,
    'x',
    5,
    [],
    {},
    { paths: '/a' },
    { paths: [5, 'relative', '/nul\0', `/${'x'.repeat(40_000)}`], isHidden: 'yes' },
  ])('is nothing when it is %j', (data) => {
    expect(readHandover(data)).toEqual({ paths: [], isHidden: false });
  });

  test('is bounded', () => {
    expect(readHandover({ paths: Array.from({ length: 5000 }, () => '/a') }).paths).toHaveLength(1000);
  });
});
