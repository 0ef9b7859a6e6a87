import { expect, test } from 'vitest';
import { readReport } from '../../../../../src/core/engines/yara/rule-problem.ts';

test.each([
  [
    'error[E009]: unknown identifier `foo`\n --> line:3:4\n  |\n3 |    foo\n  |    ^^^ this identifier has not been declared',
    {
      line: 3,
      column: 4,
      code: 'E009',
      message: 'unknown identifier `foo`: this identifier has not been declared',
    },
  ],
  [
    'warning[slow_pattern]: slow pattern\n --> line:1:26',
    { line: 1, column: 26, code: 'slow_pattern', message: 'slow pattern' },
  ],
  ['something else', { line: null, column: null, code: 'not_compiled', message: 'something else' }],
  ['', { line: null, column: null, code: 'not_compiled', message: '' }],
])('reads %j', (report, expected) => {
  expect(readReport('/a.yar', report)).toEqual({ file: '/a.yar', ...expected });
});

test('keeps a message within bounds', () => {
  expect(readReport('/a.yar', 'x'.repeat(5000)).message).toHaveLength(1000);
});
