// How many workers there should be: one sample of the machine and the settings in, one decision with its reason out.

/** How things stood at one moment. */
export interface ScalingSample {
  /** Requests that no worker has begun. */
  readonly queueDepth: number;
  /** Workers asked for by the last decision; some may still be starting or finishing. */
  readonly currentTarget: number;
  /** Of all processors, since the sample before. */
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  readonly onBattery: boolean;
  /** The engine refused work for being full a short while ago. */
  readonly engineSaturated: boolean;
  /** null: no action yet, or none under these settings. */
  readonly sinceLastActionMs: number | null;
}

export interface ScalingSettings {
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** A deeper queue asks for more workers; three times as deep asks for all of them. */
  readonly scaleUpThreshold: number;
  /** A shallower queue asks for no more than the minimum. */
  readonly scaleDownThreshold: number;
  readonly cooldownMs: number;
  /** Above this no worker is added. */
  readonly memoryCeilingPercent: number;
  /** Above this no worker is added; 0 for no such ceiling. */
  readonly cpuCeilingPercent: number;
  /** Where the machine runs on its battery this bound holds too, also below the minimum. */
  readonly batteryMaxWorkers: number;
}

export const scalingKinds = ['scale_up', 'scale_down', 'stay'] as const;
export type ScalingKind = (typeof scalingKinds)[number];

export const scalingReasons = [
  'backlog',
  'idle',
  'steady',
  'cooldown',
  'memory_ceiling',
  'cpu_ceiling',
  'battery',
  'engine_saturated',
  'at_maximum',
  'at_minimum',
  'above_maximum',
  'below_minimum',
] as const;
export type ScalingReason = (typeof scalingReasons)[number];

export interface ScalingDecision {
  readonly target: number;
  readonly kind: ScalingKind;
  readonly reason: ScalingReason;
  /** One sentence for a person, with the figures. */
  readonly explanation: string;
}

/** What would be best, before anything speaks against it. */
interface Wish {
  readonly target: number;
  readonly reason: ScalingReason;
  readonly because: string;
}

interface Bounds {
  readonly floor: number;
  readonly ceiling: number;
  readonly isBatteryBound: boolean;
}

/**
 * Never above the bounds in force, and at most one action in a cooldown; only a bound that sank below what runs is obeyed
 * at once. Upward the size follows the depth alone, so that a depth that stays is answered by one action and then none.
 */
export function decideScaling(sample: ScalingSample, settings: ScalingSettings): ScalingDecision {
  const bounds = boundsOf(sample, settings);
  if (sample.currentTarget > bounds.ceiling) return act(sample, obeyBound(sample, settings, bounds));
  const wish = sample.engineSaturated
    ? yieldToEngine(sample, settings, bounds)
    : serveQueue(sample, settings, bounds);
  if (wish.target === sample.currentTarget) return stay(sample, wish.reason, wish.because);
  return obstacleTo(wish, sample, settings) ?? act(sample, wish);
}

function boundsOf({ onBattery }: ScalingSample, settings: ScalingSettings): Bounds {
  const { minWorkers, maxWorkers, batteryMaxWorkers } = settings;
  const isBatteryBound = onBattery && batteryMaxWorkers < maxWorkers;
  const ceiling = Math.max(1, isBatteryBound ? batteryMaxWorkers : maxWorkers);
  return { floor: Math.max(1, Math.min(minWorkers, ceiling)), ceiling, isBatteryBound };
}

function obeyBound(sample: ScalingSample, settings: ScalingSettings, bounds: Bounds): Wish {
  const { floor, ceiling, isBatteryBound } = bounds;
  const target = sample.queueDepth < settings.scaleDownThreshold ? floor : ceiling;
  return isBatteryBound
    ? { target, reason: 'battery', because: `on battery at most ${ceiling} may run` }
    : { target, reason: 'above_maximum', because: `at most ${ceiling} may run` };
}

/**
 * More askers only lengthen a full engine's queue, so one fewer asks, and then one fewer again, down to one: the minimum is
 * what the queue may count on while the engine can take it.
 */
function yieldToEngine(sample: ScalingSample, settings: ScalingSettings, { floor }: Bounds): Wish {
  const { currentTarget: current, queueDepth } = sample;
  if (queueDepth < settings.scaleDownThreshold && current > floor) return idle(sample, settings, floor);
  const because = `the engine takes no more, with ${requests(queueDepth)} waiting`;
  return { target: Math.max(1, current - 1), reason: 'engine_saturated', because };
}

function serveQueue(sample: ScalingSample, settings: ScalingSettings, bounds: Bounds): Wish {
  const { currentTarget: current, queueDepth: depth } = sample;
  const { scaleUpThreshold, scaleDownThreshold } = settings;
  const { floor, ceiling, isBatteryBound } = bounds;
  if (depth > scaleUpThreshold) {
    const target = Math.max(current, floor, Math.min(ceiling, sizeFor(depth, settings)));
    const waiting = `${requests(depth)} waiting, more than ${scaleUpThreshold}`;
    if (target > current || current < ceiling) {
      const reason = target > current ? 'backlog' : 'steady';
      return {
        target,
        reason,
        because: target > current ? waiting : `enough for ${requests(depth)} waiting`,
      };
    }
    return isBatteryBound
      ? { target, reason: 'battery', because: `${waiting}, but on battery at most ${ceiling} may run` }
      : { target, reason: 'at_maximum', because: `${waiting}, but at most ${ceiling} may run` };
  }
  if (current < floor) {
    return { target: floor, reason: 'below_minimum', because: `at least ${floor} should run` };
  }
  if (depth < scaleDownThreshold) return idle(sample, settings, floor);
  const because = `${requests(depth)} waiting, between ${scaleDownThreshold} and ${scaleUpThreshold}`;
  return { target: current, reason: 'steady', because };
}

function idle({ currentTarget, queueDepth }: ScalingSample, settings: ScalingSettings, floor: number): Wish {
  const because = `${requests(queueDepth)} waiting, fewer than ${settings.scaleDownThreshold}`;
  return { target: floor, reason: currentTarget > floor ? 'idle' : 'at_minimum', because };
}

/** Linear in the depth: one above the minimum just over the threshold, all of them at three times the threshold. */
function sizeFor(depth: number, settings: ScalingSettings): number {
  const { minWorkers, maxWorkers, scaleUpThreshold: threshold } = settings;
  if (depth >= threshold * 3) return maxWorkers;
  const more = Math.ceil(((maxWorkers - minWorkers) * (depth - threshold)) / (threshold * 2));
  return Math.min(maxWorkers, minWorkers + Math.max(1, more));
}

/** What speaks against it now, or null. */
function obstacleTo(
  { target, because }: Wish,
  sample: ScalingSample,
  settings: ScalingSettings,
): ScalingDecision | null {
  const { memoryPercent, cpuPercent, sinceLastActionMs } = sample;
  const { memoryCeilingPercent, cpuCeilingPercent, cooldownMs } = settings;
  if (target > sample.currentTarget) {
    if (memoryPercent > memoryCeilingPercent) {
      const full = `memory is ${percent(memoryPercent)} full, above ${percent(memoryCeilingPercent)}`;
      return stay(sample, 'memory_ceiling', `${because}, but ${full}`);
    }
    if (cpuCeilingPercent > 0 && cpuPercent > cpuCeilingPercent) {
      const busy = `processors are ${percent(cpuPercent)} busy, above ${percent(cpuCeilingPercent)}`;
      return stay(sample, 'cpu_ceiling', `${because}, but ${busy}`);
    }
  }
  if (sinceLastActionMs !== null && sinceLastActionMs < cooldownMs) {
    const ago = `the last change was ${seconds(sinceLastActionMs)} ago, less than ${seconds(cooldownMs)}`;
    return stay(sample, 'cooldown', `${because}, but ${ago}`);
  }
  return null;
}

function act({ currentTarget }: ScalingSample, { target, reason, because }: Wish): ScalingDecision {
  const kind = target > currentTarget ? 'scale_up' : 'scale_down';
  return { target, kind, reason, explanation: `${workers(target)} instead of ${currentTarget}: ${because}` };
}

function stay(sample: ScalingSample, reason: ScalingReason, because: string): ScalingDecision {
  const { currentTarget: target } = sample;
  return { target, kind: 'stay', reason, explanation: `still ${workers(target)}: ${because}` };
}

function requests(count: number): string {
  return count === 1 ? '1 request' : `${count} requests`;
}

function workers(count: number): string {
  return count === 1 ? '1 worker' : `${count} workers`;
}

function percent(value: number): string {
  return `${Math.round(value * 10) / 10} %`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
