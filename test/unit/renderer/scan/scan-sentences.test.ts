// The sentences about scans: what could not be looked at is never counted as clean.
import { describe, expect, test } from 'vitest';
import {
  doneShare,
  filesText,
  placesText,
  remainingText,
  resultSentence,
  resultTone,
} from '../../../../src/renderer/messages/scan.ts';
import { noProgress, type Job, type JobProgress } from '../../../../src/shared/job.ts';
import { job } from '../../../renderer/fixtures.ts';

function ended(progress: Partial<JobProgress>, changes: Partial<Job> = {}): Job {
  return job({ state: 'done', ...changes, progress: { ...noProgress, ...progress } });
}

/** A number and its unit are held together by a gap of their own. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

describe('resultSentence', () => {
  test.each<[string, Job]>([
    ['Nothing found in 1,200 files.', ended({ files: 1200, clean: 1200 })],
    ['Nothing found in 1 file.', ended({ files: 1, clean: 1 })],
    [
      'Nothing found in 1,185 files. 10 could not be checked, and 5 only in part.',
      ended({ files: 1200, clean: 1185, partial: 5, unscannable: 10 }),
    ],
    ['Nothing found in 1,199 files. 1 could be checked only in part.', ended({ files: 1200, partial: 1 })],
    ['Nothing can be said of these files. 3 could not be checked.', ended({ files: 3, unscannable: 3 })],
    [
      '1 threat and 2 suspicious files found in 50 files. 4 could not be checked.',
      ended({ files: 50, infected: 1, suspicious: 2, unscannable: 4 }),
    ],
    ['There was no file to look at.', ended({})],
    ['Stopped before the first file.', ended({}, { state: 'cancelled' })],
    [
      'Stopped after 30 files; nothing was found in them. 2 could not be checked.',
      ended({ files: 30, unscannable: 2 }, { state: 'cancelled' }),
    ],
    ['Stopped after 30 files; 1 threat found.', ended({ files: 30, infected: 1 }, { state: 'cancelled' })],
    [
      'The scan failed: the disk is gone. Before that 1 threat found.',
      ended({ files: 9, infected: 1 }, { state: 'failed', problem: 'the disk is gone.' }),
    ],
    ['The scan failed.', ended({ files: 9 }, { state: 'failed' })],
  ])('%s', (expected, one) => {
    expect(plain(resultSentence(one))).toBe(expected);
  });
});

test.each<[string, Job]>([
  ['ok', ended({ files: 5, clean: 4, unscannable: 1 })],
  ['attention', ended({ files: 5, unscannable: 5 })],
  ['attention', ended({ files: 5, suspicious: 1 })],
  ['danger', ended({ files: 5, infected: 1 }, { state: 'failed' })],
  ['attention', ended({ files: 5 }, { state: 'failed' })],
  ['neutral', ended({ files: 5 }, { state: 'cancelled' })],
  ['neutral', ended({})],
])('the tone is %s', (expected, one) => {
  expect(resultTone(one)).toBe(expected);
});

function running(progress: Partial<JobProgress>): Job {
  return job({ progress: { ...noProgress, files: 5, total_files: 100, ...progress } });
}

describe('remainingText', () => {
  test.each<[string, Job]>([
    ['Counting the files…', running({ total_files: null, remaining_seconds: 40 })],
    ['Time left not known yet', running({})],
    ['A few seconds left', running({ remaining_seconds: 4 })],
    ['About 50 s left', running({ remaining_seconds: 43 })],
    ['About 7 min left', running({ remaining_seconds: 446 })],
    ['About 1 h 20 min left', running({ remaining_seconds: 4700 })],
    ['Paused', { ...running({ remaining_seconds: 4 }), state: 'paused' }],
  ])('%s', (expected, one) => {
    expect(plain(remainingText(one))).toBe(expected);
  });
});

test('a total that was outrun is not told, and progress ends at all of it', () => {
  const progress = { ...noProgress, files: 120, total_files: 100 };
  expect(plain(filesText(progress))).toBe('120 files');
  expect(doneShare(progress)).toBe(1);
  expect(plain(filesText({ ...progress, total_files: 412_900 }))).toBe('120 of 412,900 files');
  expect(doneShare({ ...progress, total_files: null })).toBeNull();
  expect(doneShare({ ...noProgress, total_files: 0 })).toBe(1);
});

test('the places of a scan are the first and how many more, with unsafe characters written out', () => {
  expect(placesText(['/a\u202Eb', '/c', '/d'])).toBe('/a\\u{202e}b and 2 more');
  expect(placesText([])).toBe('');
});
