import { describe, expect, test } from 'vitest';
import { dueTimesMs, nextRunMs, parseSchedule } from '../../../../src/core/jobs/schedule.ts';

const berlin = 'Europe/Berlin';

/** The next runs in Berlin, as Universal Time. */
function runs(cron: string, after: string, until: string): readonly string[] {
  const range = { afterMs: Date.parse(after), untilMs: Date.parse(until), limit: 100 };
  return dueTimesMs(cron, range, berlin).map((ms) => new Date(ms).toISOString().slice(0, 16));
}

describe('the text of a schedule', () => {
  test.each([
    ['0 12 * * 1 full', '0 12 * * 1', 'full', []],
    ['  */15 8-18  * * MON-FRI   quick ', '*/15 8-18 * * MON-FRI', 'quick', []],
    ['0 3 * * * /srv /home/ann', '0 3 * * *', 'custom', ['/srv', '/home/ann']],
    ['0 3 * * * "/srv/my files" /srv', '0 3 * * *', 'custom', ['/srv/my files', '/srv']],
    ['0 3 * * * "/a ""b"" c"', '0 3 * * *', 'custom', ['/a "b" c']],
    ['0 3 * * * /srv /srv', '0 3 * * *', 'custom', ['/srv']],
    ['0 3 29 2 * /srv', '0 3 29 2 *', 'custom', ['/srv']],
    // A byte that is not UTF-8.
    ['0 3 * * * /srv/\uDCFF', '0 3 * * *', 'custom', ['/srv/\uDCFF']],
  ])('%s', (text, cron, kind, roots) => {
    expect(parseSchedule(text)).toEqual({ kind: 'schedule', schedule: { text, cron, kind, roots } });
  });

  test.each([
    ['', /five cron fields, and then/],
    ['0 12 * * 1', /five cron fields, and then/],
    ['@daily full', /five cron fields, and then/],
    ['61 12 * * 1 full', /"61 12 \* \* 1" is not a time .*minute: 61/],
    ['0 12 * * 8 full', /dayOfWeek: 8/],
    ['soon 12 * * 1 full', /illegal/],
    ['? 12 * * 1 full', /\* instead of \?/],
    ['0 0 31 2 * full', /never comes/],
    ['0 0 12 * * 1 full', /"1" is neither/],
    ['0 12 * * 1 Documents', /"Documents" is neither quick nor full nor an absolute path/],
    ['0 12 * * 1 ~/x', /"~\/x" is neither/],
    ['0 12 * * 1 "full"', /"full" is neither/],
    ['0 12 * * 1 "" ', /"" is neither/],
    ['0 12 * * 1 /a\0b', /neither/],
    ['0 12 * * 1 full /srv', /Nothing may follow full/],
    ['0 12 * * 1 /srv full', /"full" is neither/],
    ['0 12 * * 1 "/srv', /quote is not closed/],
    ['0 12 * * 1 "/srv"x', /quote is not closed, or no space/],
  ])('%j is a problem, told with an example', (text, expected) => {
    const parsed = parseSchedule(text);
    expect(parsed).toEqual({ kind: 'problem', problem: expect.stringMatching(expected) });
    expect(parsed).toEqual({ kind: 'problem', problem: expect.stringContaining('"0 12 * * 1 full"') });
  });
});

describe('the times of a schedule', () => {
  test('are those after a moment, in local time of the zone', () => {
    expect(runs('30 12 * * 1', '2026-06-01T00:00Z', '2026-06-20T00:00Z')).toEqual([
      '2026-06-01T10:30',
      '2026-06-08T10:30',
      '2026-06-15T10:30',
    ]);
  });

  test('do not hold the moment itself, and hold the end', () => {
    const noon = Date.parse('2026-06-01T10:00Z');
    expect(nextRunMs('0 12 * * *', noon, berlin)).toBe(noon + 86_400_000);
    expect(nextRunMs('0 12 * * *', noon - 1, berlin)).toBe(noon);
    const upTo = { afterMs: noon - 1, untilMs: noon, limit: 5 };
    expect(dueTimesMs('0 12 * * *', upTo, berlin)).toEqual([noon]);
    expect(dueTimesMs('* * * * *', { afterMs: 0, untilMs: noon, limit: 3 }, berlin)).toHaveLength(3);
  });

  // On 29 March 2026 the hour from 2 to 3 is skipped in Berlin; at 01:00Z it is 3 o'clock.
  test.each([
    ['30 2 * * *', ['2026-03-29T01:00']],
    ['30 2,14 * * *', ['2026-03-29T01:00', '2026-03-29T12:30']],
    ['0,30 2 * * *', ['2026-03-29T01:00']],
    ['30 1,3 * * *', ['2026-03-29T00:30', '2026-03-29T01:30']],
  ])('%s: a run in a skipped hour comes once, when the hour would have been over', (cron, expected) => {
    expect(runs(cron, '2026-03-28T23:00Z', '2026-03-29T22:00Z')).toEqual(expected);
  });

  // On 25 October 2026 the hour from 2 to 3 comes twice in Berlin: from 00:00Z and from 01:00Z.
  test.each([
    ['30 2 * * *', ['2026-10-25T00:30']],
    ['30 2,14 * * *', ['2026-10-25T00:30', '2026-10-25T13:30']],
    ['30 1,3 * * *', ['2026-10-24T23:30', '2026-10-25T02:30']],
  ])('%s: a run in a repeated hour comes once', (cron, expected) => {
    expect(runs(cron, '2026-10-24T22:00Z', '2026-10-25T23:00Z')).toEqual(expected);
  });

  test('every so many minutes goes on through a repeated hour', () => {
    expect(runs('*/30 * * * *', '2026-10-24T23:59Z', '2026-10-25T02:00Z')).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T00:30',
      '2026-10-25T01:00',
      '2026-10-25T01:30',
      '2026-10-25T02:00',
    ]);
  });
});
