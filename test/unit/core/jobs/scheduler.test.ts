import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JobRequest } from '../../../../src/core/jobs/job-ports.ts';
import { Scheduler, type SchedulerSettings } from '../../../../src/core/jobs/scheduler.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { scheduleSchema, type Job, type JobState } from '../../../../src/shared/job.ts';
import { FakeJobStore, jobFrom } from './job-surroundings.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const noon = '0 12 * * * full';
const hourly = '0 * * * * quick';

type Kept = Pick<FakeJobStore, 'jobs' | 'scheduleRuns'>;

function surroundings({ store = new FakeJobStore() }: { store?: FakeJobStore } = {}) {
  const started: string[] = [];
  const problems: string[] = [];
  const refusal: { error: Error | null } = { error: null };
  function start({ kind, roots, schedule = null }: JobRequest): Job {
    if (refusal.error !== null) throw refusal.error;
    const job = jobFrom({ kind, roots, schedule, createdAtMs: Date.now() }, store.jobs.size + 1);
    store.jobs.set(job.id, job);
    started.push(`${new Date().toISOString().slice(0, 16)} ${kind}`);
    return job;
  }
  const scheduler = new Scheduler({
    start,
    job: (id) => store.get(id),
    store,
    onProblem: (text, problem) => problems.push(`${text}: ${problem}`),
    logger: silentLogger,
    timeZone: 'UTC',
  });
  /** Each job ends as soon as it can. */
  function endAll(state: JobState = 'done'): void {
    for (const [id, job] of store.jobs)
      if (job.state === 'running') store.jobs.set(id, { ...job, state, ended_at: Date.now() / 1000 });
  }
  function pass(durationMs: number): void {
    for (let passedMs = 0; passedMs < durationMs; passedMs += minuteMs) {
      vi.advanceTimersByTime(Math.min(minuteMs, durationMs - passedMs));
      endAll();
    }
  }
  function configure(texts: readonly string[], missedRuns: SchedulerSettings['missedRuns'] = 'run'): void {
    scheduler.configure({ texts, missedRuns });
  }
  function list() {
    return scheduler.list().map((schedule) => scheduleSchema.parse(schedule));
  }
  return { scheduler, store, started, problems, refusal, endAll, pass, configure, list };
}

/** What an earlier process left: the last run, and its job. */
function keptFrom(lastRun: string, job: Partial<Job> = {}): FakeJobStore {
  const store = new FakeJobStore();
  const lastRunAtMs = Date.parse(lastRun);
  const draft = { kind: 'full', schedule: noon, roots: [], createdAtMs: lastRunAtMs } as const;
  const kept: Kept = store;
  kept.jobs.set(1, { ...jobFrom(draft, 1), state: 'done', ended_at: lastRunAtMs / 1000 + 600, ...job });
  kept.scheduleRuns.set(noon, { lastRunAtMs, jobId: 1 });
  return store;
}

/** The clock on the wall is set: no time passes. */
function setClock(text: string): void {
  vi.setSystemTime(Date.parse(text));
}

function seconds(text: string): number {
  return Date.parse(text) / 1000;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  setClock('2026-06-01T09:00Z');
});
afterEach(() => vi.useRealTimers());

describe('a schedule', () => {
  test('starts its scan at its time, again and again', () => {
    const { configure, pass, started, list, store } = surroundings();
    configure([noon, '30 10 * * * "/srv/my files"']);
    expect(started).toEqual([]);
    expect(list()).toEqual([
      {
        text: noon,
        kind: 'full',
        roots: [],
        next_run_at: seconds('2026-06-01T12:00Z'),
        last_run_at: null,
        last_state: null,
        missed: 0,
      },
      expect.objectContaining({ roots: ['/srv/my files'], next_run_at: seconds('2026-06-01T10:30Z') }),
    ]);
    pass(2 * dayMs);
    expect(started).toEqual([
      '2026-06-01T10:30 custom',
      '2026-06-01T12:00 full',
      '2026-06-02T10:30 custom',
      '2026-06-02T12:00 full',
    ]);
    expect(list()[0]).toMatchObject({
      next_run_at: seconds('2026-06-03T12:00Z'),
      last_run_at: seconds('2026-06-02T12:00Z'),
      last_state: 'done',
    });
    expect(store.jobs.get(2)).toMatchObject({ schedule: noon, roots: [] });
    expect(store.scheduleRuns.get(noon)).toEqual({ lastRunAtMs: Date.parse('2026-06-02T12:00Z'), jobId: 4 });
  });

  test('that cannot be understood is told once and left out, and the others go on', () => {
    const { configure, pass, started, problems, list } = surroundings();
    configure(['0 25 * * * full', noon]);
    configure(['0 25 * * * full', noon]);
    pass(4 * hourMs);
    expect(started).toEqual(['2026-06-01T12:00 full']);
    expect(problems).toEqual([expect.stringMatching(/^0 25 \* \* \* full: .*hour: 25/)]);
    expect(list()).toHaveLength(1);
    configure([noon]);
    configure(['0 25 * * * full', noon]);
    expect(problems).toHaveLength(2);
  });

  test('comes and goes with the settings, at once', () => {
    const { configure, pass, started } = surroundings();
    configure([noon]);
    pass(hourMs);
    configure(['30 11 * * * quick', noon]);
    pass(hourMs + 45 * minuteMs);
    configure(['30 11 * * * quick']);
    pass(dayMs);
    expect(started).toEqual(['2026-06-01T11:30 quick', '2026-06-02T11:30 quick']);
  });

  test('that was taken out and put back has missed nothing', () => {
    const { configure, pass, started, list } = surroundings();
    configure([noon]);
    pass(4 * hourMs);
    configure([]);
    pass(3 * dayMs);
    configure([noon]);
    expect(started).toHaveLength(1);
    expect(list()[0]).toMatchObject({ last_run_at: seconds('2026-06-01T12:00Z'), missed: 0 });
  });

  test('is not started again while its last scan runs or is paused, and then at its next time', () => {
    const { configure, started, store, endAll, list } = surroundings();
    configure([hourly]);
    vi.advanceTimersByTime(3 * hourMs);
    expect(started).toEqual(['2026-06-01T10:00 quick']);
    endAll('paused');
    vi.advanceTimersByTime(hourMs);
    expect(list()[0]).toMatchObject({ last_state: 'paused', missed: 0 });
    for (const [id, job] of store.jobs) store.jobs.set(id, { ...job, state: 'done' });
    vi.advanceTimersByTime(30 * minuteMs);
    expect(started).toHaveLength(1);
    vi.advanceTimersByTime(30 * minuteMs);
    expect(started.slice(1)).toEqual(['2026-06-01T14:00 quick']);
  });

  test('whose scan is refused waits for its turn, and starts once when it comes', () => {
    const { scheduler, configure, started, refusal, list, endAll } = surroundings();
    configure([hourly]);
    refusal.error = new AppError('CALL_REFUSED', 'Two scans run already.');
    vi.advanceTimersByTime(2 * hourMs + 10 * minuteMs);
    expect(list()[0]).toMatchObject({ next_run_at: seconds('2026-06-01T10:00Z'), last_run_at: null });
    refusal.error = null;
    scheduler.jobEnded();
    expect(started).toEqual(['2026-06-01T11:10 quick']);
    endAll();
    refusal.error = new AppError('CALL_REFUSED', 'Two scans run already.');
    vi.advanceTimersByTime(hourMs);
    refusal.error = null;
    // Also when nobody says that a job has ended.
    vi.advanceTimersByTime(30_000);
    expect(started.slice(1)).toEqual(['2026-06-01T12:10 quick']);
  });

  test('whose scan cannot be started is said, tried again at its next time, and stops no other', () => {
    const { configure, started, refusal } = surroundings();
    const error = vi.spyOn(silentLogger, 'error');
    configure([hourly, noon]);
    refusal.error = new Error('bug');
    vi.advanceTimersByTime(3 * hourMs + minuteMs);
    // 10, 11 and 12 o'clock, and noon.
    expect(error).toHaveBeenCalledTimes(4);
    expect(error).toHaveBeenCalledWith({ schedule: noon, error: 'bug' }, 'schedule could not be looked at');
    error.mockRestore();
    refusal.error = null;
    vi.advanceTimersByTime(hourMs);
    expect(started).toEqual(['2026-06-01T13:00 quick']);
  });

  test('ends with the scheduler', () => {
    const { scheduler, configure, pass, started } = surroundings();
    configure([hourly]);
    scheduler[Symbol.dispose]();
    configure([noon]);
    scheduler.jobEnded();
    pass(dayMs);
    expect([started, vi.getTimerCount()]).toEqual([[], 0]);
  });
});

describe('runs that were missed while Vedette was off', () => {
  test('are made up for by one at the start', () => {
    const { configure, started, list, pass } = surroundings({ store: keptFrom('2026-05-27T12:00Z') });
    configure([noon]);
    expect(started).toEqual(['2026-06-01T09:00 full']);
    expect(list()[0]).toMatchObject({ missed: 0, last_run_at: seconds('2026-06-01T09:00Z') });
    pass(4 * hourMs);
    expect(started.slice(1)).toEqual(['2026-06-01T12:00 full']);
  });

  test('are counted and left out where they are to be skipped', () => {
    const { configure, started, list, pass } = surroundings({ store: keptFrom('2026-05-27T12:00Z') });
    configure([noon], 'skip');
    expect(started).toEqual([]);
    expect(list()[0]).toMatchObject({ missed: 4, last_run_at: seconds('2026-05-27T12:00Z') });
    pass(4 * hourMs);
    expect(started).toEqual(['2026-06-01T12:00 full']);
    expect(list()[0]).toMatchObject({ missed: 0 });
  });

  test('are counted to a thousand, and made up for by one all the same', () => {
    const store = new FakeJobStore();
    const text = '* * * * * quick';
    store.scheduleRuns.set(text, { lastRunAtMs: Date.parse('2026-01-01T00:00Z'), jobId: null });
    const { configure, started, list, refusal } = surroundings({ store });
    refusal.error = new AppError('CALL_REFUSED', 'Two scans run already.');
    setClock('2026-06-01T09:00:30Z');
    configure([text], 'skip');
    expect(list()[0]?.missed).toBe(999);
    refusal.error = null;
    vi.advanceTimersByTime(30_000);
    expect(started).toEqual(['2026-06-01T09:01 quick']);
  });

  test('since the schedule was first seen are known also when it never ran', () => {
    const before = surroundings();
    before.configure([noon]);
    before.scheduler[Symbol.dispose]();
    setClock('2026-06-02T09:00Z');
    const after = surroundings({ store: before.store });
    expect(after.list()).toEqual([]);
    after.configure([noon]);
    expect(after.started).toEqual(['2026-06-02T09:00 full']);
  });

  test.each([
    ['ended after them', { ended_at: Date.parse('2026-06-01T08:00Z') / 1000 }],
    ['is under way again', { state: 'running', ended_at: null }],
    ['is paused', { state: 'paused', ended_at: null }],
  ] as const)('are none where the last scan %s', (_, job) => {
    const { configure, started, list } = surroundings({ store: keptFrom('2026-05-27T12:00Z', job) });
    configure([noon]);
    expect(started).toEqual([]);
    expect(list()[0]).toMatchObject({ missed: 0, next_run_at: seconds('2026-06-01T12:00Z') });
  });

  test('are not lost when Vedette ends before their turn has come', () => {
    const store = keptFrom('2026-05-27T12:00Z');
    const before = surroundings({ store });
    const error = vi.spyOn(silentLogger, 'error');
    before.refusal.error = new AppError('SHUTTING_DOWN', 'Vedette is stopping.');
    before.configure([noon]);
    before.scheduler[Symbol.dispose]();
    expect(error).not.toHaveBeenCalled();
    error.mockRestore();
    const after = surroundings({ store });
    after.configure([noon]);
    expect(after.started).toHaveLength(1);
  });
});

describe('the clock', () => {
  test.each([
    ['run', ['2026-06-01T18:00 full', '2026-06-02T12:00 full']],
    ['skip', ['2026-06-02T12:00 full']],
  ] as const)('stood still while the machine slept past a run: %s', (missedRuns, expected) => {
    const { configure, pass, started } = surroundings();
    configure([noon], missedRuns);
    setClock('2026-06-01T18:00Z');
    pass(dayMs);
    expect(started).toEqual(expected);
  });

  test('woke up within a minute of a run: it is on time', () => {
    const { configure, pass, started, list } = surroundings();
    configure([hourly], 'skip');
    setClock('2026-06-01T12:00:20Z');
    pass(minuteMs);
    expect(started).toEqual(['2026-06-01T12:00 quick']);
    expect(list()[0]).toMatchObject({ missed: 0, next_run_at: seconds('2026-06-01T13:00Z') });
  });

  test('jumps a day ahead: the run in between comes once, the next at its time', () => {
    const { configure, pass, started } = surroundings();
    configure([noon]);
    setClock('2026-06-02T09:00Z');
    pass(dayMs);
    expect(started).toEqual(['2026-06-02T09:00 full', '2026-06-02T12:00 full']);
  });

  test('jumps a day ahead and back: no run is lost and none comes twice', () => {
    const { configure, pass, started } = surroundings();
    configure([noon, hourly]);
    setClock('2026-06-02T09:00Z');
    pass(minuteMs);
    expect(started).toEqual(['2026-06-02T09:00 full', '2026-06-02T09:00 quick']);
    setClock('2026-06-01T09:02Z');
    pass(dayMs + 4 * hourMs);
    const later = started.slice(2);
    expect(later.filter((each) => each.endsWith('full'))).toEqual(['2026-06-02T12:00 full']);
    expect(later.filter((each) => each.endsWith('quick')).slice(0, 2)).toEqual([
      '2026-06-01T11:00 quick',
      '2026-06-01T12:00 quick',
    ]);
    expect(later.filter((each) => each.endsWith('quick'))).toHaveLength(27);
  });

  test('jumps a day back: what has run does not run again', () => {
    const { configure, pass, started, list } = surroundings();
    configure([noon]);
    pass(4 * hourMs);
    setClock('2026-05-31T09:00Z');
    pass(minuteMs);
    expect(list()[0]).toMatchObject({ next_run_at: seconds('2026-06-02T12:00Z') });
    pass(2 * dayMs + 4 * hourMs);
    expect(started).toEqual(['2026-06-01T12:00 full', '2026-06-02T12:00 full']);
  });

  test('is put right by seconds just after a run: it does not run again', () => {
    const { configure, pass, started } = surroundings();
    configure([noon]);
    pass(3 * hourMs);
    expect(started).toHaveLength(1);
    setClock('2026-06-01T11:59:50Z');
    pass(hourMs);
    expect(started).toHaveLength(1);
  });

  test('was a year ahead when a run was recorded: the next comes as if it had not been', () => {
    const { configure, started, pass, list } = surroundings({ store: keptFrom('2027-06-01T12:00Z') });
    configure([noon]);
    expect(list()[0]).toMatchObject({ next_run_at: seconds('2026-06-01T12:00Z'), missed: 0 });
    pass(4 * hourMs);
    expect(started).toEqual(['2026-06-01T12:00 full']);
  });
});

test('a run in an hour that summer time skips comes once, and once in one that comes twice', () => {
  const store = new FakeJobStore();
  const started: string[] = [];
  for (const day of ['2026-03-28T20:00Z', '2026-10-24T20:00Z']) {
    setClock(day);
    using scheduler = new Scheduler({
      start(request) {
        started.push(new Date().toISOString().slice(0, 16));
        return { ...jobFrom({ ...request, schedule: null, createdAtMs: 0 }, started.length), state: 'done' };
      },
      job: () => null,
      store,
      onProblem: () => {},
      logger: silentLogger,
      timeZone: 'Europe/Berlin',
    });
    scheduler.configure({ texts: [`30 2 * * * /srv/${day}`], missedRuns: 'skip' });
    vi.advanceTimersByTime(20 * hourMs);
  }
  expect(started).toEqual(['2026-03-29T01:00', '2026-10-25T00:30']);
});
