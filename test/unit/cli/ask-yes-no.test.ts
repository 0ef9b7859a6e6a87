import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { askYesNo, questionAbout } from '../../../src/cli/ask-yes-no.ts';

test.each([
  ['y\n', true],
  [' YES \n', true],
  ['n\n', false],
  ['\n', false],
  ['yesterday\n', false],
  ['', false],
])('%j is %s', async (typed, expected) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(typed);
  expect(await askYesNo('Delete it?', input, output)).toBe(expected);
  output.end();
  expect(await text(output)).toContain('Delete it? [y/N] ');
});

test('a question about another machine names it first', () => {
  expect(questionAbout('https://scanner', 'Delete 2 files for good?')).toBe(
    'On https://scanner:\nDelete 2 files for good?',
  );
  expect(questionAbout(null, 'Delete 2 files for good?')).toBe('Delete 2 files for good?');
});
