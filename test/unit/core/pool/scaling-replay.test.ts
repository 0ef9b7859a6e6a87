import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decideScaling,
  type ScalingSample,
  type ScalingSettings,
} from '../../../../src/core/pool/scaling-decision.ts';
import { replayScaling } from '../../../../src/core/pool/scaling-replay.ts';
import { formatReplay } from '../../../../src/core/pool/scaling-replay-table.ts';
import { parseTrace, traceLine, type ScalingTraceEntry } from '../../../../src/core/pool/scaling-trace.ts';
import { AppError } from '../../../../src/shared/errors.ts';

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

/** What a pool with these settings records when it looks every 10 s. */
function record(depths: readonly number[], from: Partial<ScalingSample> = {}): readonly ScalingTraceEntry[] {
  let currentTarget = from.currentTarget ?? 2;
  let actedAt: number | null = null;
  return depths.map((queueDepth, index) => {
    const t = 1_800_000_000 + index * 10;
    const sinceLastActionMs = actedAt === null ? (from.sinceLastActionMs ?? null) : (t - actedAt) * 1000;
    const sample: ScalingSample = {
      queueDepth,
      currentTarget,
      cpuPercent: 12.34,
      memoryPercent: 40,
      onBattery: false,
      engineSaturated: false,
      sinceLastActionMs,
    };
    const decision = decideScaling(sample, settings);
    if (decision.kind !== 'stay') actedAt = t;
    currentTarget = decision.target;
    return { t, sample, decision };
  });
}

describe('a replay', () => {
  test('with the settings of the recording decides what was decided', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 60 }), (depths) => {
        const steps = replayScaling(record(depths), settings);
        expect(steps.map(({ replayed }) => replayed)).toEqual(steps.map(({ recorded }) => recorded));
      }),
    );
  });

  test('with others keeps its own number of workers and its own cooldown', () => {
    const trace = record([0, 60, 60, 60, 60, 160]);
    const steps = replayScaling(trace, { ...settings, scaleUpThreshold: 20, cooldownMs: 40_000 });
    expect(
      steps.map(({ recorded, replayed, sample }) => [
        recorded.target,
        replayed.target,
        replayed.reason,
        sample.sinceLastActionMs,
      ]),
    ).toEqual([
      [2, 2, 'at_minimum', null],
      [3, 8, 'backlog', null],
      [3, 8, 'at_maximum', 10_000],
      [3, 8, 'at_maximum', 20_000],
      [3, 8, 'at_maximum', 30_000],
      [8, 8, 'at_maximum', 40_000],
    ]);
  });

  test('begins as the recording did, also in the middle of a cooldown', () => {
    const trace = record([200, 200, 200], { currentTarget: 3, sinceLastActionMs: 15_000 });
    const steps = replayScaling(trace, { ...settings, cooldownMs: 20_000 });
    expect(steps.map(({ replayed }) => replayed.reason)).toEqual(['cooldown', 'backlog', 'at_maximum']);
  });

  test('survives a clock that was set back', () => {
    const [first, second] = record([200, 0]);
    if (first === undefined || second === undefined) throw new RangeError('two looks');
    const steps = replayScaling([first, { ...second, t: first.t - 3600 }], settings);
    expect(steps.map(({ sample }) => sample.sinceLastActionMs)).toEqual([null, 0]);
  });

  test('of nothing is nothing', () => {
    expect(replayScaling([], settings)).toEqual([]);
    expect(formatReplay([])).toContain('0 looks: 0 actions recorded, 0 with these settings');
  });
});

test('the table tells of actions and of changed reasons, and counts the rest', () => {
  const steps = replayScaling(record([0, 0, 0, 60, 60, 0, 0, 0]), { ...settings, maxWorkers: 2 });
  expect(formatReplay(steps).split('\n')).toEqual([
    'time (UTC)           queue  cpu %  memory %   recorded  replayed  why',
    '2027-01-15 08:00:00      0     12        40          2         2  still 2 workers: 0 requests waiting, fewer than 10',
    '2027-01-15 08:00:30     60     12        40    up to 3         2  still 2 workers: 60 requests waiting, more than 50, but at most 2 may run',
    '2027-01-15 08:00:40     60     12        40          3         2  still 2 workers: 60 requests waiting, more than 50, but at most 2 may run',
    '2027-01-15 08:00:50      0     12        40          3         2  still 2 workers: 0 requests waiting, fewer than 10',
    '2027-01-15 08:01:00      0     12        40  down to 2         2  still 2 workers: 0 requests waiting, fewer than 10',
    '2027-01-15 08:01:10      0     12        40          2         2  still 2 workers: 0 requests waiting, fewer than 10',
    '',
    '8 looks: 2 actions recorded, 0 with these settings',
  ]);
});

describe('a trace', () => {
  test('is read as it was written', () => {
    const trace = record([0, 75, 200]);
    expect(parseTrace(trace.map(traceLine).join(''))).toEqual(trace);
    expect(parseTrace('\n  \n')).toEqual([]);
  });

  test.each([
    { bad: '{', why: 'not a JSON object with t, sample and decision' },
    { bad: '[]', why: 'not a JSON object with t, sample and decision' },
    { bad: '{"t":1}', why: 'sample: ' },
    { bad: traceLine(record([5])[0] ?? never()).replace('"at_minimum"', '"mood"'), why: 'decision.reason: ' },
    {
      bad: traceLine(record([5])[0] ?? never()).replace('"queueDepth":5', '"queueDepth":-1'),
      why: 'queueDepth: ',
    },
  ])('with a line that is none says which and why: $bad', ({ bad, why }) => {
    const text = `${record([0]).map(traceLine).join('')}\n${bad.trim()}\n`;
    expect(() => parseTrace(text)).toThrow(AppError);
    expect(() => parseTrace(text)).toThrow(/^line 3 is no entry of a scaling trace: /);
    expect(() => parseTrace(text)).toThrow(why);
  });
});

function never(): never {
  throw new RangeError('no entry');
}
