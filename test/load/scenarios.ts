// The steps of each scenario, and what is good enough: pure decisions, nothing is driven here.
import { assertNever } from '../../src/shared/verdict.ts';
import type { MixName } from './mixes.ts';
import type { StepFigures } from './step-figures.ts';

export const scenarios = ['baseline', 'target', 'stress', 'spike'] as const;
export type ScenarioName = (typeof scenarios)[number];

export interface LoadStep {
  readonly name: string;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
}

export interface ScenarioPlan {
  readonly steps: readonly LoadStep[];
  /** The steps rise until one is not passed; null: all must be. */
  readonly holdsAtLeast: number | null;
}

export const limits = { p50Ms: 100, p95Ms: 200, p99Ms: 500, errorShare: 0.01, reachedShare: 0.95 } as const;

const baselineRate = 1000;
const targetRate = 10_000;
/** A request of the realistic mix holds 26 look-ups on average. */
const stressRates: Readonly<Record<MixName, readonly number[]>> = {
  throughput: [2500, 5000, 7500, 10_000, 12_500, 15_000, 17_500, 20_000, 25_000, 30_000, 40_000],
  realistic: [500, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 7500, 10_000, 15_000],
};
const leastHeld: Readonly<Record<MixName, number>> = { throughput: targetRate, realistic: baselineRate };
const ownSeconds: Readonly<Record<ScenarioName, number>> = { baseline: 10, target: 30, stress: 5, spike: 10 };
const smokeSeconds = 3;
/** A second is calm again when its p95 is within this of the p95 before the spike. */
const calmMarginMs = 10;
const recoveryLimitSeconds = 5;

export function planOf(
  name: ScenarioName,
  options: { readonly mix: MixName; readonly seconds: number | null; readonly isSmoke: boolean },
): ScenarioPlan {
  const { mix, isSmoke } = options;
  const part = isSmoke ? 0.5 : 1;
  const seconds = options.seconds ?? (isSmoke ? smokeSeconds : ownSeconds[name]);
  function step(stepName: string, rate: number): LoadStep {
    return { name: stepName, rate: rate * part, seconds };
  }
  switch (name) {
    case 'baseline':
      return { steps: [step(name, baselineRate)], holdsAtLeast: null };
    case 'target':
      return { steps: [step(name, targetRate)], holdsAtLeast: null };
    case 'stress': {
      const least = leastHeld[mix] * part;
      const steps = stressRates[mix].map((rate) => step(name, rate));
      // What comes after is of no use to CI.
      return {
        steps: isSmoke ? steps.filter(({ rate }) => rate <= least) : steps,
        holdsAtLeast: least,
      };
    }
    case 'spike':
      return {
        steps: [step('before', baselineRate), step('spike', targetRate), step('after', baselineRate)],
        holdsAtLeast: null,
      };
    default:
      return assertNever(name);
  }
}

/** What is not good enough about one step, each a sentence. */
export function shortfallsOf(figures: StepFigures): readonly string[] {
  const { name, wantedRate, reachedRate, p50Ms, p95Ms, p99Ms, errorShare } = figures;
  const found: string[] = [];
  function limit(what: string, isKept: boolean): void {
    if (!isKept) found.push(`${name} at ${wantedRate ?? 'any'} requests/s: ${what}`);
  }
  limit(`p50 of ${p50Ms.toFixed(1)} ms is not below ${limits.p50Ms} ms`, p50Ms < limits.p50Ms);
  limit(`p95 of ${p95Ms.toFixed(1)} ms is not below ${limits.p95Ms} ms`, p95Ms < limits.p95Ms);
  limit(`p99 of ${p99Ms.toFixed(1)} ms is not below ${limits.p99Ms} ms`, p99Ms < limits.p99Ms);
  limit(`${(errorShare * 100).toFixed(2)} % of the requests failed`, errorShare < limits.errorShare);
  limit(
    `only ${reachedRate.toFixed(0)} requests/s were answered`,
    wantedRate === null || reachedRate >= wantedRate * limits.reachedShare,
  );
  return found;
}

/**
 * Seconds from the end of the spike until every second that follows is as calm as those before it.
 * @returns null when the last one is not.
 */
export function secondsToRecover(before: StepFigures, after: StepFigures): number | null {
  const calmMs = before.p95Ms + calmMarginMs;
  const wanted = (after.wantedRate ?? 0) * limits.reachedShare;
  const lastBusy = after.eachSecond.findLastIndex(
    ({ answered, p95Ms }) => p95Ms > calmMs || answered < wanted,
  );
  return lastBusy === after.eachSecond.length - 1 ? null : lastBusy + 1;
}

export interface ScenarioResult {
  readonly passed: boolean;
  /** In the order they happened; the last word comes last. */
  readonly sentences: readonly string[];
}

/** @param steps those that were driven; of a plan that rises, up to the first that was not passed. */
export function resultOf(plan: ScenarioPlan, steps: readonly StepFigures[]): ScenarioResult {
  const shortfalls = steps.flatMap((step) => shortfallsOf(step));
  if (plan.holdsAtLeast !== null) return held(plan.holdsAtLeast, steps, shortfalls);
  const [before, , after] = steps;
  if (before === undefined || after === undefined) {
    return { passed: shortfalls.length === 0 && steps.length > 0, sentences: shortfalls };
  }
  const seconds = secondsToRecover(before, after);
  const isCalm = seconds !== null && seconds <= recoveryLimitSeconds;
  const recovery =
    seconds === null
      ? `not as calm as before within ${after.eachSecond.length} s after the spike`
      : `as calm as before ${seconds} s after the spike`;
  return { passed: shortfalls.length === 0 && isCalm, sentences: [...shortfalls, recovery] };
}

function held(least: number, steps: readonly StepFigures[], shortfalls: readonly string[]): ScenarioResult {
  const passed = steps.filter((step) => shortfallsOf(step).length === 0);
  const most = Math.max(0, ...passed.map(({ wantedRate }) => wantedRate ?? 0));
  return {
    passed: most >= least,
    sentences: [
      ...shortfalls,
      `holds ${most} requests/s${shortfalls.length === 0 ? ', and was not asked for more' : ''}; ${least} are asked for`,
    ],
  };
}
