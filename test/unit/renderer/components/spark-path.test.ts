import { describe, expect, test } from 'vitest';
import { sparkPath } from '../../../../src/renderer/components/spark-path.ts';

describe('the drawing of a sparkline', () => {
  test('the highest point is at the top, nought at the bottom', () => {
    expect(sparkPath([0, 10, 5])).toEqual({
      line: 'M0,27L50,1L100,14',
      area: 'M0,28L0,27L50,1L100,14L100,28Z',
    });
  });

  test('a top of its own gives room above', () => {
    expect(sparkPath([50, 50], 100).line).toBe('M0,14L100,14');
  });

  test('what is not known is a gap', () => {
    expect(sparkPath([1, null, 1, 1]).line).toBe('M0,1M66.67,1L100,1');
  });

  test('nothing at all, and nothing but noughts, are drawn without a number that is none', () => {
    expect(sparkPath([])).toEqual({ line: '', area: '' });
    expect(sparkPath([0, 0]).line).toBe('M0,27L100,27');
  });
});
