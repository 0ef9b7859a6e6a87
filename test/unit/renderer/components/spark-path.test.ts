import { describe, expect, test } from 'vitest';
import { sparkPath, type SparkPoint } from '../../../../src/renderer/components/spark-path.ts';

/** One every second, the first at 0. */
function course(...values: readonly (number | null)[]): readonly SparkPoint[] {
  return values.map((value, at) => ({ at, value }));
}

describe('the drawing of a sparkline', () => {
  test('the highest point is at the top, nought at the bottom', () => {
    expect(sparkPath(course(0, 10, 5), { from: 0, to: 2 })).toEqual({
      line: 'M0,27L50,1L100,14',
      area: 'M0,28L0,27L50,1L100,14L100,28Z',
      dots: '',
    });
  });

  test('a top of its own gives room above', () => {
    expect(sparkPath(course(50, 50), { from: 0, to: 1, top: 100 }).line).toBe('M0,14L100,14');
  });

  test('points stand at their time, also where they are younger than what the box stands for', () => {
    expect(sparkPath(course(1, 1), { from: -3, to: 1 }).line).toBe('M75,1L100,1');
  });

  test('what is before the box is not drawn, and does not make the rest small', () => {
    expect(sparkPath(course(1000, 5, 5), { from: 1, to: 2 }).line).toBe('M0,1L100,1');
  });

  test('what is not known is a gap, and a point without a neighbour is a dot', () => {
    expect(sparkPath(course(1, null, 1, 1), { from: 0, to: 3 })).toEqual({
      line: 'M66.67,1L100,1',
      area: 'M66.67,28L66.67,1L100,1L100,28Z',
      dots: 'M0,1h0',
    });
  });

  test('nothing at all, and nothing but noughts, are drawn without a number that is none', () => {
    expect(sparkPath([], { from: 0, to: 0 })).toEqual({ line: '', area: '', dots: '' });
    expect(sparkPath(course(0, 0), { from: 0, to: 1 }).line).toBe('M0,27L100,27');
    expect(sparkPath(course(0), { from: 0, to: 0 }).dots).toBe('M0,27h0');
  });
});
