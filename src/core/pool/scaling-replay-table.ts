// A replay as text for a terminal: every moment at which either acted or began to hold back for another reason.
import type { ScalingDecision } from './scaling-decision.ts';
import type { ReplayedStep } from './scaling-replay.ts';

const head = ['time (UTC)', 'queue', 'cpu %', 'memory %', 'recorded', 'replayed', 'why'];
/** The last column is text. */
const textColumns = new Set([0, head.length - 1]);

/** Ends with a line that says how many looks and actions there were. */
export function formatReplay(steps: readonly ReplayedStep[]): string {
  const told = steps.filter((step, index) => isNews(step, steps[index - 1]));
  const rows = [
    head,
    ...told.map(({ t, recorded, sample, replayed }) => [
      new Date(t * 1000).toISOString().slice(0, 19).replace('T', ' '),
      `${sample.queueDepth}`,
      sample.cpuPercent.toFixed(0),
      sample.memoryPercent.toFixed(0),
      change(recorded),
      change(replayed),
      replayed.explanation,
    ]),
  ];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return textColumns.has(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const summary = `${steps.length} looks: ${actions(steps, 'recorded')} actions recorded, ${actions(steps, 'replayed')} with these settings`;
  return [...lines, '', summary].join('\n');
}

function isNews({ recorded, replayed }: ReplayedStep, before: ReplayedStep | undefined): boolean {
  if (before === undefined || recorded.kind !== 'stay' || replayed.kind !== 'stay') return true;
  return recorded.reason !== before.recorded.reason || replayed.reason !== before.replayed.reason;
}

function change({ kind, target }: ScalingDecision): string {
  if (kind === 'stay') return `${target}`;
  return `${kind === 'scale_up' ? 'up to' : 'down to'} ${target}`;
}

function actions(steps: readonly ReplayedStep[], which: 'recorded' | 'replayed'): number {
  return steps.filter((step) => step[which].kind !== 'stay').length;
}
