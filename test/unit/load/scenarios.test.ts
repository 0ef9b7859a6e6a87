// What passes, what does not, and why.
import { describe, expect, test } from 'vitest';
import { planOf, resultOf, secondsToRecover, shortfallsOf } from '../../load/scenarios.ts';
import type { StepFigures } from '../../load/step-figures.ts';

const good: StepFigures = {
  name: 'target',
  wantedRate: 10_000,
  reachedRate: 10_000,
  seconds: 3,
  answered: 30_000,
  p50Ms: 99,
  p95Ms: 199,
  p99Ms: 499,
  maxMs: 5000,
  refused: {},
  broken: 0,
  errorShare: 0.009,
  bytesPerSecond: 1,
  kinds: [],
  eachSecond: [10_000, 10_000, 10_000].map((answered) => ({ answered, p95Ms: 199 })),
  serviceShare: 0.9,
  generatorShare: 0.5,
};

describe('the limits of a step', () => {
  test('within all of them there is nothing to say', () => {
    expect(shortfallsOf(good)).toEqual([]);
    expect(shortfallsOf({ ...good, reachedRate: 9500 })).toEqual([]);
  });

  test.each<readonly [Partial<StepFigures>, string]>([
    [{ p50Ms: 100 }, 'p50 of 100.0 ms is not below 100 ms'],
    [{ p95Ms: 200 }, 'p95 of 200.0 ms is not below 200 ms'],
    [{ p99Ms: 500 }, 'p99 of 500.0 ms is not below 500 ms'],
    [{ errorShare: 0.01 }, '1.00 % of the requests failed'],
    [{ reachedRate: 9499 }, 'only 9499 requests/s were answered'],
  ])('%o is too much', (change, sentence) => {
    expect(shortfallsOf({ ...good, ...change })).toEqual([`target at 10000 requests/s: ${sentence}`]);
  });

  test('without a wanted rate none can be missed', () => {
    expect(shortfallsOf({ ...good, wantedRate: null, reachedRate: 1 })).toEqual([]);
  });
});

describe('the plan of a scenario', () => {
  const throughput = { mix: 'throughput', seconds: null, isSmoke: false } as const;

  test('baseline and target are one step each', () => {
    expect(planOf('baseline', throughput).steps).toEqual([{ name: 'baseline', rate: 1000, seconds: 10 }]);
    expect(planOf('target', throughput).steps).toEqual([{ name: 'target', rate: 10_000, seconds: 30 }]);
  });

  test('a smoke run is three seconds at half of the rate', () => {
    expect(planOf('target', { ...throughput, isSmoke: true }).steps).toEqual([
      { name: 'target', rate: 5000, seconds: 3 },
    ]);
    expect(planOf('spike', { ...throughput, isSmoke: true }).steps.map(({ rate }) => rate)).toEqual([
      500, 5000, 500,
    ]);
  });

  test('the stress rises beyond what is asked for, but in a smoke run', () => {
    const { steps, holdsAtLeast } = planOf('stress', throughput);
    const rates = steps.map(({ rate }) => rate);
    expect(rates).toEqual(rates.toSorted((one, other) => one - other));
    expect(holdsAtLeast).toBe(10_000);
    expect(rates.at(-1)).toBeGreaterThan(10_000);
    const smoke = planOf('stress', { ...throughput, isSmoke: true });
    expect(smoke.steps.at(-1)?.rate).toBe(smoke.holdsAtLeast);
  });

  test('the length of a step can be chosen', () => {
    const plan = planOf('spike', { ...throughput, seconds: 7 });
    expect(plan.steps.map(({ seconds }) => seconds)).toEqual([7, 7, 7]);
  });
});

describe('the result of a scenario', () => {
  const plan = { steps: [], holdsAtLeast: null };
  const rising = { steps: [], holdsAtLeast: 10_000 };
  const bad = { ...good, wantedRate: 12_500, reachedRate: 11_000 };

  test('every step must be within the limits', () => {
    expect(resultOf(plan, [good])).toEqual({ passed: true, sentences: [] });
    expect(resultOf(plan, [bad]).passed).toBe(false);
    expect(resultOf(plan, []).passed).toBe(false);
  });

  test('a stress says what it holds and what broke', () => {
    expect(resultOf(rising, [good, bad])).toEqual({
      passed: true,
      sentences: [
        'target at 12500 requests/s: only 11000 requests/s were answered',
        'holds 10000 requests/s; 10000 are asked for',
      ],
    });
    expect(
      resultOf(rising, [
        { ...good, wantedRate: 7500 },
        { ...good, p50Ms: 100 },
      ]).passed,
    ).toBe(false);
  });

  function calm(p95s: readonly number[], answered = 1000): StepFigures {
    const eachSecond = p95s.map((p95Ms) => ({ answered, p95Ms }));
    return { ...good, wantedRate: 1000, reachedRate: 1000, p50Ms: 1, p95Ms: 2, p99Ms: 3, eachSecond };
  }

  test('a spike is over when every second that follows is as calm as before', () => {
    expect(secondsToRecover(calm([2]), calm([2, 2, 2]))).toBe(0);
    expect(secondsToRecover(calm([2]), calm([90, 2, 40, 12, 2]))).toBe(3);
    expect(secondsToRecover(calm([2]), calm([2, 2, 13]))).toBeNull();
    expect(secondsToRecover(calm([2]), calm([2, 2, 2], 900))).toBeNull();
  });

  test('a spike that is not over within five seconds is not passed, though each step is within its limits', () => {
    const before = calm([2]);
    expect(resultOf(plan, [before, good, calm([2, 2])])).toEqual({
      passed: true,
      sentences: ['as calm as before 0 s after the spike'],
    });
    expect(resultOf(plan, [before, good, calm([50, 50, 50, 50, 50, 50, 2])]).passed).toBe(false);
    expect(resultOf(plan, [before, good, calm([2, 50])])).toEqual({
      passed: false,
      sentences: ['not as calm as before within 2 s after the spike'],
    });
  });
});
