// What other settings would have made of a recorded load, step by step beside what really happened.
import {
  decideScaling,
  type ScalingDecision,
  type ScalingSample,
  type ScalingSettings,
} from './scaling-decision.ts';
import type { ScalingTraceEntry } from './scaling-trace.ts';

export interface ReplayedStep {
  /** Unix seconds. */
  readonly t: number;
  readonly recorded: ScalingDecision;
  /** The recorded sample, with the number of workers and the cooldown of the replay. */
  readonly sample: ScalingSample;
  readonly replayed: ScalingDecision;
}

/**
 * The replay has its own number of workers and its own cooldown; all else is as it was recorded. So it says what would have
 * been decided, not what would have come of it: with more workers the queue would have been shorter than the recorded one,
 * with fewer longer, and so for processors and memory. Nor does it look at moments other than those that were recorded.
 */
export function replayScaling(
  trace: readonly ScalingTraceEntry[],
  settings: ScalingSettings,
): readonly ReplayedStep[] {
  const [first] = trace;
  if (first === undefined) return [];
  let target = first.sample.currentTarget;
  const { sinceLastActionMs: beforeFirstMs } = first.sample;
  let lastActionMs = beforeFirstMs === null ? null : first.t * 1000 - beforeFirstMs;
  return trace.map(({ t, sample: recordedSample, decision }) => {
    const nowMs = t * 1000;
    // The wall clock of the recording may have been set back.
    const sinceLastActionMs = lastActionMs === null ? null : Math.max(0, nowMs - lastActionMs);
    const sample = { ...recordedSample, currentTarget: target, sinceLastActionMs };
    const replayed = decideScaling(sample, settings);
    if (replayed.kind !== 'stay') lastActionMs = nowMs;
    target = replayed.target;
    return { t, recorded: decision, sample, replayed };
  });
}
