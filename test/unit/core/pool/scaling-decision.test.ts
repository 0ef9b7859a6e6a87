import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decideScaling,
  type ScalingDecision,
  type ScalingSample,
  type ScalingSettings,
} from '../../../../src/core/pool/scaling-decision.ts';

const settings: ScalingSettings = {
  minWorkers: 2,
  maxWorkers: 8,
  scaleUpThreshold: 50,
  scaleDownThreshold: 10,
  cooldownMs: 30_000,
  memoryCeilingPercent: 85,
  cpuCeilingPercent: 0,
  batteryMaxWorkers: 2,
};

function sampleOf(fields: Partial<ScalingSample> = {}): ScalingSample {
  return {
    queueDepth: 0,
    currentTarget: 2,
    cpuPercent: 20,
    memoryPercent: 40,
    onBattery: false,
    engineSaturated: false,
    sinceLastActionMs: null,
    ...fields,
  };
}

function decide(
  fields: Partial<ScalingSample>,
  changes: Partial<ScalingSettings> = {},
): Pick<ScalingDecision, 'target' | 'kind' | 'reason'> {
  const { target, kind, reason } = decideScaling(sampleOf(fields), { ...settings, ...changes });
  return { target, kind, reason };
}

describe('the number of workers for a queue', () => {
  test.each([
    // Depth 5: the minimum, in one action.
    { queueDepth: 5, currentTarget: 2, target: 2, kind: 'stay', reason: 'at_minimum' },
    { queueDepth: 5, currentTarget: 8, target: 2, kind: 'scale_down', reason: 'idle' },
    { queueDepth: 9, currentTarget: 3, target: 2, kind: 'scale_down', reason: 'idle' },
    // Between the thresholds nothing changes.
    { queueDepth: 10, currentTarget: 3, target: 3, kind: 'stay', reason: 'steady' },
    { queueDepth: 30, currentTarget: 2, target: 2, kind: 'stay', reason: 'steady' },
    { queueDepth: 30, currentTarget: 3, target: 3, kind: 'stay', reason: 'steady' },
    { queueDepth: 50, currentTarget: 2, target: 2, kind: 'stay', reason: 'steady' },
    // Above: sized to the backlog.
    { queueDepth: 51, currentTarget: 2, target: 3, kind: 'scale_up', reason: 'backlog' },
    { queueDepth: 75, currentTarget: 2, target: 4, kind: 'scale_up', reason: 'backlog' },
    { queueDepth: 75, currentTarget: 6, target: 6, kind: 'stay', reason: 'steady' },
    { queueDepth: 149, currentTarget: 4, target: 8, kind: 'scale_up', reason: 'backlog' },
    { queueDepth: 150, currentTarget: 2, target: 8, kind: 'scale_up', reason: 'backlog' },
    { queueDepth: 50_000, currentTarget: 3, target: 8, kind: 'scale_up', reason: 'backlog' },
    { queueDepth: 150, currentTarget: 8, target: 8, kind: 'stay', reason: 'at_maximum' },
  ])(
    'at depth $queueDepth with $currentTarget workers: $kind, $target, $reason',
    ({ queueDepth, currentTarget, ...expected }) => {
      expect(decide({ queueDepth, currentTarget })).toEqual(expected);
    },
  );

  test('with other bounds and thresholds follows the same line', () => {
    const changes = { minWorkers: 1, maxWorkers: 5, scaleUpThreshold: 10, scaleDownThreshold: 2 };
    const targets = [11, 15, 20, 25, 29, 30].map(
      (queueDepth) => decide({ queueDepth, currentTarget: 1 }, changes).target,
    );
    expect(targets).toEqual([2, 2, 3, 4, 5, 5]);
  });
});

describe('what speaks against a change', () => {
  test.each([
    { sinceLastActionMs: 29_999, kind: 'stay', reason: 'cooldown', target: 2 },
    { sinceLastActionMs: 30_000, kind: 'scale_up', reason: 'backlog', target: 8 },
  ])('an action $sinceLastActionMs ms ago', ({ sinceLastActionMs, ...expected }) => {
    expect(decide({ queueDepth: 200, sinceLastActionMs })).toEqual(expected);
  });

  test('an action a moment ago, also against going down', () => {
    expect(decide({ queueDepth: 0, currentTarget: 8, sinceLastActionMs: 1 })).toEqual({
      target: 8,
      kind: 'stay',
      reason: 'cooldown',
    });
  });

  test.each([
    { memoryPercent: 85, kind: 'scale_up', reason: 'backlog', target: 8 },
    { memoryPercent: 85.1, kind: 'stay', reason: 'memory_ceiling', target: 2 },
  ])('memory $memoryPercent % full', ({ memoryPercent, ...expected }) => {
    expect(decide({ queueDepth: 200, memoryPercent })).toEqual(expected);
  });

  test('full memory speaks for nothing: the pool does not shrink for it, and may shrink with it', () => {
    expect(decide({ queueDepth: 60, currentTarget: 5, memoryPercent: 99 })).toMatchObject({ kind: 'stay' });
    expect(decide({ queueDepth: 0, currentTarget: 5, memoryPercent: 99 })).toMatchObject({ target: 2 });
  });

  test.each([
    { cpuPercent: 100, cpuCeilingPercent: 0, kind: 'scale_up', reason: 'backlog', target: 8 },
    { cpuPercent: 90, cpuCeilingPercent: 90, kind: 'scale_up', reason: 'backlog', target: 8 },
    { cpuPercent: 90.5, cpuCeilingPercent: 90, kind: 'stay', reason: 'cpu_ceiling', target: 2 },
  ])(
    'processors $cpuPercent % busy under a ceiling of $cpuCeilingPercent',
    ({ cpuPercent, cpuCeilingPercent, ...expected }) => {
      expect(decide({ queueDepth: 200, cpuPercent }, { cpuCeilingPercent })).toEqual(expected);
    },
  );
});

describe('on battery', () => {
  test.each([
    { queueDepth: 200, currentTarget: 2, batteryMaxWorkers: 2, target: 2, kind: 'stay', reason: 'battery' },
    {
      queueDepth: 200,
      currentTarget: 2,
      batteryMaxWorkers: 4,
      target: 4,
      kind: 'scale_up',
      reason: 'backlog',
    },
    {
      queueDepth: 200,
      currentTarget: 8,
      batteryMaxWorkers: 4,
      target: 4,
      kind: 'scale_down',
      reason: 'battery',
    },
    // Also below the minimum.
    {
      queueDepth: 0,
      currentTarget: 2,
      batteryMaxWorkers: 1,
      target: 1,
      kind: 'scale_down',
      reason: 'battery',
    },
    {
      queueDepth: 0,
      currentTarget: 8,
      batteryMaxWorkers: 4,
      target: 2,
      kind: 'scale_down',
      reason: 'battery',
    },
    // A bound above the maximum is none.
    {
      queueDepth: 200,
      currentTarget: 8,
      batteryMaxWorkers: 20,
      target: 8,
      kind: 'stay',
      reason: 'at_maximum',
    },
  ])(
    'depth $queueDepth with $currentTarget workers, at most $batteryMaxWorkers: $target',
    ({ queueDepth, currentTarget, batteryMaxWorkers, ...expected }) => {
      // A bound is obeyed whatever the cooldown says.
      const sinceLastActionMs = expected.kind === 'scale_down' ? 1 : null;
      const sample = { queueDepth, currentTarget, onBattery: true, sinceLastActionMs };
      expect(decide(sample, { batteryMaxWorkers })).toEqual(expected);
    },
  );
});

describe('while the engine is full', () => {
  test.each([
    { queueDepth: 200, currentTarget: 2, target: 1, kind: 'scale_down', reason: 'engine_saturated' },
    { queueDepth: 200, currentTarget: 8, target: 7, kind: 'scale_down', reason: 'engine_saturated' },
    { queueDepth: 200, currentTarget: 1, target: 1, kind: 'stay', reason: 'engine_saturated' },
    { queueDepth: 0, currentTarget: 8, target: 2, kind: 'scale_down', reason: 'idle' },
    { queueDepth: 0, currentTarget: 2, target: 1, kind: 'scale_down', reason: 'engine_saturated' },
  ])(
    'depth $queueDepth with $currentTarget workers: $kind to $target',
    ({ queueDepth, currentTarget, ...expected }) => {
      expect(decide({ queueDepth, currentTarget, engineSaturated: true })).toEqual(expected);
    },
  );

  test('one goes, then none for the length of the cooldown', () => {
    const sample = { queueDepth: 200, currentTarget: 7, engineSaturated: true, sinceLastActionMs: 1000 };
    expect(decide(sample)).toEqual({ target: 7, kind: 'stay', reason: 'cooldown' });
  });

  test('and afterwards: back to the minimum, or to what the queue needs, by the ordinary rules', () => {
    const alone = { currentTarget: 1, queueDepth: 30 };
    expect(decide({ ...alone, sinceLastActionMs: 1000 })).toMatchObject({ kind: 'stay', reason: 'cooldown' });
    expect(decide(alone)).toEqual({ target: 2, kind: 'scale_up', reason: 'below_minimum' });
    expect(decide({ ...alone, memoryPercent: 90 })).toMatchObject({ reason: 'memory_ceiling', target: 1 });
    expect(decide({ ...alone, queueDepth: 75 })).toEqual({ target: 4, kind: 'scale_up', reason: 'backlog' });
  });
});

test.each([
  { changes: { maxWorkers: 4 }, currentTarget: 8, target: 4, kind: 'scale_down', reason: 'above_maximum' },
  {
    changes: { minWorkers: 1, maxWorkers: 1 },
    currentTarget: 2,
    target: 1,
    kind: 'scale_down',
    reason: 'above_maximum',
  },
  { changes: { minWorkers: 4 }, currentTarget: 2, target: 2, kind: 'stay', reason: 'cooldown' },
])(
  'changed bounds $changes: a lower maximum does not wait for the cooldown, a higher minimum does',
  ({ changes, currentTarget, ...expected }) => {
    expect(decide({ queueDepth: 30, currentTarget, sinceLastActionMs: 5 }, changes)).toEqual(expected);
  },
);

describe('the sentence', () => {
  test.each([
    {
      sample: { queueDepth: 150 },
      sentence: '8 workers instead of 2: 150 requests waiting, more than 50',
    },
    {
      sample: { queueDepth: 1, currentTarget: 8 },
      sentence: '2 workers instead of 8: 1 request waiting, fewer than 10',
    },
    {
      sample: { queueDepth: 150, memoryPercent: 91.26 },
      sentence: 'still 2 workers: 150 requests waiting, more than 50, but memory is 91.3 % full, above 85 %',
    },
    {
      sample: { queueDepth: 150, sinceLastActionMs: 12_340 },
      sentence:
        'still 2 workers: 150 requests waiting, more than 50, but the last change was 12.3 s ago, less than 30 s',
    },
    {
      sample: { queueDepth: 70, engineSaturated: true },
      sentence: '1 worker instead of 2: the engine takes no more, with 70 requests waiting',
    },
    {
      sample: { queueDepth: 20, currentTarget: 8, onBattery: true },
      sentence: '2 workers instead of 8: on battery at most 2 may run',
    },
    {
      sample: { queueDepth: 200, currentTarget: 8 },
      sentence: 'still 8 workers: 200 requests waiting, more than 50, but at most 8 may run',
    },
  ])('has the figures: $sentence', ({ sample, sentence }) => {
    expect(decideScaling(sampleOf(sample), settings).explanation).toBe(sentence);
  });
});

const anySettings: fc.Arbitrary<ScalingSettings> = fc
  .record({
    minWorkers: fc.integer({ min: 1, max: 12 }),
    more: fc.integer({ min: 0, max: 52 }),
    scaleDownThreshold: fc.integer({ min: 0, max: 100 }),
    gap: fc.integer({ min: 0, max: 500 }),
    cooldownMs: fc.integer({ min: 0, max: 600_000 }),
    memoryCeilingPercent: fc.integer({ min: 1, max: 100 }),
    cpuCeilingPercent: fc.constantFrom(0, 50, 100),
    batteryMaxWorkers: fc.integer({ min: 1, max: 64 }),
  })
  .map(({ more, gap, ...rest }) => ({
    ...rest,
    maxWorkers: rest.minWorkers + more,
    scaleUpThreshold: rest.scaleDownThreshold + gap,
  }));

const anySample: fc.Arbitrary<ScalingSample> = fc.record({
  queueDepth: fc.nat(2000),
  currentTarget: fc.integer({ min: 1, max: 70 }),
  cpuPercent: fc.integer({ min: 0, max: 100 }),
  memoryPercent: fc.integer({ min: 0, max: 100 }),
  onBattery: fc.boolean(),
  engineSaturated: fc.boolean(),
  sinceLastActionMs: fc.option(fc.nat(700_000)),
});

function boundsFor(sample: ScalingSample, of: ScalingSettings): { floor: number; ceiling: number } {
  const ceiling = sample.onBattery ? Math.min(of.maxWorkers, of.batteryMaxWorkers) : of.maxWorkers;
  return { floor: Math.min(of.minWorkers, ceiling), ceiling };
}

describe('any decision', () => {
  test('is within the bounds, and says what it does', () => {
    fc.assert(
      fc.property(anySample, anySettings, (sample, of) => {
        const { target, kind, explanation } = decideScaling(sample, of);
        const { floor, ceiling } = boundsFor(sample, of);
        const change = target - sample.currentTarget;
        expect(target).toBeLessThanOrEqual(ceiling);
        expect(target).toBeGreaterThanOrEqual(1);
        // Only a full engine brings it below the minimum, and with one it never grows.
        const least = sample.engineSaturated ? 1 : Math.min(floor, sample.currentTarget);
        const most = sample.engineSaturated ? sample.currentTarget : ceiling;
        expect(target).toBeGreaterThanOrEqual(least);
        expect(target).toBeLessThanOrEqual(most);
        expect(kind).toBe(change === 0 ? 'stay' : change > 0 ? 'scale_up' : 'scale_down');
        expect(explanation).not.toMatch(/undefined|NaN|null/);
      }),
    );
  });

  test('is the same for the same sample', () => {
    fc.assert(
      fc.property(anySample, anySettings, (sample, of) => {
        expect(decideScaling({ ...sample }, { ...of })).toEqual(decideScaling(sample, of));
      }),
    );
  });

  test('gives a deeper queue no fewer workers', () => {
    fc.assert(
      fc.property(anySample, anySettings, fc.nat(2000), (sample, of, more) => {
        const deeper = { ...sample, queueDepth: sample.queueDepth + more };
        expect(decideScaling(deeper, of).target).toBeGreaterThanOrEqual(decideScaling(sample, of).target);
      }),
    );
  });

  test('in the cooldown is to stay, unless a bound sank', () => {
    fc.assert(
      fc.property(anySample, anySettings, (sample, of) => {
        const cooling = { ...sample, sinceLastActionMs: 0 };
        const { ceiling } = boundsFor(sample, of);
        const isForced = sample.currentTarget > ceiling;
        fc.pre(of.cooldownMs > 0 && !isForced);
        expect(decideScaling(cooling, of).kind).toBe('stay');
      }),
    );
  });
});

/** What is decided at each look, a cooldown apart. */
function actionsUnder(load: ScalingSample, of: ScalingSettings, looks: number): readonly ScalingDecision[] {
  const actions: ScalingDecision[] = [];
  let currentTarget = load.currentTarget;
  for (let look = 0; look < looks; look += 1) {
    const decision = decideScaling({ ...load, currentTarget, sinceLastActionMs: of.cooldownMs }, of);
    if (decision.kind !== 'stay') actions.push(decision);
    currentTarget = decision.target;
  }
  return actions;
}

describe('a load that does not change', () => {
  test('is met within two actions, never one up and one down without end', () => {
    fc.assert(
      fc.property(anySample, anySettings, (load, of) => {
        const settled = { ...load, engineSaturated: false };
        expect(actionsUnder(settled, of, 20).length).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('with a full engine leads down to one worker and stays there', () => {
    fc.assert(
      fc.property(anySample, anySettings, (load, of) => {
        const actions = actionsUnder({ ...load, engineSaturated: true }, of, 80);
        expect(actions.every(({ kind }) => kind === 'scale_down')).toBe(true);
        expect(actions.at(-1)?.target ?? load.currentTarget).toBe(1);
      }),
    );
  });
});
