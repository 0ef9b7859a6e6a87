// The breaker opens once, lets one probe through after each cool-down, and waits longer each time.
import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../../../../src/core/engines/clamd/circuit-breaker.ts';

function breakerWithClock(): { breaker: CircuitBreaker; clock: { ms: number } } {
  const clock = { ms: 500 };
  return { breaker: new CircuitBreaker({ now: () => clock.ms }), clock };
}

describe('CircuitBreaker', () => {
  it('is closed at first and wants no probe', () => {
    const { breaker } = breakerWithClock();
    expect([breaker.state, breaker.probeInMs, breaker.beginProbe()]).toEqual(['closed', null, false]);
  });

  it('opens once however many requests fail, without a longer cool-down', () => {
    const { breaker, clock } = breakerWithClock();
    expect(breaker.trip()).toBe(true);
    clock.ms += 600;
    expect(breaker.trip()).toBe(false);
    expect([breaker.state, breaker.probeInMs]).toEqual(['open', 400]);
  });

  it('allows one probe, and only after the cool-down', () => {
    const { breaker, clock } = breakerWithClock();
    breaker.trip();
    clock.ms += 999;
    expect(breaker.beginProbe()).toBe(false);
    clock.ms += 1;
    expect([breaker.beginProbe(), breaker.beginProbe(), breaker.state]).toEqual([true, false, 'half_open']);
  });

  it('stays half open when a request fails during the probe', () => {
    const { breaker, clock } = breakerWithClock();
    breaker.trip();
    clock.ms += 1000;
    breaker.beginProbe();
    expect([breaker.trip(), breaker.state]).toEqual([false, 'half_open']);
  });

  it('doubles the cool-down from one second to thirty', () => {
    const { breaker, clock } = breakerWithClock();
    breaker.trip();
    const cooldownsMs: (number | null)[] = [];
    for (let round = 0; round < 7; round += 1) {
      cooldownsMs.push(breaker.probeInMs);
      clock.ms += breaker.probeInMs ?? 0;
      breaker.beginProbe();
      breaker.probeFailed();
    }
    expect(cooldownsMs).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('closes after a probe that succeeds, and begins with one second again', () => {
    const { breaker, clock } = breakerWithClock();
    breaker.trip();
    clock.ms += 1000;
    breaker.beginProbe();
    breaker.probeFailed();
    clock.ms += 2000;
    breaker.beginProbe();
    breaker.probeSucceeded();
    expect(breaker.state).toBe('closed');
    breaker.trip();
    expect(breaker.probeInMs).toBe(1000);
  });

  it('ignores the end of a probe that it did not allow', () => {
    const { breaker } = breakerWithClock();
    breaker.probeFailed();
    expect(breaker.state).toBe('closed');
    breaker.trip();
    breaker.probeSucceeded();
    expect(breaker.state).toBe('open');
  });
});
