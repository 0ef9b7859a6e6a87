// The adaptive pool as a whole: a real loop drives real processes, and what it tells is held against those that lived.
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/core/logger.ts';
import { ScalingLoop, type ScalingLoopSettings } from '../../src/core/pool/scaling-loop.ts';
import type { Load } from '../../src/core/pool/load-sampler.ts';
import type { ScanPool } from '../../src/core/pool/scan-pool.ts';
import type { ScalingEvent } from '../../src/shared/metrics.ts';
import { poolOf, scanNames } from '../helpers/pool-of.ts';
import { isAlive, until } from '../helpers/processes.ts';

const settings: ScalingLoopSettings = {
  enabled: true,
  checkEveryMs: 100,
  minWorkers: 2,
  maxWorkers: 5,
  scaleUpThreshold: 50,
  scaleDownThreshold: 10,
  cooldownMs: 300,
  memoryCeilingPercent: 85,
  cpuCeilingPercent: 0,
  batteryMaxWorkers: 2,
};

const idleMachine: Load = { cpuPercent: 5, memoryPercent: 20, eventLoopDelayMs: 0, onBattery: false };

interface Scene extends AsyncDisposable {
  readonly pool: ScanPool;
  readonly loop: ScalingLoop;
  readonly events: readonly ScalingEvent[];
  /** All processes there ever were. */
  readonly lived: ReadonlySet<number>;
  load: Load;
  /** Hands in files that each take `ms`, and resolves with how each was answered. */
  scan(count: number, ms: number): Promise<Readonly<Record<string, string>>>;
}

let fileNumber = 0;

async function startScene(changes: Partial<ScalingLoopSettings> = {}): Promise<Scene> {
  const pool = poolOf('obeys-names', { workers: 2, filesPerWorker: 4, filesAtOnce: 1 });
  await pool.start();
  await until(() => pool.pids.length === 2);
  const lived = new Set(pool.pids);
  const events: ScalingEvent[] = [];
  const scene = { load: idleMachine };
  const loop = new ScalingLoop({
    pool,
    load: { sample: () => scene.load },
    queueDepth: () => pool.backlog,
    settings: { ...settings, ...changes },
    logger: silentLogger,
  });
  loop.onEvent((event) => {
    events.push(event);
    for (const pid of pool.pids) lived.add(pid);
  });
  return {
    pool,
    loop,
    events,
    lived,
    get load() {
      return scene.load;
    },
    set load(load) {
      scene.load = load;
    },
    async scan(count, ms) {
      const names = Array.from({ length: count }, () => `slow-${ms}-${(fileNumber += 1)}`);
      const answers = scanNames(pool, names);
      loop.observeDepth(pool.backlog);
      const answered = await answers;
      loop.observeDepth(pool.backlog);
      return answered;
    },
    async [Symbol.asyncDispose]() {
      loop[Symbol.dispose]();
      await pool[Symbol.asyncDispose]();
    },
  };
}

function steps(events: readonly ScalingEvent[]): readonly string[] {
  return events.map(({ type, old_workers: from, new_workers: to }) => `${type} ${from} ${to}`);
}

describe('the adaptive pool', () => {
  test('grows with a backlog in one action, shrinks after it, and loses no file on the way', async () => {
    await using scene = await startScene();
    const { pool, events } = scene;
    const first = pool.pids;
    const answers = scene.scan(600, 20);
    await until(() => pool.pids.length === 5);
    const grown = pool.pids;
    expect(grown.every(isAlive)).toBe(true);
    expect(grown).toEqual(expect.arrayContaining([...first]));
    const answered = await answers;
    expect(Object.keys(answered)).toHaveLength(600);
    expect(new Set(Object.values(answered))).toEqual(new Set(['clean']));
    await until(() => pool.workers === 2);
    expect(grown.filter(isAlive)).toEqual(first);
    expect(steps(events)).toEqual(['scale_up 2 5', 'scale_down 5 2']);
    const [up, down] = events;
    expect(up?.queue_depth).toBeGreaterThan(150);
    expect(down?.queue_depth).toBeLessThan(10);
    // As many processes lived as the events say were started.
    const started = [...scene.lived, ...pool.pids];
    expect(new Set(started).size).toBe(5);
    expect(pool.pids).toEqual(first);
    expect(scene.loop.stats()).toMatchObject({ current_workers: 2, target_workers: 2 });
    await scene[Symbol.asyncDispose]();
    expect(started.filter(isAlive)).toEqual([]);
  });

  test('sizes a middling backlog, keeps still while it lasts, and does not go to and fro', async () => {
    await using scene = await startScene({ cooldownMs: 50 });
    const trace: number[] = [];
    scene.loop.onTrace(({ sample }) => trace.push(sample.queueDepth));
    // Workers that never answer: the backlog is the same at every look.
    void scene.scan(2 + 75, 600_000);
    await until(() => scene.pool.activeWorkers === 3);
    const looks = trace.length;
    await until(() => trace.length >= looks + 8);
    // From 2 to 3 at 75, and the third begins one of them.
    expect(steps(scene.events)).toEqual(['scale_up 2 3']);
    expect(new Set(trace.slice(looks))).toEqual(new Set([74]));
    const started = [...scene.pool.pids];
    expect(started).toHaveLength(3);
    await scene[Symbol.asyncDispose]();
    expect(started.filter(isAlive)).toEqual([]);
  });

  test('goes down one by one when the engine is full, although files wait, and comes back afterwards', async () => {
    await using scene = await startScene();
    const { pool, events } = scene;
    const [, second = 0] = pool.pids;
    expect(await scanNames(pool, ['busy'])).toEqual({ busy: 'clean' });
    const answers = scene.scan(300, 5);
    await until(() => pool.workers === 1);
    expect(isAlive(second)).toBe(false);
    expect(steps(events)).toEqual(['scale_down 2 1']);
    expect(events[0]?.reason).toMatch(
      /^1 worker instead of 2: the engine takes no more, with \d+ requests? waiting$/,
    );
    expect(new Set(Object.values(await answers))).toEqual(new Set(['clean']));
    // Nobody found it full for ten seconds: the minimum is due again.
    await until(() => pool.pids.length === 2, 40_000);
    expect(steps(events)).toEqual(['scale_down 2 1', 'scale_up 1 2']);
    const started = [...pool.pids, second];
    await scene[Symbol.asyncDispose]();
    expect(started.filter(isAlive)).toEqual([]);
  });

  test('does not grow while memory is full, and does once there is some', async () => {
    await using scene = await startScene();
    const { pool, events } = scene;
    scene.load = { ...idleMachine, memoryPercent: 90 };
    const reasons: string[] = [];
    scene.loop.onTrace(({ decision }) => reasons.push(decision.reason));
    const answers = scene.scan(400, 20);
    await until(() => reasons.filter((reason) => reason === 'memory_ceiling').length >= 3);
    expect([events, pool.workers]).toEqual([[], 2]);
    scene.load = idleMachine;
    await until(() => pool.pids.length > 2);
    await answers;
    const started = [...scene.lived, ...pool.pids];
    await scene[Symbol.asyncDispose]();
    expect(started.filter(isAlive)).toEqual([]);
  });

  test('ends the processes that a lower maximum has no place for, without losing what they had', async () => {
    await using scene = await startScene({ cooldownMs: 600_000 });
    const { pool, loop, events } = scene;
    const answers = scene.scan(600, 10);
    await until(() => pool.pids.length === 5);
    const grown = pool.pids;
    loop.configure({ ...settings, maxWorkers: 3 });
    expect(pool.targetWorkers).toBe(3);
    await until(() => grown.filter(isAlive).length === 3);
    expect(new Set(Object.values(await answers))).toEqual(new Set(['clean']));
    expect(steps(events).slice(0, 2)).toEqual(['scale_up 2 5', 'scale_down 5 3']);
    const started = [...scene.lived, ...grown];
    await scene[Symbol.asyncDispose]();
    expect(started.filter(isAlive)).toEqual([]);
  });
});
