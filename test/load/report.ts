// The load's figures as tables for people.
import { markdownTable } from '../bench/performance-page.ts';
import type { StepFigures } from './step-figures.ts';

const head = [
  'step',
  'wanted/s',
  'reached/s',
  'p50, ms',
  'p95, ms',
  'p99, ms',
  'max, ms',
  'failed',
  'MiB/s',
  'CPU service',
  'CPU generator',
];

export function stepTable(steps: readonly StepFigures[]): string {
  return markdownTable(
    head,
    steps.map((step) => [
      step.name,
      step.wantedRate === null ? 'any' : `${step.wantedRate}`,
      step.reachedRate.toFixed(0),
      milliseconds(step.p50Ms),
      milliseconds(step.p95Ms),
      milliseconds(step.p99Ms),
      milliseconds(step.maxMs),
      failuresOf(step),
      (step.bytesPerSecond / 2 ** 20).toFixed(1),
      step.serviceShare === null ? '' : share(step.serviceShare),
      share(step.generatorShare),
    ]),
  );
}

/** null where there is only one kind of request. */
export function kindTable(steps: readonly StepFigures[]): string | null {
  if (steps.every(({ kinds }) => kinds.length < 2)) return null;
  const rows = steps.flatMap(({ name, wantedRate, seconds, kinds }) =>
    kinds.map((figures) => [
      `${name} at ${wantedRate ?? 'any'}/s: ${figures.kind}`,
      (figures.answered / seconds).toFixed(0),
      milliseconds(figures.p50Ms),
      milliseconds(figures.p95Ms),
      milliseconds(figures.p99Ms),
    ]),
  );
  return markdownTable(['kind of request', 'reached/s', 'p50, ms', 'p95, ms', 'p99, ms'], rows);
}

function failuresOf({ errorShare, refused, broken }: StepFigures): string {
  const statuses = Object.entries(refused).map(([status, count]) => `${count} × ${status}`);
  const what = [...statuses, ...(broken === 0 ? [] : [`${broken} broken`])].join(', ');
  return `${(errorShare * 100).toFixed(2)} %${what === '' ? '' : ` (${what})`}`;
}

function milliseconds(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

function share(value: number): string {
  return `${(value * 100).toFixed(0)} %`;
}
