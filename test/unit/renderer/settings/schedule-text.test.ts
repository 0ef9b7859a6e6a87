import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSchedule } from '../../../../src/core/jobs/schedule.ts';
import {
  isComplete,
  readSchedule,
  writeSchedule,
  type ScheduleForm,
} from '../../../../src/renderer/pages/settings/schedule-text.ts';

describe('a schedule is read as people chose it', () => {
  const full = { what: 'full', roots: [] } as const;

  test.each<[string, ScheduleForm]>([
    ['0 12 * * * full', { ...full, time: { kind: 'daily', hour: 12, minute: 0 } }],
    ['0 12 * * 1 full', { ...full, time: { kind: 'weekly', days: [1], hour: 12, minute: 0 } }],
    [
      '5 2 * * mon-FRI full',
      { ...full, time: { kind: 'weekly', days: [1, 2, 3, 4, 5], hour: 2, minute: 5 } },
    ],
    ['5 2 * * 6-7 full', { ...full, time: { kind: 'weekly', days: [0, 6], hour: 2, minute: 5 } }],
    ['0 3 31 * * full', { ...full, time: { kind: 'monthly', day: 31, hour: 3, minute: 0 } }],
    ['0 3 1 * 1 full', { ...full, time: { kind: 'cron', cron: '0 3 1 * 1' } }],
    ['*/5 * * * * full', { ...full, time: { kind: 'cron', cron: '*/5 * * * *' } }],
    ['0 3 * 1 * full', { ...full, time: { kind: 'cron', cron: '0 3 * 1 *' } }],
    ['0 24 * * * full', { ...full, time: { kind: 'cron', cron: '0 24 * * *' } }],
    ['0 12 * * 5-2 full', { ...full, time: { kind: 'cron', cron: '0 12 * * 5-2' } }],
    [
      '0 1 * * * "/srv/a b" /srv/c "/srv/""d"""',
      {
        what: 'custom',
        roots: ['/srv/a b', '/srv/c', '/srv/"d"'],
        time: { kind: 'daily', hour: 1, minute: 0 },
      },
    ],
  ])('%s', (text, form) => {
    expect(readSchedule(text)).toEqual(form);
  });

  test.each(['', '0 12 * * 1', '0 12 * * 1 "/srv', '0 12 * * 1 "/srv"x'])('%j is none', (text) => {
    expect(readSchedule(text)).toBeNull();
  });
});

const hour = fc.integer({ min: 0, max: 23 });
const minute = fc.integer({ min: 0, max: 59 });
const anyTime = fc.oneof(
  fc.record({ kind: fc.constant('daily' as const), hour, minute }),
  fc.record({
    kind: fc.constant('weekly' as const),
    days: fc
      .uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 })
      .map((days) => days.toSorted((one, other) => one - other)),
    hour,
    minute,
  }),
  fc.record({ kind: fc.constant('monthly' as const), day: fc.integer({ min: 1, max: 31 }), hour, minute }),
);
const anyRoots = fc.uniqueArray(
  fc.string({ unit: fc.constantFrom('a', ' ', '"', '\t', '/', 'é', "'") }).map((name) => `/${name}`),
  { minLength: 1, maxLength: 4 },
);

test('what the form writes is what the core runs, and what the form reads again', () => {
  fc.assert(
    fc.property(anyTime, anyRoots, (time, roots) => {
      const form: ScheduleForm = { what: 'custom', roots, time };
      const text = writeSchedule(form);
      const parsed = parseSchedule(text);
      expect(readSchedule(text)).toEqual(form);
      expect(parsed.kind === 'schedule' ? parsed.schedule.roots : parsed.problem).toEqual(roots);
    }),
    { numRuns: 200 },
  );
});

test('quick and full need no folders, the others do', () => {
  const time = { kind: 'daily', hour: 1, minute: 0 } as const;
  expect(isComplete({ what: 'quick', roots: [], time })).toBe(true);
  expect(isComplete({ what: 'custom', roots: [], time })).toBe(false);
  expect(isComplete({ what: 'full', roots: [], time: { ...time, kind: 'weekly', days: [] } })).toBe(false);
  expect(isComplete({ what: 'full', roots: [], time: { kind: 'cron', cron: '0 1 * *' } })).toBe(false);
  expect(isComplete({ what: 'full', roots: [], time: { kind: 'cron', cron: ' 0 1  * * * ' } })).toBe(true);
});
