import { describe, expect, test } from 'vitest';
import {
  counted,
  formatCompact,
  formatCount,
  formatDecimal,
  formatPercent,
  formatShare,
} from '../../../../src/renderer/format/numbers.ts';

describe('numbers', () => {
  test('counts have separators, and are shortened only from a million on where they are to be narrow', () => {
    expect([formatCount(92_114), formatCompact(999_999), formatCompact(8_706_421)]).toEqual([
      '92,114',
      '999,999',
      '8.71M',
    ]);
  });

  test('decimals end without zeros', () => {
    expect([formatDecimal(2), formatDecimal(2.04), formatDecimal(0.125, 2)]).toEqual(['2', '2', '0.13']);
  });

  test.each([
    [83, 0, '83\u00a0%'],
    [98.24, 1, '98.2\u00a0%'],
    [100, 0, '100\u00a0%'],
    [0, 0, '0\u00a0%'],
    // Nearly all is not all, and hardly any is not none.
    [99.99, 0, '99.9\u00a0%'],
    [99.6, 0, '99.9\u00a0%'],
    [99.97, 1, '99.9\u00a0%'],
    [0.2, 0, '<\u00a01\u00a0%'],
    [0.02, 1, '<\u00a00.1\u00a0%'],
  ])('%d with %d digits is %s', (percent, digits, text) => {
    expect(formatPercent(percent, digits)).toBe(text);
  });

  test('a share is a percentage', () => {
    expect(formatShare(0.826)).toBe('83\u00a0%');
  });

  test('what is counted has its number', () => {
    expect([counted(1, 'file', 'files'), counted(2048, 'file', 'files')]).toEqual([
      '1\u00a0file',
      '2,048\u00a0files',
    ]);
  });
});
