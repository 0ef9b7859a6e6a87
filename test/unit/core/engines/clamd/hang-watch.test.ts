// The watch asks only when something waits for long, and calls clamd hung only when nothing else says that it lives.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HangWatch } from '../../../../../src/core/engines/clamd/hang-watch.ts';

interface Scene {
  sentAtMs: number | null;
  pings: number;
  hung: number;
  answer: () => Promise<void>;
}

function watch(seen: Scene): HangWatch {
  return new HangWatch({
    oldestSentAtMs: () => seen.sentAtMs,
    probeAfterMs: 100,
    ping() {
      seen.pings += 1;
      return seen.answer();
    },
    onHung() {
      seen.hung += 1;
      seen.sentAtMs = null;
    },
  });
}

function scene(answer: () => Promise<void>): Scene {
  return { sentAtMs: performance.now(), pings: 0, hung: 0, answer };
}

describe('HangWatch', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks when the oldest request has waited that long, and not before', async () => {
    const calm = scene(() => Promise.resolve());
    using hangWatch = watch(calm);
    hangWatch.arm();
    await vi.advanceTimersByTimeAsync(99);
    expect(calm.pings).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(calm).toMatchObject({ pings: 1, hung: 0 });
  });

  it('asks again only after as long, while the request goes on', async () => {
    const calm = scene(() => Promise.resolve());
    using hangWatch = watch(calm);
    hangWatch.arm();
    await vi.advanceTimersByTimeAsync(350);
    expect(calm).toMatchObject({ pings: 3, hung: 0 });
  });

  it('does not ask for requests that are answered in time', async () => {
    const calm = scene(() => Promise.reject(new Error('hung')));
    using hangWatch = watch(calm);
    hangWatch.arm();
    for (let round = 0; round < 10; round += 1) {
      await vi.advanceTimersByTimeAsync(60);
      calm.sentAtMs = performance.now();
      hangWatch.arm();
    }
    expect(calm).toMatchObject({ pings: 0, hung: 0 });
  });

  it('says hung once when there is no answer', async () => {
    const dead = scene(() => Promise.reject(new Error('hung')));
    using hangWatch = watch(dead);
    hangWatch.arm();
    await vi.advanceTimersByTimeAsync(1000);
    expect(dead).toMatchObject({ pings: 1, hung: 1 });
  });

  it.each([
    ['nothing waits any more', null],
    ['what waits was sent later', 150],
  ])('does not say hung when %s at the end of the probe', async (_what, laterMs) => {
    const slow = Promise.withResolvers<void>();
    const alive = scene(() => slow.promise);
    const startMs = performance.now();
    using hangWatch = watch(alive);
    hangWatch.arm();
    await vi.advanceTimersByTimeAsync(120);
    alive.sentAtMs = laterMs === null ? null : startMs + laterMs;
    slow.reject(new Error('no answer'));
    await vi.advanceTimersByTimeAsync(30);
    expect(alive).toMatchObject({ pings: 1, hung: 0 });
  });

  it('says nothing after its end', async () => {
    const dead = scene(() => Promise.reject(new Error('hung')));
    const hangWatch = watch(dead);
    hangWatch.arm();
    hangWatch[Symbol.dispose]();
    hangWatch.arm();
    await vi.advanceTimersByTimeAsync(1000);
    expect(dead).toMatchObject({ pings: 0, hung: 0 });
  });
});
