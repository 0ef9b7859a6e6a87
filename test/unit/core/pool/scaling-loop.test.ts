import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../../src/core/logger.ts';
import type { Load } from '../../../../src/core/pool/load-sampler.ts';
import {
  ScalingLoop,
  type ScalablePool,
  type ScalingLoopSettings,
} from '../../../../src/core/pool/scaling-loop.ts';
import type { ScalingTraceEntry } from '../../../../src/core/pool/scaling-trace.ts';
import { scalingEventSchema, scalingStatsSchema, type ScalingEvent } from '../../../../src/shared/metrics.ts';

const startSeconds = 1_800_000_000;
const burstMs = 200;

beforeEach(() => {
  vi.useFakeTimers({ now: startSeconds * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

class FakePool implements ScalablePool {
  targetWorkers = 2;
  engineBusyAtMs: number | null = null;
  readonly targets: number[] = [];
  readonly listeners = new Set<() => void>();

  get workers(): number {
    return this.targetWorkers;
  }

  setTarget(workers: number): void {
    this.targetWorkers = workers;
    this.targets.push(workers);
  }

  onEngineBusy(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  beBusy(): void {
    this.engineBusyAtMs = performance.now();
    for (const listener of this.listeners) listener();
  }
}

const settings: ScalingLoopSettings = {
  enabled: true,
  checkEveryMs: 30_000,
  minWorkers: 2,
  maxWorkers: 8,
  scaleUpThreshold: 50,
  scaleDownThreshold: 10,
  cooldownMs: 30_000,
  memoryCeilingPercent: 85,
  cpuCeilingPercent: 0,
  batteryMaxWorkers: 2,
};

function makeLoop(changes: Partial<ScalingLoopSettings> = {}) {
  const pool = new FakePool();
  const load: Load = { cpuPercent: 30, memoryPercent: 40, eventLoopDelayMs: 0, onBattery: false };
  const machine = { load, samples: 0, depth: 0 };
  const loop = new ScalingLoop({
    pool,
    load: {
      sample() {
        machine.samples += 1;
        return machine.load;
      },
    },
    queueDepth: () => machine.depth,
    settings: { ...settings, ...changes },
    logger: silentLogger,
  });
  const events: ScalingEvent[] = [];
  const trace: ScalingTraceEntry[] = [];
  loop.onEvent((event) => events.push(event));
  loop.onTrace((entry) => trace.push(entry));

  function setDepth(depth: number): void {
    machine.depth = depth;
    loop.observeDepth(depth);
  }
  return { pool, machine, loop, events, trace, setDepth };
}

describe('the queue', () => {
  test('that crosses a threshold is looked at once the burst is in, not at its first file', () => {
    const { pool, events, setDepth } = makeLoop();
    for (let depth = 1; depth <= 180; depth += 1) setDepth(depth);
    expect(pool.targets).toEqual([]);
    vi.advanceTimersByTime(burstMs);
    expect(pool.targets).toEqual([8]);
    expect(events).toEqual([
      {
        type: 'scale_up',
        old_workers: 2,
        new_workers: 8,
        queue_depth: 180,
        cpu_percent: 30,
        memory_percent: 40,
        timestamp: startSeconds + burstMs / 1000,
        reason: '8 workers instead of 2: 180 requests waiting, more than 50',
      },
    ]);
    expect(events.map((event) => scalingEventSchema.safeParse(event).success)).toEqual([true]);
  });

  test('that stays between two borders costs a compare: nothing is sampled, no timer is set', () => {
    const { machine, setDepth } = makeLoop();
    setDepth(60);
    vi.advanceTimersByTime(burstMs);
    expect(machine.samples).toBe(1);
    const timers = vi.getTimerCount();
    for (let round = 0; round < 10_000; round += 1) setDepth(51 + (round % 99));
    expect([machine.samples, vi.getTimerCount()]).toEqual([1, timers]);
  });

  test('that goes to and fro over a threshold is not looked at each time', () => {
    const { machine, setDepth } = makeLoop();
    machine.load = { ...machine.load, memoryPercent: 99 };
    for (let round = 0; round < 1000; round += 1) {
      setDepth(50 + (round % 2));
      vi.advanceTimersByTime(1);
    }
    expect(machine.samples).toBeLessThanOrEqual(1000 / burstMs + 1);
    expect(machine.samples).toBeGreaterThan(1);
  });

  test('that is looked at finds it short again makes no event', () => {
    const { pool, trace, setDepth } = makeLoop();
    setDepth(60);
    setDepth(12);
    vi.advanceTimersByTime(burstMs);
    expect(trace.map(({ decision }) => decision.reason)).toEqual(['steady']);
    expect(pool.targets).toEqual([]);
  });

  test('that comes to ask for all workers is looked at then, not at the next interval', () => {
    const { pool, setDepth } = makeLoop({ checkEveryMs: 600_000, cooldownMs: 1000 });
    setDepth(60);
    vi.advanceTimersByTime(5000);
    setDepth(149);
    vi.advanceTimersByTime(5000);
    expect(pool.targets).toEqual([3]);
    setDepth(150);
    vi.advanceTimersByTime(burstMs);
    expect(pool.targets).toEqual([3, 8]);
  });

  test('that crosses nothing is looked at all the same, every 30 s', () => {
    const { pool, machine, trace } = makeLoop();
    machine.depth = 100;
    vi.advanceTimersByTime(29_999);
    expect(trace).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(pool.targets).toEqual([5]);
    vi.advanceTimersByTime(60_000);
    expect(trace.map(({ t }) => t - startSeconds)).toEqual([30, 60, 90]);
  });

  test('is looked at again at the moment the cooldown ends, not at the next interval', () => {
    const { pool, events, trace, setDepth } = makeLoop({ checkEveryMs: 25_000 });
    setDepth(75);
    vi.advanceTimersByTime(burstMs);
    expect(pool.targets).toEqual([4]);
    vi.advanceTimersByTime(5000);
    setDepth(3);
    vi.advanceTimersByTime(24_999);
    // The look of the interval, at 25 s, found the cooldown.
    expect(trace.map(({ decision }) => decision.reason)).toEqual(['backlog', 'cooldown']);
    expect(pool.targets).toEqual([4]);
    vi.advanceTimersByTime(1);
    expect(pool.targets).toEqual([4, 2]);
    const [up, down] = events;
    expect((down?.timestamp ?? 0) - (up?.timestamp ?? 0)).toBeCloseTo(30);
  });

  test('that crosses during the cooldown is kept in mind without a single sample', () => {
    const { machine, pool, setDepth } = makeLoop({ checkEveryMs: 600_000 });
    setDepth(75);
    vi.advanceTimersByTime(burstMs);
    for (let round = 0; round < 100; round += 1) {
      setDepth(round % 2 === 0 ? 200 : 0);
      vi.advanceTimersByTime(10);
    }
    setDepth(200);
    expect(machine.samples).toBe(1);
    vi.advanceTimersByTime(30_000);
    expect(pool.targets).toEqual([4, 8]);
  });
});

describe('a full engine', () => {
  test('takes one worker at once and another after each cooldown, down to one', () => {
    const { pool, machine, events } = makeLoop();
    pool.targetWorkers = 3;
    machine.depth = 500;
    for (let second = 0; second < 100; second += 1) {
      pool.beBusy();
      vi.advanceTimersByTime(1000);
    }
    expect(pool.targets).toEqual([2, 1]);
    expect(events.map(({ timestamp }) => Math.round(timestamp - startSeconds))).toEqual([0, 30]);
  });

  test('keeps the pool from growing for a while, then the ordinary rules hold again', () => {
    const { pool, setDepth } = makeLoop({ checkEveryMs: 600_000, cooldownMs: 1000 });
    pool.targetWorkers = 1;
    pool.beBusy();
    setDepth(200);
    vi.advanceTimersByTime(burstMs);
    expect(pool.targets).toEqual([]);
    vi.advanceTimersByTime(10_000);
    setDepth(0);
    setDepth(200);
    vi.advanceTimersByTime(burstMs);
    expect(pool.targets).toEqual([8]);
  });
});

describe('settings that change', () => {
  test('a lower maximum is obeyed before the call returns, whatever the cooldown', () => {
    const { loop, pool, setDepth } = makeLoop();
    setDepth(200);
    vi.advanceTimersByTime(burstMs);
    loop.configure({ ...settings, maxWorkers: 3 });
    expect(pool.targets).toEqual([8, 3]);
  });

  test('a higher minimum too', () => {
    const { loop, pool, setDepth } = makeLoop();
    setDepth(200);
    vi.advanceTimersByTime(burstMs);
    setDepth(20);
    loop.configure({ ...settings, minWorkers: 4, maxWorkers: 4 });
    loop.configure({ ...settings, minWorkers: 5 });
    expect(pool.targets).toEqual([8, 4, 5]);
  });

  test('other thresholds are those that are crossed from now on, and the cooldown goes on', () => {
    const { loop, pool, machine, setDepth } = makeLoop();
    setDepth(75);
    vi.advanceTimersByTime(burstMs);
    machine.depth = 20;
    loop.configure({ ...settings, scaleUpThreshold: 12, scaleDownThreshold: 2 });
    expect(pool.targets).toEqual([4]);
    vi.advanceTimersByTime(30_000);
    setDepth(40);
    vi.advanceTimersByTime(burstMs);
    expect(pool.targets).toEqual([4, 8]);
  });

  test('another interval counts from now on', () => {
    const { loop, trace } = makeLoop();
    vi.advanceTimersByTime(20_000);
    loop.configure({ ...settings, checkEveryMs: 5000 });
    vi.advanceTimersByTime(11_000);
    expect(trace.map(({ t }) => t - startSeconds)).toEqual([20, 25, 30]);
  });

  test('switched off, the maximum runs and nothing is looked at; switched on again, the load decides', () => {
    const { loop, pool, machine, events, setDepth } = makeLoop();
    loop.configure({ ...settings, enabled: false });
    expect(pool.targets).toEqual([8]);
    setDepth(500);
    setDepth(0);
    pool.beBusy();
    vi.advanceTimersByTime(100_000);
    expect([machine.samples, events.length, pool.targetWorkers]).toEqual([0, 0, 8]);
    loop.configure(settings);
    expect(pool.targets).toEqual([8, 2]);
  });
});

test('going on battery takes workers at the next look, and coming back lets them grow again', () => {
  const { pool, machine } = makeLoop();
  pool.targetWorkers = 6;
  machine.depth = 100;
  machine.load = { ...machine.load, onBattery: true };
  vi.advanceTimersByTime(30_000);
  machine.load = { ...machine.load, onBattery: false };
  vi.advanceTimersByTime(30_000);
  expect(pool.targets).toEqual([2, 5]);
});

test('the statistics have the names everybody uses, and count from the last action', () => {
  const { loop, setDepth } = makeLoop();
  const still = {
    enabled: true,
    current_workers: 2,
    min_workers: 2,
    max_workers: 8,
    target_workers: 2,
    scale_up_threshold: 50,
    scale_down_threshold: 10,
    time_since_last_scale: null,
  };
  expect(loop.stats()).toEqual(still);
  setDepth(75);
  vi.advanceTimersByTime(burstMs + 2500);
  expect(loop.stats()).toEqual({
    ...still,
    current_workers: 4,
    target_workers: 4,
    time_since_last_scale: 2.5,
  });
  expect(scalingStatsSchema.safeParse(loop.stats()).success).toBe(true);
});

test('a loop that was disposed leaves no timer and no listener, and listens to nobody', () => {
  const { loop, pool, machine, setDepth } = makeLoop();
  setDepth(200);
  loop[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  expect(pool.listeners.size).toBe(0);
  setDepth(5);
  setDepth(500);
  vi.advanceTimersByTime(100_000);
  expect([machine.samples, pool.targets]).toEqual([0, []]);
});

test('who no longer listens is not told', () => {
  const { loop, setDepth } = makeLoop();
  const told: unknown[] = [];
  loop.onEvent((event) => told.push(event))();
  loop.onTrace((entry) => told.push(entry))();
  setDepth(200);
  vi.advanceTimersByTime(burstMs);
  expect(told).toEqual([]);
});
