import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../../src/core/logger.ts';
import { BurstNotifier, type ToldAs } from '../../../../src/core/respond/notify-burst.ts';
import { logNotifier, type Notification } from '../../../../src/core/respond/notifier.ts';
import { detectionOf, findingOf } from './samples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Told extends Notification {
  readonly atMs: number;
}

function makeNotifier(platform: NodeJS.Platform = 'linux') {
  const told: Told[] = [];
  const beganMs = performance.now();
  const notifier = new BurstNotifier({
    notifier: {
      notify(notification) {
        told.push({ ...notification, atMs: performance.now() - beganMs });
      },
    },
    logger: silentLogger,
    platform,
  });
  function tellMany(from: number, to: number, toldAs: ToldAs = 'quarantined'): void {
    for (let id = from; id <= to; id += 1) notifier.tell(findingOf(id), toldAs);
  }
  return { notifier, told, tellMany, times: () => told.map(({ atMs }) => atMs) };
}

describe('one finding', () => {
  test.each<[ToldAs, Partial<Notification>]>([
    [
      'quarantined',
      {
        title: 'Threat quarantined: file-1.exe',
        body: 'Test.Signature in /home/u/Downloads. You are asked first. It can be restored.',
        actions: ['show'],
        urgency: 'normal',
      },
    ],
    [
      'ask',
      {
        title: 'Threat found: file-1.exe',
        body: 'Test.Signature in /home/u/Downloads. It is still there and needs a decision. You are asked first.',
        actions: ['quarantine', 'allow', 'show'],
        urgency: 'critical',
      },
    ],
    [
      'report',
      {
        title: 'Threat found: file-1.exe',
        body: 'Test.Signature in /home/u/Downloads. It is still there. You are asked first.',
        actions: ['quarantine', 'allow', 'show'],
        urgency: 'low',
      },
    ],
    [
      'failed',
      {
        title: 'Threat could not be quarantined: file-1.exe',
        body: 'Test.Signature in /home/u/Downloads. It is still there. You are asked first.',
        actions: ['show'],
        urgency: 'critical',
      },
    ],
  ])('that ended as %s is told at once in plain words', (toldAs, notification) => {
    const { notifier, told } = makeNotifier();
    notifier.tell(findingOf(1, { note: 'You are asked first.' }), toldAs);
    expect(told).toEqual([{ ...notification, findingIds: [1], atMs: 0 }]);
  });

  test('that was moved and has other names is not called harmless', () => {
    const { notifier, told } = makeNotifier();
    const note = 'Quarantined. 2 other names of the same file are still there.';
    notifier.tell(findingOf(1, { note }), 'quarantined');
    expect(told.map(({ body }) => body)).toEqual([
      `Test.Signature in /home/u/Downloads. ${note} It can be restored.`,
    ]);
  });

  test('that is only suspicious is not called a threat', () => {
    const { notifier, told } = makeNotifier();
    notifier.tell(findingOf(1, { verdict: 'suspicious' }), 'report');
    expect(told[0]?.title).toBe('Suspicious file found: file-1.exe');
  });

  test('is named by folder and name as the platform has them', () => {
    const { notifier, told } = makeNotifier('win32');
    notifier.tell(findingOf(1, { path: 'C:\\Users\\u\\x.exe' }), 'quarantined');
    expect(told[0]?.title).toBe('Threat quarantined: x.exe');
    expect(told[0]?.body).toContain(' in C:\\Users\\u.');
  });

  test('cannot steer the screen with its name, its folder, its signature or an error', () => {
    const { notifier, told } = makeNotifier();
    const hostile = 'a\n\u001b[2J\u202e\udcff';
    const path = `/home/${hostile}/${hostile}`;
    const detections = [detectionOf(hostile)];
    notifier.tell(findingOf(1, { path, note: hostile, detections }), 'failed');
    const text = `${told[0]?.title}${told[0]?.body}`;
    expect(text).not.toMatch(/[\p{C}]/u);
    expect(told[0]?.title).toBe('Threat could not be quarantined: a\\n\\x1b[2J\\u{202e}\\xff');
  });

  test('with a very long name is told by both ends of it', () => {
    const { notifier, told } = makeNotifier();
    notifier.tell(findingOf(1, { path: `/tmp/begin${'x'.repeat(5000)}end.exe` }), 'ask');
    expect(told[0]?.title).toMatch(/^Threat found: beginx+…x+end\.exe$/u);
    expect(told[0]?.title.length).toBeLessThan(80);
  });
});

describe('a burst', () => {
  test('is told in two: the first at once, the others together after ten seconds', () => {
    const { told, tellMany, notifier } = makeNotifier();
    tellMany(1, 10);
    notifier.tell(findingOf(11), 'ask');
    tellMany(12, 13, 'failed');
    vi.advanceTimersByTime(9999);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(told.slice(1)).toEqual([
      {
        atMs: 10_000,
        title: '12 more threats found',
        body: '9 quarantined, 1 needs a decision, 2 could not be quarantined. Among them: file-2.exe, file-3.exe, file-4.exe.',
        findingIds: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
        actions: ['show'],
        urgency: 'critical',
      },
    ]);
    vi.advanceTimersByTime(600_000);
    expect(told).toHaveLength(2);
  });

  test('of two names the second as it would have been by itself', () => {
    const { told, tellMany } = makeNotifier();
    tellMany(1, 2);
    vi.advanceTimersByTime(10_000);
    expect(told.map(({ title }) => title)).toEqual([
      'Threat quarantined: file-1.exe',
      'Threat quarantined: file-2.exe',
    ]);
  });

  test('with suspicious files in it speaks of findings', () => {
    const { told, tellMany, notifier } = makeNotifier();
    tellMany(1, 2);
    notifier.tell(findingOf(3, { verdict: 'suspicious' }), 'report');
    vi.advanceTimersByTime(10_000);
    expect(told[1]).toMatchObject({ title: '2 more findings', urgency: 'normal' });
  });

  test('of a thousand files in ten seconds makes two, and holds no more than one call takes', () => {
    const { told, tellMany } = makeNotifier();
    for (let second = 0; second < 10; second += 1) {
      tellMany(second * 200 + 1, second * 200 + 200);
      vi.advanceTimersByTime(1000);
    }
    expect(told.map(({ title }) => title)).toEqual([
      'Threat quarantined: file-1.exe',
      '1999 more threats found',
    ]);
    expect(told[1]?.findingIds).toHaveLength(1000);
  });

  test('that goes on is told of once a minute', () => {
    const { tellMany, times } = makeNotifier();
    for (let second = 0; second < 300; second += 1) {
      tellMany(second + 1, second + 1);
      vi.advanceTimersByTime(1000);
    }
    expect(times()).toEqual([0, 10_000, 70_000, 130_000, 190_000, 250_000]);
  });

  test('is over after a quiet minute: the next finding is told at once', () => {
    const { told, tellMany, times } = makeNotifier();
    tellMany(1, 3);
    vi.advanceTimersByTime(70_000);
    tellMany(4, 4);
    expect(times()).toEqual([0, 10_000, 70_000]);
    expect(told[2]?.title).toBe('Threat quarantined: file-4.exe');
  });

  test('is told as one count and never loses one', () => {
    const gap = fc.integer({ min: 0, max: 90_000 });
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 60 }), (gaps) => {
        const { tellMany, told, times } = makeNotifier();
        for (const [index, gapMs] of gaps.entries()) {
          vi.advanceTimersByTime(gapMs);
          tellMany(index + 1, index + 1);
        }
        vi.advanceTimersByTime(120_000);
        const ids = told.flatMap(({ findingIds }) => findingIds);
        expect(ids).toEqual(gaps.map((_, index) => index + 1));
        for (const [index, atMs] of times().entries()) {
          expect(atMs - (times()[index - 1] ?? -10_000)).toBeGreaterThanOrEqual(10_000);
          expect(atMs - (times()[index - 2] ?? -70_000)).toBeGreaterThanOrEqual(70_000);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the question of the brake', () => {
  const reason = 'Automatic quarantine has stopped: the signature A flagged 50 files within 60 seconds.';

  test('is asked at once where nothing was told before', () => {
    const { notifier, told } = makeNotifier();
    notifier.brakeTripped(reason);
    expect(told).toEqual([
      {
        atMs: 0,
        title: 'Automatic quarantine has stopped',
        body: `${reason} Please look at them and decide.`,
        findingIds: [],
        actions: ['show'],
        urgency: 'critical',
      },
    ]);
  });

  test('is part of the burst it comes from, and takes the place of its count', () => {
    const { notifier, told, tellMany } = makeNotifier();
    tellMany(1, 50);
    notifier.brakeTripped(reason);
    tellMany(51, 1000, 'ask');
    vi.advanceTimersByTime(60_000);
    expect(told.map(({ title, atMs }) => [title, atMs])).toEqual([
      ['Threat quarantined: file-1.exe', 0],
      ['Automatic quarantine has stopped', 10_000],
    ]);
    expect(told[1]?.body).toContain('999 more threats found: 49 quarantined, 950 need a decision.');
  });

  test('does not wait for the minute to end', () => {
    const { notifier, tellMany, times } = makeNotifier();
    tellMany(1, 2);
    vi.advanceTimersByTime(15_000);
    tellMany(3, 4);
    notifier.brakeTripped(reason);
    vi.advanceTimersByTime(5000);
    expect(times()).toEqual([0, 10_000, 20_000]);
  });
});

test('after its end nothing is told any more', () => {
  const { notifier, told, tellMany } = makeNotifier();
  tellMany(1, 5);
  notifier[Symbol.dispose]();
  vi.advanceTimersByTime(120_000);
  expect(told).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('a desktop that cannot show it costs nothing but the notification', () => {
  const warnings: string[] = [];
  const notifier = new BurstNotifier({
    notifier: {
      notify() {
        throw new Error('no session bus');
      },
    },
    logger: { ...silentLogger, warn: (_fields, message) => warnings.push(message) },
  });
  notifier.tell(findingOf(1), 'ask');
  notifier.tell(findingOf(2), 'ask');
  vi.advanceTimersByTime(10_000);
  expect(warnings).toEqual(['a notification could not be shown', 'a notification could not be shown']);
});

test('without a display it is one line', () => {
  const lines: string[] = [];
  const notifier = new BurstNotifier({
    notifier: logNotifier((line) => lines.push(line)),
    logger: silentLogger,
    platform: 'linux',
  });
  notifier.tell(findingOf(1, { path: '/tmp/a\nb' }), 'quarantined');
  expect(lines).toEqual(['Threat quarantined: a\\nb: Test.Signature in /tmp. It can be restored.']);
});
