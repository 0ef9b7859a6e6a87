import { describe, expect, test } from 'vitest';
import { FindingStore } from '../../../../src/core/store/finding-store.ts';
import { JobStore } from '../../../../src/core/store/job-store.ts';
import { jobStateSchema, type Job } from '../../../../src/shared/job.ts';
import { draftFor, historyFile, StubbornSlot } from '../../../helpers/history-file.ts';
import { plansOf } from '../../../helpers/query-plans.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const draft = {
  kind: 'custom',
  schedule: null,
  roots: ['/home/caf\uDCE9', '/srv'],
  createdAtMs: 1_700_000_000_250,
} as const;

function inserted(store: JobStore): Job {
  const job = store.insert(draft);
  if (job === null) throw new Error('not inserted');
  return job;
}

describe('jobs', () => {
  test('begin running, with nothing done', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new JobStore(file);
    const job = inserted(store);
    expect(job).toEqual({
      id: 1,
      kind: 'custom',
      schedule: null,
      roots: ['/home/caf\uDCE9', '/srv'],
      state: 'running',
      problem: '',
      created_at: 1_700_000_000.25,
      ended_at: null,
      resumes: 0,
      progress: expect.objectContaining({
        files: 0,
        total_files: null,
        current_path: null,
        active_seconds: 0,
      }),
    });
    expect(store.get(1)).toEqual(job);
    expect(store.get(2)).toBeNull();
  });

  test('are read as they were last saved, also before that is written', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new JobStore(file);
    const job = inserted(store);
    const progress = {
      ...job.progress,
      files: 12,
      current_path: '/home/caf\uDCE9/x',
      remaining_seconds: 1.5,
    };
    const saved: Job = {
      ...job,
      state: 'failed',
      problem: 'no room',
      ended_at: 1_700_000_009.125,
      resumes: 2,
      progress,
    };
    store.save({ ...saved, state: 'paused' });
    store.save(saved);
    expect(store.get(1)).toEqual(saved);
    store.save({ ...saved, resumes: 3 });
    expect(store.list(5)).toEqual([{ ...saved, resumes: 3 }]);
  });

  test('are saved whole into a database that was begun anew', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new JobStore(file);
    const job = { ...inserted(store), id: 40, schedule: 'daily 03:00' };
    store.save(job);
    expect(store.get(40)).toEqual(job);
    expect(inserted(store).id).toBe(41);
  });

  test('that have not ended are found again, oldest first', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new JobStore(file);
    for (const state of jobStateSchema.options) store.save({ ...inserted(store), state });
    expect(store.unfinished().map(({ state }) => state)).toEqual(['running', 'paused', 'interrupted']);
    expect(store.list(2).map(({ id }) => id)).toEqual([6, 5]);
  });

  test('beyond those kept go, oldest first, with their links to findings; unfinished ones stay', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new JobStore(file, { jobsKept: 2 });
    const findings = new FindingStore(file);
    store.save({ ...inserted(store), state: 'interrupted' });
    for (const id of [2, 3, 4]) {
      store.save({ ...inserted(store), state: 'done' });
      findings.record(draftFor(id, { jobId: id }));
    }
    findings.record(draftFor(1, { jobId: 1 }));
    inserted(store);
    expect(store.list(9).map(({ id }) => id)).toEqual([5, 4, 1]);
    const linked = file.read(
      (db) => db.prepare('SELECT job_id FROM finding_jobs ORDER BY job_id').pluck().all(),
      [],
    );
    expect(linked).toEqual([1, 4]);
  });

  test('are not begun while the database takes nothing', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const slot = new StubbornSlot(file);
    slot.takesNothing = true;
    expect(new JobStore(slot).insert(draft)).toBeNull();
  });

  test('that nobody wrote like this are left out', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new JobStore(file);
    inserted(store);
    inserted(store);
    file.writeNow((db) => db.exec(`UPDATE jobs SET progress = '{}' WHERE id = 1`), null);
    expect(store.list(9).map(({ id }) => id)).toEqual([2]);
  });

  test('are found along an index', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const plans = [
      ...plansOf(file, (slot) => {
        const store = new JobStore(slot, { jobsKept: 1 });
        inserted(store);
        inserted(store);
        store.unfinished();
        store.recordScheduleRun('daily', 1, null);
      }),
    ];
    const unbounded = plans.filter(([sql, plan]) => /SCAN jobs$/m.test(plan) && !sql.includes('LIMIT'));
    expect(plans.length).toBeGreaterThan(9);
    expect(unbounded).toEqual([]);
    expect(plans.filter(([, plan]) => plan.includes('TEMP B-TREE'))).toEqual([]);
    expect(plans.find(([sql]) => sql.includes('ORDER BY id') && sql.includes("'paused'"))?.[1]).toContain(
      'INDEX jobs_unfinished',
    );
  });
});

describe('runs of schedules', () => {
  test('are known by the text of the schedule, the last of each', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new JobStore(file);
    expect(store.scheduleRun('daily 03:00')).toBeNull();
    store.recordScheduleRun('daily 03:00', 1000, 4);
    store.recordScheduleRun('weekly', 1500, 5);
    store.recordScheduleRun('daily 03:00', 2000, null);
    expect(store.scheduleRun('daily 03:00')).toEqual({ lastRunAtMs: 2000, jobId: null });
    expect(new JobStore(file).scheduleRun('weekly')).toEqual({ lastRunAtMs: 1500, jobId: 5 });
  });

  test('of schedules that are gone do not add up', () => {
    using folder = temporaryFolder();
    using file = historyFile(folder.path);
    const store = new JobStore(file);
    for (let number = 0; number <= 1000; number += 1)
      store.recordScheduleRun(`schedule ${number}`, number, null);
    expect(store.scheduleRun('schedule 0')).toBeNull();
    expect(store.scheduleRun('schedule 1')).not.toBeNull();
  });
});
