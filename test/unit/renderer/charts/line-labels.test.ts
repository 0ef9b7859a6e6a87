import { expect, it } from 'vitest';
import type { ChartLine } from '../../../../src/renderer/charts/chart-lines.ts';
import { labelPlaces } from '../../../../src/renderer/charts/line-labels.tsx';
import { points } from './chart-points.ts';

const line = { colour: 1, form: 'line', text: String, hasLabel: true } as const;
const lines: readonly ChartLine[] = [
  { ...line, figure: 'cpuPercent', name: 'CPU' },
  { ...line, figure: 'memoryPercent', name: 'Memory' },
];

it.each([
  ['the upper above, the lower below', { cpuPercent: 30, memoryPercent: 50 }, { Memory: 29, CPU: 75 }],
  ['no room below: above', { cpuPercent: 2, memoryPercent: 50 }, { Memory: 29, CPU: 77 }],
  ['no room above: at the edge', { cpuPercent: 30, memoryPercent: 99 }, { Memory: 0, CPU: 75 }],
])('%s', (_, figures, expected) => {
  const places = labelPlaces(lines, points(figures, figures), 100, 100);
  expect(Object.fromEntries(places.map(({ line: { name }, topPx }) => [name, topPx]))).toEqual(expected);
});

it('a line without points or without a wish for one has no label', () => {
  const [cpu] = lines;
  const silent = cpu === undefined ? [] : [{ ...cpu, hasLabel: false }];
  expect(labelPlaces(lines, points({}), 100, 100)).toEqual([]);
  expect(labelPlaces(silent, points({ cpuPercent: 2 }), 100, 100)).toEqual([]);
});
