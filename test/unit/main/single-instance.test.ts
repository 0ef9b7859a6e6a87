import { describe, expect, test } from 'vitest';
import { readHandover } from '../../../src/main/single-instance.ts';

describe('what a second start hands over', () => {
  test('are absolute paths to scan', () => {
    expect(readHandover({ paths: ['/a', '/b\u{dcff}'], isHidden: true })).toEqual({
      paths: ['/a', '/b\u{dcff}'],
      isHidden: false,
      leftOut: 0,
    });
  });

  test('may be that it was started at login beside one that runs', () => {
    expect(readHandover({ paths: [], isHidden: true })).toEqual({ paths: [], isHidden: true, leftOut: 0 });
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
    expect(readHandover(data)).toEqual({ paths: [], isHidden: false, leftOut: 0 });
  });

  test('is bounded, and says how many were left out', () => {
    const { paths, leftOut } = readHandover({ paths: Array.from({ length: 5000 }, () => '/a') });
    expect([paths.length, leftOut]).toEqual([1000, 4000]);
  });
});
