import { describe, expect, it } from 'vitest';
import {
  cacheAnswer,
  machineAnswer,
  queueAnswer,
  savedAnswer,
  scansAnswer,
  lostWorkersSentence,
  workersAnswer,
} from '../../../../src/renderer/charts/answers.ts';
import { points } from './chart-points.ts';

const day = { range: '24h', spanSeconds: 86_400 } as const;
const month = { range: '30d', spanSeconds: 30 * 86_400 } as const;

/** Units hang on their numbers by a space that does not break. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

const empty = { queueDepth: 0, queueMean: 0 };
const short = { queueDepth: 118, queueMean: 0.4 };
const waiting = { queueDepth: 60, queueMean: 30 };

describe('do files have to wait', () => {
  it.each([
    ['nothing is known', [], 'Nothing is known of the last 24 hours.'],
    ['no queue at all', [empty, empty], 'Kept up all day; no file had to wait.'],
    ['a short queue', [empty, short, empty], 'Kept up all day; longest queue 118 at 09:02.'],
    [
      'a queue that was there for long',
      [waiting, waiting, empty, empty],
      'Files waited 50 % of the time; longest queue 60 at 09:01.',
    ],
    [
      'a queue that does not empty',
      [empty, waiting, waiting, { ...waiting, queueDepth: 75 }],
      'Not keeping up since 09:02; 75 files waiting.',
    ],
    [
      'a queue of this moment only',
      [...Array.from({ length: 9 }, () => empty), waiting],
      'Kept up all day; longest queue 60 at 09:10.',
    ],
  ])('%s', (_, figures, expected) => {
    expect(plain(queueAnswer(points(...figures), day))).toBe(expected);
  });
});

describe('how much is scanned', () => {
  it.each([
    ['nothing is known', [], 'Nothing is known of the last 24 hours.'],
    ['nothing was scanned', [{ scans: 0, scansPerHour: 0 }], 'No file was scanned in the last 24 hours.'],
    [
      'files were scanned',
      [
        { scans: 20, scansPerHour: 1200 },
        { scans: 80, scansPerHour: 4800 },
      ],
      '100 files scanned in the last 24 hours; the most at 09:02, 80 in a minute.',
    ],
  ])('%s', (_, figures, expected) => {
    expect(plain(scansAnswer(points(...figures), day))).toBe(expected);
  });

  it.each([
    [5, '5 seconds'],
    [60, 'a minute'],
    [359.6, '6 minutes'],
    [3600, 'an hour'],
    [10_800, '3 hours'],
  ])('says what was counted within %d seconds, and does not make an hour of it', (intervalSeconds, text) => {
    const figures = [905, 3].map((scans) => ({ scans, scansPerHour: scans * 720, intervalSeconds }));
    expect(plain(scansAnswer(points(...figures), { range: '5m', spanSeconds: 300 }))).toBe(
      `908 files scanned in the last 5 minutes; the most at 09:01:00, 905 in ${text}.`,
    );
  });

  it('names the day of a peak within a month', () => {
    expect(plain(scansAnswer(points({ scans: 1, scansPerHour: 60 }), month))).toBe(
      '1 file scanned in the last 30 days, on 12 Nov, 09:01.',
    );
  });
});

describe('what the machine and the workers did', () => {
  it('tells of means and the highest', () => {
    const figures = [
      { cpuPercent: 10, memoryPercent: 40 },
      { cpuPercent: 90, memoryPercent: 42 },
    ];
    expect(plain(machineAnswer(points(...figures), day))).toBe(
      'CPU 50 % on average, 90 % in the busiest minute, at 09:02; memory 41 %.',
    );
  });

  it.each([
    ['none ran', [{ workers: 0 }], 'No worker ran.'],
    ['one ran', [{ workers: 1, utilizationPercent: 34 }], 'Busy 34 % of the time, with 1 worker running.'],
    [
      'their number changed within an interval',
      [
        { workers: 2, utilizationPercent: 20 },
        { workers: 4.6, utilizationPercent: 60 },
      ],
      'Busy 40 % of the time, with 2 to 5 workers running.',
    ],
  ])('%s', (_, figures, expected) => {
    expect(plain(workersAnswer(points(...figures), day))).toBe(expected);
  });
});

describe('what became of workers', () => {
  it.each([
    ['none was lost', 0, null, '', ''],
    [
      'one was lost',
      1,
      1000,
      'ended by SIGKILL',
      '1 worker ended while it worked, 40 s ago (ended by SIGKILL), and was replaced.',
    ],
    [
      'several were lost',
      3,
      1000,
      'a\u202eb',
      '3 workers ended while they worked, the last 40 s ago (a<U+202E>b), and were replaced.',
    ],
  ])('%s', (_, count, at, cause, expected) => {
    const live = { workers_lost: count, worker_lost_at: at, worker_lost_cause: cause };
    expect(plain(lostWorkersSentence(live, 1040))).toBe(expected);
  });

  it('is not known before the first figures', () => {
    expect(lostWorkersSentence(null, 1040)).toBe('');
  });
});

describe('what the cache did', () => {
  it.each([
    ['nothing is known', [], 'Nothing is known of the last 24 hours.'],
    ['nothing was scanned', [{ scans: 0 }], 'Nothing was asked of it in the last 24 hours.'],
    [
      'it answered',
      [
        { scans: 100, hitRatePercent: 80 },
        { scans: 300, hitRatePercent: 84 },
      ],
      '83 % of all scans in the last 24 hours.',
    ],
  ])('%s', (_, figures, expected) => {
    expect(plain(cacheAnswer(points(...figures), day))).toBe(expected);
  });

  it.each([
    [4320, '1 h 12 min of scanning in the last 24 hours.'],
    [0, 'None in the last 24 hours: every file was new to it.'],
  ])('saved %d seconds', (seconds, expected) => {
    expect(plain(savedAnswer(seconds, points({}), day))).toBe(expected);
  });
});
