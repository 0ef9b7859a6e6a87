import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ScanJobs, type ScanJobsOptions } from '../../../../src/core/jobs/scan-jobs.ts';
import { silentLogger } from '../../../../src/core/logger.ts';
import { jobSchema, noProgress, type Job } from '../../../../src/shared/job.ts';
import { FakeJobStore, jobFrom, walks } from './job-surroundings.ts';

const ann = 'user ann';

function surroundings({ isStubborn = false, store = new FakeJobStore() } = {}) {
  const { all, run } = walks(isStubborn);
  const changes: Job[] = [];
  const notes: string[] = [];
  const options: ScanJobsOptions = {
    store,
    run,
    placesOf: (kind) => (kind === 'quick' ? ['/home'] : ['/']),
    onChange: (job) => changes.push(jobSchema.parse(job)),
    onStarted: (job, actor) => notes.push(`${job.id} started by ${actor}`),
    onEnded: (job, actor) => notes.push(`${job.id} ${job.state} by ${actor}`),
    logger: silentLogger,
  };
  const jobs = new ScanJobs(options);
  function custom(...roots: string[]): Job {
    return jobs.start({ kind: 'custom', roots, actor: ann });
  }
  /** The walk that was begun last. */
  function walk() {
    const last = all.at(-1);
    if (last === undefined) throw new Error('no walk has begun');
    return last;
  }
  function states(): Readonly<Record<number, string>> {
    return Object.fromEntries(jobs.list(100).map(({ id, state }) => [id, state]));
  }
  return { jobs, store, all, run, changes, notes, custom, walk, states, options };
}

function leftOver(id: number, state: Job['state'], change: Partial<Job> = {}): Job {
  const draft = { kind: 'custom', schedule: null, roots: [`/old/${id}`], createdAtMs: 1000 } as const;
  return { ...jobFrom(draft, id), state, ...change };
}

function refused(message: RegExp) {
  return expect.objectContaining({ code: 'CALL_REFUSED', message: expect.stringMatching(message) });
}

beforeEach(() =>
  vi.useFakeTimers({
    toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'Date', 'performance'],
  }),
);
afterEach(() => vi.useRealTimers());

describe('a scan job', () => {
  test('runs until every file has its verdict', async () => {
    const { jobs, store, walk, notes } = surroundings();
    const started = jobs.start({ kind: 'full', roots: [], schedule: '0 12 * * 1 full', actor: 'system' });
    expect(started).toMatchObject({ id: 1, state: 'running', roots: ['/'], ended_at: null });
    expect(walk().task).toMatchObject({ kind: 'full', roots: ['/'], scheduled: true, jobId: 1 });
    expect(walk().task.gate()).toBeUndefined();
    walk().task.onTotal(3);
    walk().file({ path: '/a', kind: 'infected', sizeBytes: 7 });
    walk().file({ path: '/b', cached: true });
    vi.advanceTimersByTime(2000);
    await walk().finish();
    const ended = jobs.get(1);
    expect(ended).toMatchObject({ state: 'done', problem: '', ended_at: Date.now() / 1000 });
    expect(ended.progress).toEqual({
      ...noProgress,
      files: 2,
      total_files: 2,
      bytes: 8,
      clean: 1,
      infected: 1,
      from_cache: 1,
      active_seconds: 2,
      files_per_second: 1,
    });
    expect(store.jobs.get(1)).toEqual(ended);
    expect(notes).toEqual(['1 started by system', '1 done by system']);
  });

  test('that fails says why, and what it had found', async () => {
    const { jobs, custom, walk, notes } = surroundings();
    custom('/srv');
    walk().file({ kind: 'infected' });
    await walk().fail(new Error('/srv went away'));
    expect(jobs.get(1)).toMatchObject({
      state: 'failed',
      problem: '/srv went away',
      progress: { infected: 1 },
    });
    expect(notes.at(-1)).toBe('1 failed by system');
  });

  test('never ends before it began, also when the clock is set back', async () => {
    const { jobs, custom, walk } = surroundings();
    const { created_at: createdAt } = custom('/srv');
    vi.setSystemTime(Date.now() - 24 * 3_600_000);
    vi.advanceTimersByTime(1000);
    await walk().finish();
    expect(jobs.get(1)).toMatchObject({ ended_at: createdAt, progress: { active_seconds: 1 } });
  });
});

describe('what is told', () => {
  test('is at most 4 changes a second while it runs, and a change of state at once', async () => {
    const { jobs, custom, walk, changes } = surroundings();
    custom('/srv');
    expect(changes).toMatchObject([{ state: 'running', progress: { files: 0 } }]);
    for (let step = 0; step < 1000; step += 1) {
      walk().file();
      vi.advanceTimersByTime(10);
    }
    expect(changes.length).toBeGreaterThan(30);
    expect(changes.length).toBeLessThanOrEqual(41);
    const told = changes.length;
    jobs.pause(1, ann);
    expect(changes.slice(told)).toMatchObject([{ state: 'paused', progress: { files: 1000 } }]);
    jobs.resume(1, ann);
    await walk().finish();
    expect(changes.slice(told + 1).map(({ state }) => state)).toEqual(['running', 'done']);
  });

  test('goes on once a second while one large file takes long, and stops while it rests', () => {
    const { jobs, custom, changes } = surroundings();
    custom('/srv');
    vi.advanceTimersByTime(10_000);
    expect(changes).toHaveLength(11);
    jobs.pause(1, ann);
    vi.advanceTimersByTime(60_000);
    expect(changes).toHaveLength(12);
  });

  test('is stored every 2 seconds at most, and with each change of state', async () => {
    const { jobs, custom, walk, store } = surroundings();
    custom('/srv');
    for (let step = 0; step < 100; step += 1) {
      walk().file();
      vi.advanceTimersByTime(100);
    }
    expect(store.saved.length).toBeGreaterThanOrEqual(5);
    expect(store.saved.length).toBeLessThanOrEqual(6);
    const saved = store.saved.length;
    jobs.pause(1, ann);
    expect(store.saved.slice(saved)).toMatchObject([{ state: 'paused', progress: { files: 100 } }]);
    jobs.cancel(1, ann);
    await nextTurn();
    expect(store.jobs.get(1)).toMatchObject({ state: 'cancelled' });
  });
});

describe('a person', () => {
  test('pauses a job: its walk rests until it is resumed, what is under way still counts', async () => {
    const { jobs, custom, walk, all } = surroundings();
    custom('/srv');
    expect(jobs.pause(1, ann)).toMatchObject({ id: 1, state: 'paused' });
    const rest = walk().task.gate();
    const passed = vi.fn<() => void>();
    void rest?.then(passed);
    walk().file({ kind: 'infected' });
    vi.advanceTimersByTime(60_000);
    await nextTurn();
    expect(passed).not.toHaveBeenCalled();
    expect(jobs.get(1).progress).toMatchObject({ infected: 1, active_seconds: 0 });
    expect(jobs.resume(1, ann)).toMatchObject({ state: 'running', resumes: 0 });
    await rest;
    expect(walk().task.gate()).toBeUndefined();
    expect(all).toHaveLength(1);
  });

  test('cancels a job: it ends at once, what is under way still counts, and then it has ended', async () => {
    const { jobs, custom, walk, notes } = surroundings({ isStubborn: true });
    custom('/srv');
    expect(jobs.cancel(1, ann)).toMatchObject({ state: 'cancelled', ended_at: Date.now() / 1000 });
    expect(walk().task.signal.aborted).toBe(true);
    walk().file({ kind: 'infected' });
    expect(notes).toEqual(['1 started by user ann']);
    await walk().finish();
    expect(notes.at(-1)).toBe('1 cancelled by user ann');
    expect(jobs.get(1)).toMatchObject({ state: 'cancelled', progress: { infected: 1, current_path: null } });
  });

  test('cancels a job at rest: its walk does not wait for the gate', async () => {
    const { jobs, custom, walk, states } = surroundings();
    custom('/srv');
    jobs.pause(1, ann);
    const rest = walk().task.gate();
    expect(rest).toBeInstanceOf(Promise);
    jobs.cancel(1, ann);
    await rest;
    await nextTurn();
    expect(states()).toEqual({ 1: 'cancelled' });
  });

  test('is refused, with the reason, what does not go with the state of a job', async () => {
    const { jobs, custom, walk } = surroundings();
    custom('/srv');
    expect(() => jobs.resume(1, ann)).toThrow(refused(/^Scan 1 is running already\.$/));
    jobs.pause(1, ann);
    expect(() => jobs.pause(1, ann)).toThrow(refused(/^Scan 1 is paused already\.$/));
    jobs.resume(1, ann);
    await walk().finish();
    const calls = [
      (id: number) => jobs.pause(id, ann),
      (id: number) => jobs.resume(id, ann),
      (id: number) => jobs.cancel(id, ann),
    ];
    for (const call of calls) expect(() => call(1)).toThrow(refused(/^Scan 1 has ended \(done\)\.$/));
    for (const call of [...calls, (id: number) => jobs.get(id)])
      expect(() => call(7)).toThrow(
        expect.objectContaining({
          code: 'NOT_FOUND',
          message: 'There is no scan 7; vedette jobs shows them.',
        }),
      );
    expect(jobs.find(7)).toBeNull();
  });

  test.each([
    [{ kind: 'custom', roots: [] }, 'BAD_USAGE', /at least one/],
    [{ kind: 'custom', roots: ['/srv', 'docs'] }, 'BAD_USAGE', /"docs" is not an absolute path/],
    [{ kind: 'custom', roots: ['/srv/\0'] }, 'BAD_USAGE', /not an absolute path/],
    [{ kind: 'quick', roots: ['/srv'] }, 'BAD_USAGE', /its own places/],
  ] as const)('starts nothing with %j', (request, code, message) => {
    const { jobs, store, all } = surroundings();
    expect(() => jobs.start({ ...request, actor: ann })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
    expect([all.length, store.jobs.size]).toEqual([0, 0]);
  });

  test('starts no scan that has nothing to look through', () => {
    const { options } = surroundings();
    const jobs = new ScanJobs({ ...options, placesOf: () => [] });
    expect(() => jobs.start({ kind: 'quick', roots: [], actor: ann })).toThrow(refused(/no folder/));
  });
});

describe('side by side', () => {
  test('the same scan is not started twice', () => {
    const { custom, jobs, all, notes } = surroundings();
    custom('/a', '/b');
    expect(custom('/b', '/a', '/b')).toMatchObject({ id: 1, state: 'running' });
    expect([all.length, notes.length]).toEqual([1, 1]);
    expect(custom('/a').id).toBe(2);
    jobs.pause(1, ann);
    expect(() => custom('/a', '/b')).toThrow(refused(/^The same scan is paused as scan 1/));
  });

  test('run two; a third is refused until there is room', async () => {
    const { jobs, custom, walk, states } = surroundings();
    custom('/a');
    jobs.start({ kind: 'quick', roots: [], actor: ann });
    expect(() => custom('/c')).toThrow(
      refused(/scan 1 \(custom\) and scan 2 \(quick\)\. Wait for one, pause it or cancel it\.$/),
    );
    jobs.pause(1, ann);
    custom('/c');
    expect(() => jobs.resume(1, ann)).toThrow(refused(/^Two scans run already/));
    await walk().finish();
    jobs.resume(1, ann);
    jobs.cancel(2, ann);
    custom('/d');
    await nextTurn();
    expect(states()).toEqual({ 1: 'running', 2: 'cancelled', 3: 'done', 4: 'running' });
  });

  test('not more than 20 are left unfinished', () => {
    const { jobs, custom } = surroundings();
    for (let index = 1; index <= 20; index += 1) {
      custom(`/${index}`);
      jobs.pause(index, ann);
    }
    expect(() => custom('/more')).toThrow(refused(/^There are 20 unfinished scans already/));
    jobs.cancel(20, ann);
    expect(custom('/more').id).toBe(21);
  });
});

describe('after a restart', () => {
  test('what ran goes on from the beginning, two at a time, and what was paused stays paused', async () => {
    const store = new FakeJobStore();
    const progress = { ...noProgress, files: 900, clean: 898, infected: 2, active_seconds: 60 };
    for (const job of [
      leftOver(1, 'done'),
      leftOver(2, 'interrupted', { resumes: 1, progress }),
      leftOver(3, 'paused'),
      leftOver(4, 'running'),
      leftOver(5, 'running'),
    ])
      store.jobs.set(job.id, job);
    const { jobs, all, states, notes } = surroundings({ store });
    jobs.resumeInterrupted();
    expect(all.map(({ task }) => task.roots)).toEqual([['/old/2'], ['/old/4']]);
    expect(states()).toEqual({ 1: 'done', 2: 'running', 3: 'paused', 4: 'running', 5: 'interrupted' });
    expect(jobs.get(2)).toMatchObject({
      resumes: 2,
      progress: { files: 2, clean: 0, infected: 2, active_seconds: 60 },
    });
    expect(() => jobs.resume(5, ann)).toThrow(refused(/goes on by itself as soon as there is room/));
    expect(() => jobs.resume(3, ann)).toThrow(refused(/^Two scans run already/));

    await all[0]?.finish();
    expect(states()).toMatchObject({ 2: 'done', 5: 'running' });
    await all[1]?.finish();
    expect(jobs.resume(3, ann)).toMatchObject({ state: 'running', resumes: 1 });
    expect(all.at(-1)?.task.roots).toEqual(['/old/3']);
    expect(notes).toEqual(['2 done by system', '4 done by system']);
  });

  test('a scan that waits to go on is not started a second time, and can be cancelled', () => {
    const store = new FakeJobStore();
    for (const id of [1, 2, 3]) store.jobs.set(id, leftOver(id, 'running'));
    const { jobs, custom, notes, all } = surroundings({ store });
    jobs.resumeInterrupted();
    expect(custom('/old/3')).toMatchObject({ id: 3, state: 'interrupted' });
    expect(jobs.cancel(3, ann)).toMatchObject({ id: 3, state: 'cancelled', ended_at: Date.now() / 1000 });
    expect(store.jobs.get(3)).toMatchObject({ state: 'cancelled' });
    expect(notes).toEqual(['3 cancelled by user ann']);
    expect(all).toHaveLength(2);
  });
});

describe('at the end', () => {
  test('what runs is interrupted and stored, what rests stays paused, and nothing more is started', async () => {
    const { jobs, store, custom, walk, all, notes } = surroundings();
    custom('/a');
    jobs.pause(1, ann);
    custom('/b');
    walk().file();
    await jobs[Symbol.asyncDispose]();
    expect(all.map(({ task }) => task.signal.aborted)).toEqual([true, true]);
    expect(store.jobs.get(1)).toMatchObject({ state: 'paused', ended_at: null });
    expect(store.jobs.get(2)).toMatchObject({ state: 'interrupted', ended_at: null, progress: { files: 1 } });
    expect(notes).toEqual(['1 started by user ann', '2 started by user ann']);
    for (const call of [() => custom('/c'), () => jobs.resume(1, ann)])
      expect(call).toThrow(expect.objectContaining({ code: 'SHUTTING_DOWN' }));
    expect(vi.getTimerCount()).toBe(0);
    const next = surroundings({ store });
    next.jobs.resumeInterrupted();
    expect(next.states()).toEqual({ 1: 'paused', 2: 'running' });
  });

  test('what waits for its turn waits for the next start', async () => {
    const store = new FakeJobStore();
    for (const id of [1, 2, 3]) store.jobs.set(id, leftOver(id, 'running'));
    const { jobs, all, states } = surroundings({ store });
    jobs.resumeInterrupted();
    await jobs[Symbol.asyncDispose]();
    expect(all).toHaveLength(2);
    expect(states()).toEqual({ 1: 'interrupted', 2: 'interrupted', 3: 'interrupted' });
  });

  test('a walk that does not end is given up after 3 seconds, and what it says later changes nothing', async () => {
    const { jobs, store, custom, walk, changes } = surroundings({ isStubborn: true });
    custom('/a');
    const ending = jobs[Symbol.asyncDispose]();
    await vi.advanceTimersByTimeAsync(3000);
    await ending;
    expect(store.jobs.get(1)).toMatchObject({ state: 'interrupted' });
    const told = changes.length;
    walk().file();
    await walk().fail(new Error('too late'));
    vi.advanceTimersByTime(5000);
    expect([changes.length, store.jobs.get(1)?.progress.files]).toEqual([told, 0]);
  });

  test('a cancelled job is waited for as well', async () => {
    const { jobs, custom, notes } = surroundings({ isStubborn: true });
    custom('/a');
    jobs.cancel(1, ann);
    await vi.advanceTimersByTimeAsync(1000);
    const ending = jobs[Symbol.asyncDispose]();
    expect(notes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2000);
    await ending;
    expect(notes.at(-1)).toBe('1 cancelled by user ann');
  });
});

describe('without a store', () => {
  test('a job runs all the same, under a number of its own', async () => {
    const { jobs, store, custom, walk, states } = surroundings();
    store.isBroken = true;
    const { id } = custom('/srv');
    expect(id).toBeGreaterThan(1_000_000_000);
    walk().file({ kind: 'infected' });
    jobs.pause(id, ann);
    jobs.resume(id, ann);
    await walk().finish();
    expect(jobs.get(id)).toMatchObject({ state: 'done', progress: { infected: 1 } });
    expect(states()).toEqual({ [id]: 'done' });
    expect(custom('/srv').id).toBe(id + 1);
  });

  test('a job that was stored goes on when it can no longer be saved', async () => {
    const { jobs, store, custom, walk, changes } = surroundings();
    const warn = vi.spyOn(silentLogger, 'warn');
    custom('/srv');
    store.isBroken = true;
    walk().file();
    vi.advanceTimersByTime(5000);
    await walk().finish();
    expect(changes.at(-1)).toMatchObject({ id: 1, state: 'done', progress: { files: 1 } });
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ job: 1 }), 'scan job was not saved');
    warn.mockRestore();
    expect(jobs.list(0)).toEqual([]);
  });

  test('a number that a new database gives for the second time is not taken', async () => {
    const { jobs, store, custom, all, states } = surroundings();
    custom('/a');
    store.jobs.clear();
    const { id } = custom('/b');
    expect(states()).toEqual({ 1: 'running', [id]: 'running' });
    await all[0]?.finish();
    expect(jobs.get(1)).toMatchObject({ state: 'done', roots: ['/a'] });
    expect(jobs.get(id)).toMatchObject({ state: 'running', roots: ['/b'] });
  });
});
