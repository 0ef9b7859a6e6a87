import { describe, expect, test } from 'vitest';
import { jobEnded, jobStarted } from '../../../../src/core/guard/job-notes.ts';
import type { Job } from '../../../../src/shared/job.ts';

const counts = { infected: 1, suspicious: 1, partial: 2, unscannable: 3 };

function jobOf(fields: Partial<Job> = {}, progress: Partial<Job['progress']> = {}): Job {
  return {
    id: 7,
    kind: 'custom',
    schedule: null,
    roots: ['/home'],
    state: 'done',
    problem: '',
    created_at: 1,
    ended_at: 2,
    resumes: 0,
    progress: {
      files: 10,
      total_files: 10,
      bytes: 100,
      clean: 3,
      ...counts,
      from_cache: 0,
      current_path: null,
      active_seconds: 1,
      files_per_second: 10,
      remaining_seconds: null,
      ...progress,
    },
    ...fields,
  };
}

describe('in the history a scan', () => {
  test('that was started says by whom', () => {
    expect(jobStarted(jobOf(), 'user eve')).toEqual({
      kind: 'job_started',
      actor: 'user eve',
      text: 'Scan 7 (custom) was started.',
      details: { job: 7, kind: 'custom', roots: ['/home'], schedule: null },
    });
    expect(jobStarted(jobOf({ schedule: 'daily 12:00 quick' }), 'policy').text).toBe(
      'Scan 7 (custom) was started by the schedule "daily 12:00 quick".',
    );
  });

  test('that has ended says what it found and what it could not see', () => {
    expect(jobEnded(jobOf(), 'system')).toEqual({
      kind: 'job_ended',
      actor: 'system',
      text: 'Scan 7 (custom) is done: 10 files, 2 threats; 5 files not or not wholly looked at.',
      details: { job: 7, kind: 'custom', state: 'done', files: 10, ...counts },
    });
    const whole = jobOf({}, { infected: 0, suspicious: 0, partial: 0, unscannable: 0 });
    expect(jobEnded(whole, 'system').text).toBe('Scan 7 (custom) is done: 10 files, no threats.');
  });

  test.each([
    [{ state: 'cancelled' }, 'was cancelled'],
    [{ state: 'failed', problem: 'the disk is gone' }, 'failed: the disk is gone'],
  ] as const)('that did not come to its end says so: %o', (fields, how) => {
    expect(jobEnded(jobOf(fields), 'user eve').text).toContain(`Scan 7 (custom) ${how}: 10 files`);
  });
});
