import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SystemLoadSampler } from '../../../../src/core/pool/load-sampler.ts';
import { ProcessorClock, type ProcessorTimes } from '../../../../src/core/pool/processor-clock.ts';

function clockOf(...readings: readonly ProcessorTimes[]): ProcessorClock {
  const left = [...readings];
  return new ProcessorClock(() => left.shift() ?? { idleMs: 0, totalMs: 0 });
}

describe('a processor clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('tells of the time since it was made, then of the time since it was asked', () => {
    const clock = clockOf(
      { idleMs: 1000, totalMs: 9000 },
      { idleMs: 1500, totalMs: 11_000 },
      { idleMs: 3500, totalMs: 13_000 },
    );
    vi.advanceTimersByTime(1000);
    expect(clock.percent()).toBe(75);
    vi.advanceTimersByTime(1000);
    expect(clock.percent()).toBe(0);
  });

  test('tells the last figure again when too little time has passed', () => {
    const clock = clockOf(
      { idleMs: 0, totalMs: 0 },
      { idleMs: 50, totalMs: 100 },
      { idleMs: 50, totalMs: 200 },
    );
    expect(clock.percent()).toBe(0);
    vi.advanceTimersByTime(500);
    expect(clock.percent()).toBe(50);
    vi.advanceTimersByTime(100);
    expect(clock.percent()).toBe(50);
    vi.advanceTimersByTime(150);
    expect(clock.percent()).toBe(100);
  });

  test('is not confused by a processor that was switched off', () => {
    const clock = clockOf(
      { idleMs: 500, totalMs: 1000 },
      { idleMs: 300, totalMs: 700 },
      { idleMs: 350, totalMs: 900 },
    );
    vi.advanceTimersByTime(500);
    expect(clock.percent()).toBe(0);
    vi.advanceTimersByTime(500);
    expect(clock.percent()).toBe(75);
  });
});

describe('the load of this machine', () => {
  test('has every figure in its range, and asks the power source', () => {
    let asked = 0;
    const power = {
      onBattery() {
        asked += 1;
        return true;
      },
    };
    using sampler = new SystemLoadSampler({ power });
    const { cpuPercent, memoryPercent, eventLoopDelayMs, onBattery } = sampler.sample();
    for (const percent of [cpuPercent, memoryPercent]) {
      expect(percent).toBeGreaterThanOrEqual(0);
      expect(percent).toBeLessThanOrEqual(100);
    }
    expect(memoryPercent).toBeGreaterThan(0);
    expect(eventLoopDelayMs).toBe(0);
    expect([onBattery, asked]).toEqual([true, 1]);
  });

  test('tells how long the event loop was held up, once', async () => {
    using sampler = new SystemLoadSampler();
    await turns(250);
    const endsAtMs = performance.now() + 600;
    while (performance.now() < endsAtMs);
    await turns(250);
    expect(sampler.sample().eventLoopDelayMs).toBeGreaterThan(80);
    expect(sampler.sample().eventLoopDelayMs).toBe(0);
  });

  test('is that of busy processors while they are busy', () => {
    using sampler = new SystemLoadSampler();
    const endsAtMs = performance.now() + 400;
    while (performance.now() < endsAtMs);
    expect(sampler.sample().cpuPercent).toBeGreaterThan(0);
  });
});

/** Resolves after that many milliseconds of turns of the event loop. */
async function turns(forMs: number): Promise<void> {
  const endsAtMs = performance.now() + forMs;
  while (performance.now() < endsAtMs) await new Promise((resolve) => setImmediate(resolve));
}
