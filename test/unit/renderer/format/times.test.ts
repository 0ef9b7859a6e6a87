import { describe, expect, test } from 'vitest';
import { formatClock, formatExact, formatWhen } from '../../../../src/renderer/format/times.ts';

const noon = new Date(2026, 10, 22, 12, 4, 9).getTime() / 1000;

describe('times', () => {
  test('a moment has its clock and its date', () => {
    expect([formatClock(noon), formatExact(noon)]).toEqual(['12:04', '22 Nov 2026, 12:04:09']);
  });

  test.each([
    [2, 'just now'],
    [-2, 'just now'],
    [40, '40 s ago'],
    [245, '4 min ago'],
    [5 * 3600, '5 h ago'],
    [-7200, 'in 2 h'],
    [86_399, '23 h ago'],
    [86_400, '21 Nov, 12:04'],
    [366 * 86_400, '21 Nov 2025, 12:04'],
  ])('%d seconds before now is %s', (ageSeconds, text) => {
    expect(formatWhen(noon - ageSeconds, noon).replaceAll('\u00a0', ' ')).toBe(text);
  });
});
