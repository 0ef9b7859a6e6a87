import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { confirmOutcomes, outcomesExitCode, outcomesText } from '../../../src/cli/each-outcome.ts';
import { hostilePath, hostileShown, outcome } from './sample-reports.ts';

const done = outcome(1, { path: hostilePath, text: 'It was restored.' });
const failed = outcome('abcdef0123456789abcdef0123456789', { ok: false, text: 'The disk is \u001b[2Jfull.' });
const waiting = outcome(7, { ok: false, needs_confirmation: true, text: 'It belongs to the system.' });

test('each outcome is a line, and what has to be confirmed is said last', () => {
  expect(stripVTControlCharacters(outcomesText([done, failed, waiting], false)).split('\n')).toEqual([
    `1         done      ${hostileShown}: It was restored.`,
    'abcdef01  not done  The disk is <U+001B>[2Jfull.',
    '7         not done  It belongs to the system.',
    'To do it all the same: vedette threats quarantine 7 --yes',
    '',
  ]);
});

test('a sentence that names the file is not begun with it', () => {
  const text = outcomesText([outcome(1, { path: hostilePath, text: `Restored to ${hostileShown}.` })], false);
  expect(stripVTControlCharacters(text)).toBe(`1  done  Restored to ${hostileShown}.\n`);
});

test('what went well is not worth a word where only errors are', () => {
  expect(outcomesText([done], true)).toBe('');
  expect(outcomesText([done, failed], true)).not.toContain('restored');
  expect(outcomesText([], true)).toBe('');
  expect(outcomesText([], false)).toBe('There are none: nothing was done.\n');
});

test('one that failed decides the exit code', () => {
  expect([outcomesExitCode([]), outcomesExitCode([done]), outcomesExitCode([done, failed])]).toEqual([
    0, 0, 2,
  ]);
});

test('what needs it is asked about once, and done again after a yes', async () => {
  const questions: string[] = [];
  const again: unknown[] = [];
  const outcomes = await confirmOutcomes(
    [done, waiting],
    (question) => {
      questions.push(question);
      return Promise.resolve(true);
    },
    (ids) => {
      again.push([...ids]);
      return Promise.resolve([outcome(7, { text: 'It was moved.' })]);
    },
  );
  expect(questions).toEqual(['  It belongs to the system.\nDo it all the same?']);
  expect(again).toEqual([[7]]);
  expect(outcomes).toEqual([done, outcome(7, { text: 'It was moved.' })]);
});

test.each([
  ['the answer is no', [waiting], () => Promise.resolve(false)],
  ['nobody can be asked', [waiting], null],
  ['nothing needs it', [done, failed], () => Promise.reject(new Error('asked for nothing'))],
] as const)('nothing is done again when %s', async (_, outcomes, ask) => {
  const same = await confirmOutcomes(outcomes, ask, () => Promise.reject(new Error('done again')));
  expect(same).toEqual(outcomes);
});
