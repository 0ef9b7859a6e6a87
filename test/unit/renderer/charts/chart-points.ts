// Points for tests: one an interval, with only the figures that a test is about.
import { unknownFigures, type ChartPoint } from '../../../../src/renderer/charts/points-of.ts';

/** 09:00 of a day without a change of the clock, in the time zone of this machine. */
export const nine = new Date(2026, 10, 12, 9, 0, 0).getTime() / 1000;

export function points(...figures: readonly Partial<ChartPoint>[]): readonly ChartPoint[] {
  return figures.map((some, index) => ({
    ...unknownFigures,
    at: nine + 60 * (index + 1),
    intervalSeconds: 60,
    ...some,
  }));
}
