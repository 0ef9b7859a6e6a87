// The drawing of a sparkline in a box of 100 by 28: time runs across all of it, and a gap in the points is a gap in the line.
const width = 100;
const height = 28;
/** Half a line stays inside of the box. */
const inset = 1;

export interface SparkPoint {
  /** Unix seconds. */
  readonly at: number;
  /** null where nothing is known. */
  readonly value: number | null;
}

/** What the box stands for. */
export interface SparkScope {
  /** Unix seconds of the left edge. */
  readonly from: number;
  /** Unix seconds of the right edge. */
  readonly to: number;
  /** The value at the top edge; the highest point when it is left out. */
  readonly top?: number;
}

export interface SparkPath {
  readonly line: string;
  readonly area: string;
  /** Points without a neighbour: there is no line to be drawn. */
  readonly dots: string;
}

/** @param points oldest first. */
export function sparkPath(points: readonly SparkPoint[], { from, to, top = 0 }: SparkScope): SparkPath {
  const shown = points.filter(({ at }) => at >= from && at <= to);
  const highest = Math.max(top, ...shown.flatMap(({ value }) => value ?? []), Number.MIN_VALUE);
  const span = Math.max(to - from, Number.MIN_VALUE);
  const runs = runsOf(
    shown.map(({ at, value }) => ({
      x: round(((at - from) / span) * width),
      y: value === null ? null : round(height - inset - (value / highest) * (height - 2 * inset)),
    })),
  );
  const lines = runs.filter((run) => run.length > 1);
  return {
    line: lines.map((run) => `M${pathOf(run)}`).join(''),
    area: lines
      .map((run) => `M${run[0]?.x ?? 0},${height}L${pathOf(run)}L${run.at(-1)?.x ?? 0},${height}Z`)
      .join(''),
    dots: runs
      .filter((run) => run.length === 1)
      .map((run) => `M${pathOf(run)}h0`)
      .join(''),
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function runsOf(places: readonly { readonly x: number; readonly y: number | null }[]): readonly Place[][] {
  const runs: Place[][] = [];
  let run: Place[] = [];
  for (const { x, y } of places) {
    if (y !== null) run.push({ x, y });
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

function pathOf(run: readonly Place[]): string {
  return run.map(({ x, y }) => `${x},${y}`).join('L');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
