import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { formatTime } from '../../../src/cli/clock-text.ts';
import { columnLines } from '../../../src/cli/columns.ts';
import { someTime, someTimeText } from './sample-reports.ts';

test('columns are as wide as their widest cell, colours and combined characters not counted', () => {
  const lines = columnLines(
    [{ title: 'ID', isNumber: true }, { title: 'STATE' }, { title: 'FILE' }],
    [['7', '\u001b[31mopen\u001b[39m', '/a'], ['1234', 'e\u0301tat', '/a/long/name'], ['8']],
  );
  expect(lines.map(stripVTControlCharacters)).toEqual([
    '  ID  STATE  FILE',
    '   7  open   /a',
    '1234  e\u0301tat   /a/long/name',
    '   8',
  ]);
});

test('a time is that of the clock on the wall', () => {
  expect(formatTime(someTime)).toBe(someTimeText);
  expect(formatTime(null)).toBe('');
});
