import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../../src/core/logger.ts';
import {
  WatchSupervisor,
  type WatcherState,
  type WatchSupervisorListener,
} from '../../../../src/core/watch/watch-supervisor.ts';
import type { OfferedFile, StartWatcherProcess } from '../../../../src/core/watch/watch-protocol.ts';
import { FakeWatcher, rootIs, watchOf } from './fake-watcher.ts';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'],
    now: 1_000_000,
  });
});
afterEach(() => {
  vi.useRealTimers();
});

class Heard implements WatchSupervisorListener {
  readonly offered: OfferedFile[] = [];
  readonly doubts: (readonly [string | null, string])[] = [];
  readonly restarts: string[] = [];
  readonly healths: WatcherState[] = [];

  files(files: readonly OfferedFile[]): void {
    this.offered.push(...files);
  }

  doubt(root: string | null, cause: string): void {
    this.doubts.push([root, cause]);
  }

  health(health: WatcherState): void {
    this.healths.push(health);
  }

  restarted(cause: string): void {
    this.restarts.push(cause);
  }
}

function supervise(start?: StartWatcherProcess) {
  const workers: FakeWatcher[] = [];
  const heard = new Heard();
  const warn = vi.fn<() => void>();
  function makeWorker(): FakeWatcher {
    const made = new FakeWatcher();
    workers.push(made);
    return made;
  }
  const supervisor = new WatchSupervisor({
    startProcess: start ?? makeWorker,
    settings: watchOf('/a'),
    listener: heard,
    logger: { ...silentLogger, warn },
  });
  function worker(index: number): FakeWatcher {
    const found = workers[index];
    if (found === undefined) throw new RangeError(`no worker ${index}`);
    return found;
  }
  return { supervisor, workers, worker, heard, warn };
}

function superviseRunning() {
  const made = supervise();
  made.worker(0).report([rootIs('/a', 'watching')]);
  return made;
}

/** Time passes while the worker says once a second that it lives. */
function liveOn(worker: FakeWatcher, seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    vi.advanceTimersByTime(1000);
    worker.sayAlive();
  }
}

/** A worker that ends as soon as it is started, for this long. */
function failFor(workers: readonly FakeWatcher[], milliseconds: number): number[] {
  const startedAtMs: number[] = [];
  let seen = workers.length;
  for (let passedMs = 0; passedMs < milliseconds; passedMs += 50) {
    vi.advanceTimersByTime(50);
    for (const worker of workers.slice(seen)) {
      startedAtMs.push(passedMs + 50);
      worker.end('ended with code 3: no such module');
    }
    seen = workers.length;
  }
  return startedAtMs;
}

describe('a watch worker', () => {
  test('is told what to watch, and is starting until no root is', () => {
    const { supervisor, worker } = supervise();
    expect(worker(0).sent).toEqual([{ kind: 'watch', settings: watchOf('/a') }]);
    expect(supervisor.health).toEqual({
      state: 'starting',
      restarts: 0,
      loopDelayMs: 0,
      unsettled: 0,
      roots: [{ ...rootIs('/a', 'starting', 'It is being started.'), folders: 0, sinceMs: 1_000_000 }],
    });
    worker(0).report([rootIs('/a', 'starting')]);
    expect(supervisor.health.state).toBe('starting');
    worker(0).report([]);
    expect(supervisor.health.state).toBe('starting');
    worker(0).report([rootIs('/a', 'gone', 'it is not there')]);
    expect(supervisor.health).toMatchObject({
      state: 'running',
      roots: [rootIs('/a', 'gone', 'it is not there')],
    });
  });

  test('has its files and doubts handed on', () => {
    const { worker, heard } = superviseRunning();
    const file = { path: '/a/b', root: '/a', eventAtMs: 1, settled: true };
    worker(0).say({ kind: 'files', files: [file] });
    worker(0).say({ kind: 'doubt', root: '/a', cause: 'the loop was blocked' });
    expect([heard.offered, heard.doubts]).toEqual([[file], [['/a', 'the loop was blocked']]]);
  });

  test('is told new settings, and so is the one after it; roots that are no longer wanted are not shown', () => {
    const { supervisor, worker } = superviseRunning();
    supervisor.configure(watchOf('/b'));
    expect(worker(0).sent.at(-1)).toEqual({ kind: 'watch', settings: watchOf('/b') });
    expect(supervisor.health.roots.map(({ path, state }) => [path, state])).toEqual([['/b', 'starting']]);
    worker(0).end();
    vi.advanceTimersByTime(250);
    expect(worker(1).sent).toEqual([{ kind: 'watch', settings: watchOf('/b') }]);
  });

  test('may be silent for a minute while it starts, and no longer', () => {
    const { worker } = supervise();
    vi.advanceTimersByTime(59_500);
    expect(worker(0).killed).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(worker(0).killed).toBe(true);
  });

  test('that watches is killed after ten seconds of silence; one that says it lives is not', () => {
    const { worker, heard } = superviseRunning();
    liveOn(worker(0), 120);
    expect(worker(0).killed).toBe(false);
    vi.advanceTimersByTime(10_000);
    expect(worker(0).killed).toBe(false);
    vi.advanceTimersByTime(500);
    expect(worker(0).killed).toBe(true);
    worker(0).end('ended by SIGKILL');
    vi.advanceTimersByTime(250);
    // Not that a signal ended it, but why it was sent.
    expect(heard.restarts).toEqual(['it said nothing for 11 s']);
  });

  test('is not blamed for a silence in which we did not listen', () => {
    let nowMs = 0;
    const worker = new FakeWatcher();
    const supervisor = new WatchSupervisor({
      startProcess: () => worker,
      settings: watchOf('/a'),
      listener: new Heard(),
      logger: silentLogger,
      now: () => nowMs,
    });
    worker.report([rootIs('/a', 'watching')]);
    // Our own loop stood for 30 seconds: one check comes, and it comes late.
    nowMs += 30_000;
    vi.advanceTimersByTime(500);
    expect(worker.killed).toBe(false);
    // From then on it is its own silence again.
    for (let check = 0; check < 21; check += 1) {
      nowMs += 500;
      vi.advanceTimersByTime(500);
    }
    expect(worker.killed).toBe(true);
    expect(supervisor.health.state).toBe('running');
  });

  test.each([null, 'text', { kind: 'hello' }, { kind: 'alive' }])('that says %j is ended', (message) => {
    const { worker, heard } = superviseRunning();
    worker(0).say(message);
    expect(worker(0).killed).toBe(true);
    worker(0).say({ kind: 'doubt', root: null, cause: 'it is not believed any more' });
    worker(0).end();
    vi.advanceTimersByTime(250);
    expect([heard.restarts, heard.doubts]).toEqual([['it sent what is no message'], []]);
  });
});

describe('a lost worker', () => {
  test('is replaced, and once the new one watches, events are in doubt', () => {
    const { supervisor, worker, heard } = superviseRunning();
    worker(0).sayAlive({ unsettled: 9 });
    worker(0).end('ended by SIGSEGV: something\n  went wrong');
    expect(supervisor.health).toEqual({
      state: 'restarting',
      restarts: 0,
      loopDelayMs: 0,
      unsettled: 0,
      roots: [
        {
          ...rootIs('/a', 'starting'),
          cause: 'The watcher is being started again: ended by SIGSEGV: something went wrong.',
          folders: 0,
          sinceMs: 1_000_000,
        },
      ],
    });
    vi.advanceTimersByTime(249);
    expect(() => worker(1)).toThrow(RangeError);
    vi.advanceTimersByTime(1);
    worker(1).report([rootIs('/a', 'starting')]);
    expect([supervisor.health.state, heard.doubts]).toEqual(['restarting', []]);
    worker(1).report([rootIs('/a', 'watching')]);
    expect(heard.doubts).toEqual([
      [null, 'the watcher was started again: ended by SIGSEGV: something went wrong'],
    ]);
    expect(heard.healths.at(-1)).toEqual(supervisor.health);
    expect(supervisor.health).toMatchObject({ state: 'running', restarts: 1 });
    // All is well: nothing more is in doubt.
    liveOn(worker(1), 20);
    expect(heard.doubts).toHaveLength(1);
  });

  test('that ended with code 0 without being asked to is replaced all the same', () => {
    const { worker, heard } = superviseRunning();
    worker(0).end('ended with code 0');
    vi.advanceTimersByTime(250);
    expect(heard.restarts).toEqual(['ended with code 0']);
    expect(worker(1).killed).toBe(false);
  });

  test('puts events in doubt after ten seconds when no other one watches by then, and again when one does', () => {
    const { supervisor, worker, heard } = superviseRunning();
    worker(0).end('ended with code 1');
    liveOn(worker(0), 9);
    expect(heard.doubts).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(heard.doubts).toEqual([[null, 'nothing is watched at the moment: ended with code 1']]);
    expect(heard.healths.at(-1)?.roots).toMatchObject([
      { state: 'degraded', cause: 'The watcher cannot be started again: ended with code 1.' },
    ]);
    worker(1).report([rootIs('/a', 'watching')]);
    expect(supervisor.health).toMatchObject({
      state: 'running',
      roots: [{ state: 'watching', cause: '' }],
    });
    expect(heard.doubts).toHaveLength(2);
  });

  test('is waited for longer each time, up to half a minute, and never given up; it is told once', () => {
    const { workers, worker, supervisor, heard, warn } = superviseRunning();
    worker(0).end('ended with code 3');
    const startedAtMs = failFor(workers, 300_000);
    const waits = startedAtMs.map((atMs, index) => atMs - (startedAtMs[index - 1] ?? 0));
    expect(waits.slice(0, 10)).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(startedAtMs.length).toBeGreaterThan(14);
    expect(supervisor.health).toMatchObject({ state: 'restarting', restarts: startedAtMs.length });
    expect([heard.restarts, warn.mock.calls.length]).toEqual([['ended with code 3'], 1]);
    expect(supervisor.health.roots[0]?.cause).toContain('no such module');
  });

  test('is waited for as shortly as the first after a minute of health, and not before', () => {
    const { workers, worker } = superviseRunning();
    worker(0).end();
    failFor(workers, 5000);
    function current(): FakeWatcher {
      return worker(workers.length - 1);
    }
    vi.advanceTimersByTime(30_000);
    current().report([rootIs('/a', 'watching')]);
    liveOn(current(), 50);
    current().end();
    const before = workers.length;
    vi.advanceTimersByTime(7000);
    expect(workers).toHaveLength(before);
    vi.advanceTimersByTime(23_000);
    current().report([rootIs('/a', 'watching')]);
    liveOn(current(), 61);
    current().end();
    vi.advanceTimersByTime(250);
    expect(workers).toHaveLength(before + 2);
  });

  test('whose process cannot even be started is tried again', async () => {
    const worker = new FakeWatcher();
    const start = vi.fn<StartWatcherProcess>(() => worker);
    start.mockImplementationOnce(() => {
      throw new Error('spawn EAGAIN');
    });
    const { supervisor, heard } = supervise(start);
    await Promise.resolve();
    expect(supervisor.health.roots).toMatchObject([
      { cause: 'The watcher is being started again: spawn EAGAIN.' },
    ]);
    vi.advanceTimersByTime(250);
    worker.report([rootIs('/a', 'watching')]);
    expect(supervisor.health).toMatchObject({ state: 'running', restarts: 1 });
    expect(heard.restarts).toEqual(['spawn EAGAIN']);
  });

  test('that does not die is left behind; with three of them nothing more is started until one is gone', async () => {
    const { workers, worker } = supervise();
    for (let index = 0; index < 3; index += 1) {
      worker(index).say('nonsense');
      // It has five seconds to die, and the next one is waited for.
      vi.advanceTimersByTime(5000 + 250 * 2 ** index);
    }
    expect(workers).toHaveLength(3);
    vi.advanceTimersByTime(300_000);
    expect(workers).toHaveLength(3);
    worker(1).end();
    await Promise.resolve();
    vi.advanceTimersByTime(30_000);
    expect(workers).toHaveLength(4);
    // What one of them still says counts no more.
    worker(0).report([rootIs('/a', 'watching')]);
    expect(worker(3).sent).toHaveLength(1);
  });
});

describe('figures of the worker', () => {
  test('are told when they change; the longest delay is that of the last minute', () => {
    const { supervisor, worker, heard } = superviseRunning();
    const before = heard.healths.length;
    worker(0).sayAlive({ loopDelayMs: 700, unsettled: 2 });
    worker(0).sayAlive({ loopDelayMs: 20, unsettled: 2 });
    expect(heard.healths.slice(before).map(({ loopDelayMs, unsettled }) => [loopDelayMs, unsettled])).toEqual(
      [[700, 2]],
    );
    liveOn(worker(0), 59);
    expect(supervisor.health.loopDelayMs).toBe(700);
    liveOn(worker(0), 2);
    expect(supervisor.health.loopDelayMs).toBe(0);
    expect(heard.healths.at(-1)).toMatchObject({ loopDelayMs: 0, unsettled: 0 });
  });
});

describe('the end', () => {
  test('of a worker that stops when it is asked to is waited for, and is no loss', async () => {
    const { supervisor, worker, workers, heard } = superviseRunning();
    const ended = supervisor[Symbol.asyncDispose]();
    expect(worker(0).sent.at(-1)).toEqual({ kind: 'stop' });
    worker(0).end('ended with code 0');
    await ended;
    vi.advanceTimersByTime(60_000);
    expect(workers).toHaveLength(1);
    expect([worker(0).killed, heard.restarts, heard.doubts]).toEqual([false, [], []]);
    const roots = [{ path: '/a', state: 'degraded', cause: 'Watching was stopped.' }];
    expect(heard.healths.at(-1)).toMatchObject({ state: 'off', roots });
    expect(supervisor.health.state).toBe('off');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('of a worker that does not stop comes after three seconds', async () => {
    const { supervisor, worker } = superviseRunning();
    worker(0).onKill = () => worker(0).end();
    const ended = supervisor[Symbol.asyncDispose]();
    await vi.advanceTimersByTimeAsync(2999);
    expect(worker(0).killed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await ended;
    expect(worker(0).killed).toBe(true);
  });

  test('does not wait for ever for a worker that cannot be killed', async () => {
    const { supervisor } = superviseRunning();
    const ended = supervisor[Symbol.asyncDispose]();
    await vi.advanceTimersByTimeAsync(8000);
    await expect(ended).resolves.toBeUndefined();
  });

  test('during an outage starts no other worker', async () => {
    const { supervisor, worker, workers, heard } = superviseRunning();
    worker(0).end();
    await supervisor[Symbol.asyncDispose]();
    vi.advanceTimersByTime(60_000);
    expect(workers).toHaveLength(1);
    expect(heard.doubts).toEqual([]);
  });

  test('comes before word of a process that could not be started, which then counts no more', async () => {
    const { supervisor, heard } = supervise(() => {
      throw new Error('spawn EAGAIN');
    });
    await supervisor[Symbol.asyncDispose]();
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
    expect(heard.healths.map(({ state }) => state)).toEqual(['off']);
  });
});
