import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parsePauseTime, pauseCommand, pauseText, resumeCommand } from '../../../src/cli/pause.ts';
import { documentOf, runCommand } from './run-command.ts';
import { someTime, someTimeText } from './sample-reports.ts';

const paused = { until: someTime, since: someTime - 900, actor: 'user me' };

test.each([
  ['30s', 30],
  ['15m', 900],
  ['8h', 28_800],
  ['365d', 31_536_000],
  ['until-restart', null],
])('a pause of %s is %s seconds', (text, seconds) => {
  expect(parsePauseTime(text)).toBe(seconds);
});

test.each(['', '15', '0m', '-1m', '1.5h', '366d', '1w', 'forever', '15m ', '1e3s', '99999999999s'])(
  'a pause is not %j',
  (text) => {
    expect(() => parsePauseTime(text)).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
  },
);

describe('pausing', () => {
  test('is for a quarter of an hour, says until when, and how to end it', async () => {
    const run = await runCommand(pauseCommand, [], { 'protection.pause': () => paused });
    expect(run.asked).toEqual([
      { name: 'protection.pause', input: { seconds: 900, actor: expect.stringMatching(/^user ./) } },
    ]);
    expect([run.exitCode, run.stdout]).toEqual([
      0,
      `Protection is paused until ${someTimeText}, by user me. New files are not looked at.\nTo switch it on now: vedette resume\n`,
    ]);
  });

  test('until the restart says so', () => {
    expect(stripVTControlCharacters(pauseText({ ...paused, until: null }))).toContain(
      'paused until Vedette is started again, by user me.',
    );
  });

  test('is told as a document', async () => {
    const run = await runCommand(pauseCommand, ['until-restart', '--json'], {
      'protection.pause': () => paused,
    });
    expect(documentOf(run)).toEqual({ format: 'vedette.pause/1', ...paused });
    expect(run.asked).toMatchObject([{ input: { seconds: null } }]);
  });

  test('for no time is refused before anybody is asked', async () => {
    const run = await runCommand(pauseCommand, ['soon'], { 'protection.pause': () => paused });
    expect([run.error, run.asked]).toEqual(['BAD_USAGE', []]);
  });
});

describe('resuming', () => {
  test.each([
    [true, 'Protection is on again; what came meanwhile is scanned now.\n'],
    [false, 'Protection was not paused: nothing has changed.\n'],
  ])('when it was paused (%s) says what happened', async (wasPaused, text) => {
    const answers = { 'protection.resume': () => ({ was_paused: wasPaused }) };
    const run = await runCommand(resumeCommand, [], answers);
    expect([run.exitCode, run.stdout]).toEqual([0, text]);
    const json = await runCommand(resumeCommand, ['--json'], answers);
    expect(documentOf(json)).toEqual({ format: 'vedette.resume/1', was_paused: wasPaused });
    expect((await runCommand(resumeCommand, ['--quiet'], answers)).stdout).toBe('');
  });
});
