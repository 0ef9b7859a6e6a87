import { describe, expect, it } from 'vitest';
import {
  lastMinutes,
  lonePoints,
  meanOf,
  meanOverScans,
  nearestIndex,
  peakOf,
} from '../../../../src/renderer/charts/point-figures.ts';
import { points } from './chart-points.ts';

describe('the minute before each point', () => {
  /** Every five seconds; the first has 1, the second 2, … */
  const fourteen = Array.from({ length: 14 }, (_, index) => ({ at: 5 * (index + 1), scans: index + 1 }));

  it('has the files of twelve points, of a young course those there are, and a gap stays one', () => {
    const drawn = lastMinutes(points(...fourteen, { at: 105 }, { at: 140, scans: 9 }));
    expect(drawn.slice(0, 2)).toEqual([
      { at: 5, value: 1 },
      { at: 10, value: 3 },
    ]);
    // 3 to 14; then 70 seconds of which nothing is known.
    expect(drawn.slice(-3)).toEqual([
      { at: 70, value: 102 },
      { at: 105, value: null },
      { at: 140, value: 9 },
    ]);
  });

  it('is the same whether points come a little early or late', () => {
    const uneven = fourteen.map(({ at }, index) => ({ at: at + (index % 2 === 0 ? 0.4 : -0.4), scans: 10 }));
    expect(lastMinutes(points(...uneven)).at(-1)?.value).toBe(120);
  });
});

describe('figures of points', () => {
  it('points between gaps are alone', () => {
    const all = points({ queueDepth: 1 }, {}, { queueDepth: 4 }, { queueDepth: 5 }, {}, { queueDepth: 2 });
    expect(lonePoints(all, 'queueDepth').map(({ value }) => value)).toEqual([1, 2]);
    expect(lonePoints(points({ queueDepth: 3 }), 'queueDepth')).toHaveLength(1);
    expect(lonePoints(all, 'workers')).toEqual([]);
  });

  it('a peak is the first of the highest', () => {
    const all = points({ queueDepth: 1 }, { queueDepth: 7 }, {}, { queueDepth: 7 });
    expect(peakOf(all, 'queueDepth')).toEqual({ value: 7, at: all[1]?.at });
  });

  it('a mean counts each interval by its length', () => {
    const all = points({ cpuPercent: 10, intervalSeconds: 30 }, {}, { cpuPercent: 40, intervalSeconds: 60 });
    expect(meanOf(all, 'cpuPercent')).toBe(30);
    expect(meanOf(points({}), 'cpuPercent')).toBeNull();
  });

  it('a hit rate counts each interval by its scans', () => {
    const all = points({ hitRatePercent: 100, scans: 1 }, { hitRatePercent: 0, scans: 99 });
    expect(meanOverScans(all, 'hitRatePercent')).toBe(1);
  });

  it('the nearest in time is found, and none among none', () => {
    const all = [{ at: 10 }, { at: 20 }, { at: 40 }];
    expect([nearestIndex(all, 0), nearestIndex(all, 26), nearestIndex(all, 99)]).toEqual([0, 1, 2]);
    expect(nearestIndex([], 5)).toBeNull();
  });
});
