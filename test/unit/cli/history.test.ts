import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { historyCommand, historyText, verificationText } from '../../../src/cli/history.ts';
import { documentOf, runCommand } from './run-command.ts';
import { historyEvent, hostilePath, hostileShown, someTimeText } from './sample-reports.ts';

const intact = { intact: true, records: 1204, first_number: 1, broken_at: null, problem: '' };
const broken = { ...intact, intact: false, broken_at: 17, problem: 'its hash is not that of what it says' };

describe('the list', () => {
  test('has a line for each record', () => {
    const events = [
      historyEvent(12, { path: hostilePath }),
      historyEvent(2, { kind: 'snoozed', text: 'Paused\nfor 15 min.', path: null }),
    ];
    const text = historyText(events, { isFiltered: false, quiet: false });
    expect(stripVTControlCharacters(text).split('\n')).toEqual([
      'NO  WHEN              WHAT         BY',
      `12  ${someTimeText}  quarantined  user me  A file was quarantined. (${hostileShown})`,
      ` 2  ${someTimeText}  snoozed      user me  Paused<U+000A>for 15 min.`,
      '',
    ]);
  });

  test('that is empty says why', () => {
    expect(historyText([], { isFiltered: false, quiet: false })).toContain('vedette watch');
    expect(historyText([], { isFiltered: true, quiet: false })).toBe('Nothing of this kind has happened.\n');
    expect(historyText([], { isFiltered: true, quiet: true })).toBe('');
  });

  test('is read page by page, as far as it was asked for', async () => {
    const run = await runCommand(
      historyCommand,
      ['list', '--limit', '1500', '--json', '--kind', 'snoozed', 'deleted'],
      {
        'history.list': ({ before, limit }) => ({
          events: Array.from({ length: limit }, (_, index) => historyEvent((before ?? 5001) - 1 - index)),
        }),
      },
    );
    expect(run.asked.map(({ input }) => input)).toEqual([
      { kinds: ['snoozed', 'deleted'], before: null, limit: 1000 },
      { kinds: ['snoozed', 'deleted'], before: 4001, limit: 500 },
    ]);
    expect(documentOf(run)).toMatchObject({ format: 'vedette.history/1', events: { length: 1500 } });
  });

  test('ends where the record does', async () => {
    const run = await runCommand(historyCommand, [], {
      'history.list': () => ({ events: [historyEvent(1)] }),
    });
    expect(run.asked).toHaveLength(1);
    expect(run.exitCode).toBe(0);
  });

  test('refuses a kind that there is not, with those that there are', async () => {
    const run = await runCommand(historyCommand, ['list', '--kind', 'bogus']);
    expect([run.error, run.asked]).toEqual(['BAD_USAGE', []]);
    expect(run.stderr).toContain('quarantine_failed');
  });

  test('refuses to show none of it, which would look as if there were nothing', async () => {
    const run = await runCommand(historyCommand, ['list', '--limit', '0']);
    expect([run.error, run.asked]).toEqual(['BAD_USAGE', []]);
  });
});

describe('verifying', () => {
  test.each([
    [intact, 0, 'Intact: 1,204 records, each as it was written.\n'],
    [
      { ...intact, records: 1, first_number: 9 },
      0,
      'Intact: 1 record, each as it was written. Older ones than number 9 were removed by age.\n',
    ],
    [{ ...intact, records: 0, first_number: null }, 0, 'Intact: there are no records yet.\n'],
    [broken, 2, 'Broken at record 17: its hash is not that of what it says\n'],
    [{ ...broken, broken_at: null }, 2, 'Broken: its hash is not that of what it says\n'],
  ])('%j exits with %i', async (verification, exitCode, text) => {
    const answers = { 'history.verify': () => verification };
    const run = await runCommand(historyCommand, ['verify'], answers);
    expect([run.exitCode, run.stdout]).toEqual([exitCode, text]);
    expect(stripVTControlCharacters(verificationText(verification))).toBe(text);
    const json = await runCommand(historyCommand, ['verify', '--json'], answers);
    expect([json.exitCode, documentOf(json)]).toEqual([
      exitCode,
      { format: 'vedette.history-verify/1', ...verification },
    ]);
  });

  test('quietly says nothing when all is well, and something when it is not', async () => {
    const well = await runCommand(historyCommand, ['verify', '--quiet'], { 'history.verify': () => intact });
    const not = await runCommand(historyCommand, ['verify', '--quiet'], { 'history.verify': () => broken });
    expect([well.stdout, not.stdout !== '']).toEqual(['', true]);
  });
});
