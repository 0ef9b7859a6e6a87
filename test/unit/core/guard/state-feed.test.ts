import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jobSchema } from '../../../../src/shared/job.ts';
import { noProgress } from '../../../../src/shared/job.ts';
import { appStateSchema } from '../../../../src/shared/app-state.ts';
import { pass, stateNow, StateScene } from './state-scene.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const job = jobSchema.parse({
  id: 1,
  kind: 'quick',
  schedule: null,
  roots: ['/home'],
  state: 'running',
  problem: '',
  created_at: 1,
  ended_at: null,
  resumes: 0,
  progress: noProgress,
});
const jobEvent = { kind: 'job', at: 1, job } as const;
const verdict = { kind: 'verdict', at: 1, origin: 'realtime', result: {}, latency_ms: null } as const;

describe('a page that follows the state', () => {
  test('gets a snapshot that is what the contract says, and then only what really changed', async () => {
    using scene = new StateScene();
    const page = scene.follow();
    expect(page.messages).toEqual([]);
    await pass(0);
    expect(page.messages).toEqual([{ kind: 'snapshot', state: stateNow() }]);
    expect(appStateSchema.safeParse(stateNow()).success).toBe(true);
    page.take();
    scene.feed.emit(jobEvent);
    await pass(1000);
    expect(page.take()).toEqual([]);
    scene.set({ jobs: [job] });
    scene.feed.emit(jobEvent);
    await pass(1000);
    expect(page.messages).toEqual([{ kind: 'slice', slice: 'jobs', value: [job] }]);
  });

  test('hears of a slice at most four times a second, whatever happens, and of the last value', async () => {
    using scene = new StateScene();
    const page = scene.follow();
    await pass(0);
    page.take();
    for (let number = 1; number <= 1000; number += 1) {
      scene.set({ findings: { open: number, latest: [] }, quarantine: { count: number, size_bytes: 1 } });
      scene.states.changed('findings');
      scene.states.changed('quarantine');
      await pass(1);
    }
    expect(page.take()).toEqual(Array.from({ length: 4 }, () => ['findings', 'quarantine']).flat());
    await pass(1000);
    expect(page.messages).toEqual([]);
    scene.set({ quarantine: { count: 7, size_bytes: 1 } });
    scene.states.changed('quarantine');
    await pass(250);
    expect(page.messages).toMatchObject([{ slice: 'quarantine', value: { count: 7 } }]);
  });

  test('hears of figures once a second and of the last minutes every five, without being told that they changed', async () => {
    using scene = new StateScene();
    const page = scene.follow();
    await pass(0);
    page.take();
    const { live } = scene.state;
    for (let at = 0; at < 100; at += 1) {
      scene.set({ live: { ...live, at }, recent: { points: [], scaling_events: scalingEvents(at) } });
      scene.states.changed('live');
      scene.states.changed('recent');
      await pass(100);
    }
    const heard = page.take();
    expect(heard.filter((slice) => slice === 'live')).toHaveLength(10);
    expect(heard.filter((slice) => slice === 'recent')).toHaveLength(2);
  });

  test('hears what an event of the feed moved', async () => {
    using scene = new StateScene();
    const page = scene.follow();
    await pass(0);
    page.take();
    const protection = { ...scene.state.protection, sentence: 'Paused.' };
    scene.set({ protection });
    scene.feed.emit({ kind: 'protection', at: 1, protection });
    await pass(250);
    expect(page.take()).toEqual(['protection']);
    expect(scene.questions.get('engines')).toBe(1);
    await pass(750);
    expect(scene.questions.get('engines')).toBe(2);
  });

  test('learns after a while also what nobody told', async () => {
    using scene = new StateScene();
    const page = scene.follow();
    await pass(0);
    page.take();
    scene.set({ settings: { revision: 1, problem: '' }, quarantine: { count: 1, size_bytes: 2 } });
    await pass(10_000);
    expect(page.take()).toEqual(['settings', 'quarantine']);
  });

  test('is not told of what always moves a little', async () => {
    using scene = new StateScene();
    const page = scene.follow();
    scene.set({ protection: protectionWith(1, 5.2 / 24) });
    await pass(0);
    page.take();
    scene.set({ protection: protectionWith(3, 5.9 / 24) });
    scene.states.changed('protection');
    await pass(1000);
    expect(page.take()).toEqual([]);
    scene.set({ protection: protectionWith(3, 6.1 / 24) });
    scene.states.changed('protection');
    await pass(1000);
    expect(page.take()).toEqual(['protection']);
  });

  test('that comes later gets what the first was told last, and both go on together', async () => {
    using scene = new StateScene();
    const first = scene.follow();
    await pass(0);
    const second = scene.follow();
    const asked = scene.asked();
    await pass(0);
    expect(second.messages).toEqual([{ kind: 'snapshot', state: stateNow() }]);
    expect(scene.asked()).toBe(asked);
    scene.set({ quarantine: { count: 1, size_bytes: 2 } });
    scene.states.changed('quarantine');
    await pass(250);
    expect([first.take(), second.take()]).toEqual([
      ['snapshot', 'quarantine'],
      ['snapshot', 'quarantine'],
    ]);
    first.end();
    first.end();
    scene.set({ quarantine: { count: 2, size_bytes: 2 } });
    scene.states.changed('quarantine');
    await pass(250);
    expect([first.take(), second.take()]).toEqual([[], ['quarantine']]);
  });

  test('that was away gets all of it anew', async () => {
    using scene = new StateScene();
    const before = scene.follow();
    await pass(0);
    before.end();
    scene.set({ quarantine: { count: 9, size_bytes: 2 } });
    scene.states.changed('quarantine');
    const page = scene.follow();
    await pass(0);
    expect(page.messages).toMatchObject([{ kind: 'snapshot', state: { quarantine: { count: 9 } } }]);
  });

  test('misses nothing that happens while its snapshot is made', async () => {
    using scene = new StateScene();
    const slow = Promise.withResolvers<void>();
    scene.holdups.set('engines', slow.promise);
    const page = scene.follow();
    await pass(0);
    scene.set({ quarantine: { count: 1, size_bytes: 2 } });
    scene.states.changed('quarantine');
    slow.resolve();
    await pass(250);
    expect(page.messages).toMatchObject([
      { kind: 'snapshot', state: { quarantine: { count: 0 } } },
      { slice: 'quarantine', value: { count: 1 } },
    ]);
  });

  test('misses nothing that happened before it came, while somebody else waited for a snapshot', async () => {
    using scene = new StateScene();
    const slow = Promise.withResolvers<void>();
    scene.holdups.set('engines', slow.promise);
    const snapshot = scene.states.snapshot();
    await pass(0);
    scene.set({ findings: { open: 1, latest: [] } });
    scene.states.changed('findings');
    const page = scene.follow();
    slow.resolve();
    await snapshot;
    await pass(250);
    expect(page.messages.at(-1)).toMatchObject({ slice: 'findings', value: { open: 1 } });
  });
});

describe('the state feed', () => {
  test('asks nothing and listens to nothing while nobody follows', async () => {
    using scene = new StateScene();
    scene.states.changed('jobs');
    await pass(60_000);
    expect([scene.asked(), scene.feed.isHeard]).toEqual([0, false]);
    const page = scene.follow();
    expect(scene.feed.isHeard).toBe(true);
    await pass(0);
    page.end();
    const asked = scene.asked();
    scene.feed.emit(jobEvent);
    await pass(60_000);
    expect([scene.asked(), scene.feed.isHeard, vi.getTimerCount()]).toEqual([asked, false, 0]);
  });

  test('has no verdict put together for it', async () => {
    using scene = new StateScene();
    const page = scene.follow();
    await pass(0);
    expect(scene.feed.hearsVerdicts).toBe(false);
    page.take();
    scene.feed.emit(verdict);
    await pass(500);
    expect(page.take()).toEqual([]);
  });

  test('leaves a listener that throws out, and the others unharmed', async () => {
    using scene = new StateScene();
    let calls = 0;
    scene.states.subscribe(() => {
      calls += 1;
      throw new Error('unlucky');
    });
    const page = scene.follow();
    await pass(0);
    scene.set({ quarantine: { count: 1, size_bytes: 2 } });
    scene.states.changed('quarantine');
    await pass(250);
    expect([calls, page.take(), scene.logged]).toEqual([
      1,
      ['snapshot', 'quarantine'],
      [{ cause: 'unlucky' }],
    ]);
  });

  test('keeps the value before where a source fails, with one line until it works again', async () => {
    using scene = new StateScene();
    const page = scene.follow();
    await pass(0);
    scene.failures.set('quarantine', new Error('no vault'));
    scene.set({ findings: { open: 3, latest: [] } });
    for (let round = 0; round < 3; round += 1) {
      scene.states.changed('quarantine');
      scene.states.changed('findings');
      await pass(250);
    }
    expect(scene.logged).toEqual([{ slice: 'quarantine', cause: 'no vault' }]);
    expect(page.take()).toEqual(['snapshot', 'findings']);
    expect(await scene.states.snapshot()).toMatchObject({ findings: { open: 3 }, quarantine: { count: 0 } });
    scene.failures.clear();
    scene.set({ quarantine: { count: 1, size_bytes: 2 } });
    scene.states.changed('quarantine');
    await pass(250);
    expect(page.take()).toEqual(['quarantine']);
    scene.failures.set('quarantine', new Error('no vault'));
    scene.states.changed('quarantine');
    await pass(250);
    expect(scene.logged).toHaveLength(2);
  });

  test('tries the first snapshot again while a source fails', async () => {
    using scene = new StateScene();
    scene.failures.set('jobs', new Error('locked'));
    const page = scene.follow();
    await pass(3000);
    expect(page.take()).toEqual([]);
    await expect(scene.states.snapshot()).rejects.toThrow('locked');
    scene.failures.clear();
    await pass(1000);
    expect(page.take()[0]).toBe('snapshot');
  });

  test('a source that hangs holds up its own slice only, and no snapshot for long', async () => {
    using scene = new StateScene();
    const page = scene.follow();
    await pass(0);
    page.take();
    const hanging = Promise.withResolvers<void>();
    scene.holdups.set('protection', hanging.promise);
    for (let round = 0; round < 5; round += 1) {
      scene.states.changed('protection');
      await pass(250);
    }
    scene.set({ quarantine: { count: 1, size_bytes: 2 } });
    scene.states.changed('quarantine');
    await pass(250);
    expect(page.take()).toEqual(['quarantine']);
    expect(scene.questions.get('protection')).toBe(2);
    const snapshot = scene.states.snapshot();
    await pass(10_000);
    expect(await snapshot).toMatchObject({ protection: { state: 'protected' } });
    page.end();
    const late = scene.states.snapshot().catch((error: unknown) => error);
    await pass(10_000);
    expect(await late).toMatchObject({ code: 'CALL_FAILED' });
    hanging.resolve();
  });

  test('shares one snapshot among those who ask at once', async () => {
    using scene = new StateScene();
    await Promise.all([scene.states.snapshot(), scene.states.snapshot(), scene.states.snapshot()]);
    expect(scene.questions.get('protection')).toBe(1);
  });

  test('is silent once it has ended', async () => {
    const scene = new StateScene();
    const page = scene.follow();
    scene[Symbol.dispose]();
    const late = scene.follow();
    await pass(5000);
    expect([page.take(), late.take(), vi.getTimerCount()]).toEqual([[], [], 0]);
  });
});

function scalingEvents(at: number) {
  return [
    {
      type: 'scale_up' as const,
      old_workers: 2,
      new_workers: 3,
      queue_depth: 1,
      cpu_percent: 1,
      memory_percent: 1,
      timestamp: at,
      reason: 'backlog',
    },
  ];
}

function protectionWith(loopDelayMs: number, ageDays: number) {
  return {
    state: 'protected' as const,
    sentence: 'Protected.',
    advice: [],
    evidence: {
      enabled: true,
      pause: null,
      engines: [],
      signature_age_days: ageDays,
      watcher: { state: 'running' as const, restarts: 0, loop_delay_ms: loopDelayMs, folders: [] },
      sweep: {
        state: 'idle' as const,
        cause: '',
        files: 0,
        started_at: null,
        ended_at: null,
        next_at: null,
      },
      backlog: 0,
      put_off: 0,
      lost_events: 0,
      open_findings: 0,
      brake: { on: false, reason: '' },
      problems: [],
    },
  };
}
