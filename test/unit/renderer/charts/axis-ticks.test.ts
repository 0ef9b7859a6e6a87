import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationScale, timeTicks, valueScale } from '../../../../src/renderer/charts/axis-ticks.ts';
import { formatClock, formatDay } from '../../../../src/renderer/format/times.ts';
import { nine } from './chart-points.ts';

const hour = 3600;

describe('ticks of time', () => {
  it.each([
    ['five minutes', nine + 20, 300, 6, formatClock, ['09:01', '09:02', '09:03', '09:04', '09:05']],
    ['an hour', nine - 100, hour, 7, formatClock, ['09:00', '09:10', '09:20', '09:30', '09:40', '09:50']],
    [
      'a day',
      nine,
      24 * hour,
      8,
      formatClock,
      ['09:00', '12:00', '15:00', '18:00', '21:00', '00:00', '03:00', '06:00', '09:00'],
    ],
  ])('of %s stand at round times', (_, from, span, most, text, expected) => {
    expect(timeTicks(from, from + span, most).map((at) => text(at))).toEqual(expected);
  });

  it('of a month stand at midnights', () => {
    const ticks = timeTicks(nine, nine + 30 * 24 * hour, 6);
    expect(ticks.map((at) => formatClock(at))).toEqual(ticks.map(() => '00:00'));
    expect(formatDay(ticks[0] ?? 0, nine)).toBe('13 Nov');
    expect(ticks).toHaveLength(6);
  });

  it('lie within the range, rise, and have room', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }),
        fc.integer({ min: 60, max: 40 * 24 * hour }),
        fc.integer({ min: 2, max: 16 }),
        (from, span, most) => {
          const ticks = timeTicks(from, from + span, most);
          // A change of the clock may squeeze one more in.
          expect(ticks.length).toBeLessThanOrEqual(most + 2);
          expect(ticks.filter((at) => at < from || at > from + span)).toEqual([]);
          expect(ticks.filter((at, index) => index > 0 && at <= (ticks[index - 1] ?? 0))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are none for a range that has no length', () => {
    expect(timeTicks(nine, nine, 5)).toEqual([]);
  });
});

describe('a scale of values', () => {
  it.each([
    [0, false, { max: 0.25, ticks: [0, 0.25] }],
    [0, true, { max: 4, ticks: [0, 1, 2, 3, 4] }],
    [3, true, { max: 4, ticks: [0, 1, 2, 3, 4] }],
    [118, true, { max: 150, ticks: [0, 50, 100, 150] }],
    [100, false, { max: 100, ticks: [0, 25, 50, 75, 100] }],
    [15_718, false, { max: 20_000, ticks: [0, 5000, 10_000, 15_000, 20_000] }],
  ])('up to %d, whole: %s', (highest, isWhole, expected) => {
    expect(valueScale(highest, 4, isWhole)).toEqual(expected);
  });

  it('reaches over the highest value, in few steps', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), fc.boolean(), (highest, isWhole) => {
        const { max, ticks } = valueScale(highest, 4, isWhole);
        expect(max).toBeGreaterThanOrEqual(highest * 0.999);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.at(-1)).toBe(max);
        expect(!isWhole || ticks.every((tick) => Number.isInteger(tick))).toBe(true);
      }),
    );
  });
});

it.each([
  [49, [0, 15, 30, 45, 60]],
  [1183, [0, 300, 600, 900, 1200]],
  [0, [0, 1]],
])('a scale of %d seconds has steps of a clock', (seconds, ticks) => {
  expect(durationScale(seconds)).toEqual({ max: ticks.at(-1), ticks });
});
