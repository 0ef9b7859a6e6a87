// Which figures the charts of the page draw, in which form; the same objects every time, so that nothing is drawn twice.
import type { ChartColumn, ChartLine } from '../../charts/chart-lines.ts';
import { durationText, filesText, percentText, perHourText, workersText } from '../../charts/figure-texts.ts';
import type { SeriesRange } from '../../../shared/page-documents.ts';
import { formatCount } from '../../format/numbers.ts';
import { chartMessages } from '../../messages/charts.ts';

const { figures, units } = chartMessages;

/** Charts of the page share one crosshair. */
export const crosshair = 'performance';

interface ScansDrawn {
  readonly lines: readonly ChartLine[];
  readonly more: readonly ChartColumn[];
  readonly unit: string;
}

const perHour = { figure: 'scansPerHour', name: figures.scansPerHour, text: perHourText } as const;
const perPoint = { figure: 'scans', name: figures.files, text: formatCount } as const;
const scansOfHours: ScansDrawn = {
  lines: [{ ...perHour, colour: 1, form: 'line' }],
  more: [{ ...perPoint, name: figures.scans }],
  unit: units.scansPerHour,
};
/** Five busy seconds are not an hour of as many: what was counted is drawn, what it would come to is only told. */
const scansOfSeconds: ScansDrawn = {
  lines: [{ ...perPoint, colour: 1, form: 'line' }],
  more: [perHour],
  unit: units.files,
};

export function scansDrawn(range: SeriesRange): ScansDrawn {
  return range === '5m' ? scansOfSeconds : scansOfHours;
}

export const queueLines: readonly ChartLine[] = [
  { figure: 'queueDepth', name: figures.queueDepth, colour: 1, form: 'line', text: filesText },
];
export const machineLines: readonly ChartLine[] = [
  {
    figure: 'cpuPercent',
    name: figures.cpuPercent,
    colour: 1,
    form: 'line',
    text: percentText,
    hasLabel: true,
  },
  {
    figure: 'memoryPercent',
    name: figures.memoryPercent,
    colour: 2,
    form: 'line',
    text: percentText,
    hasLabel: true,
  },
];
export const workerLines: readonly ChartLine[] = [
  {
    figure: 'utilizationPercent',
    name: figures.utilizationPercent,
    colour: 1,
    form: 'area',
    text: percentText,
  },
];
export const cacheLines: readonly ChartLine[] = [
  { figure: 'hitRatePercent', name: figures.hitRatePercent, colour: 1, form: 'line', text: percentText },
];
export const savedLines: readonly ChartLine[] = [
  {
    figure: 'savedSoFarSeconds',
    name: figures.savedSoFarSeconds,
    colour: 3,
    form: 'area',
    text: durationText,
  },
];

export const workerColumn: readonly ChartColumn[] = [
  { figure: 'workers', name: figures.workers, text: workersText },
];
export const scanColumn: readonly ChartColumn[] = [
  { figure: 'scans', name: figures.scans, text: formatCount },
];
export const savedColumn: readonly ChartColumn[] = [
  { figure: 'savedSeconds', name: figures.savedSeconds, text: durationText },
];
