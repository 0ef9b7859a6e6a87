import { describe, expect, test } from 'vitest';
import { rowWindow } from '../../../../src/renderer/components/table-window.ts';

const place = { rows: 100_000, rowHeight: 40, scrollTop: 0, viewHeight: 600 };

describe('the drawn rows of a long table', () => {
  test('a table of up to 200 rows is drawn whole', () => {
    expect(rowWindow({ ...place, rows: 200 })).toEqual({
      first: 0,
      end: 200,
      aboveHeight: 0,
      belowHeight: 0,
    });
  });

  test.each([0, 1, 39, 40, 12_345, 2_000_000, 99_999 * 40])(
    'at %d all rows in sight are drawn',
    (scrollTop) => {
      const { first, end } = rowWindow({ ...place, scrollTop });
      expect(first * 40).toBeLessThanOrEqual(scrollTop);
      expect(end * 40).toBeGreaterThanOrEqual(Math.min(scrollTop + 600, 100_000 * 40));
      expect(end - first).toBeLessThan(50);
    },
  );

  test('what is drawn and what is not have the height of all rows', () => {
    for (const scrollTop of [0, 5000, 3_999_999, 9_999_999]) {
      const { first, end, aboveHeight, belowHeight } = rowWindow({ ...place, scrollTop });
      expect(aboveHeight + (end - first) * 40 + belowHeight).toBe(4_000_000);
    }
  });

  test('a table that has become shorter than it is scrolled shows its last rows', () => {
    expect(rowWindow({ ...place, rows: 300, scrollTop: 90_000 }).end).toBe(300);
  });
});
