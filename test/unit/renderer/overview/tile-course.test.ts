import { expect, test } from 'vitest';
import { tileCourse } from '../../../../src/renderer/pages/overview/tile-course.ts';

const points = [
  { at: 995, value: 4 },
  { at: 1000, value: 0 },
];

test.each([
  ['ends in the figure of this moment', { at: 1003 }, 270, [...points, { at: 1003, value: 270 }], 1003],
  ['ends in its last point where no figure is newer', { at: 999 }, 270, points, 1000],
  ['is its points where the figure is not of one moment', { at: 1003 }, null, points, 1003],
  ['is its points before there is a figure', null, null, points, 1000],
])('the line of a tile %s, at the right edge of five minutes', (_, live, now, expected, to) => {
  expect(tileCourse(points, live, now)).toEqual({ points: expected, from: to - 300, to });
});

test('the first figure of all is a point', () => {
  expect(tileCourse([], { at: 1000 }, 12).points).toEqual([{ at: 1000, value: 12 }]);
});
