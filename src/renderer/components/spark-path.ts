// The drawing of a sparkline in a box of 100 by 28; a gap in the points is a gap in the line.
const width = 100;
const height = 28;
/** Half a line stays inside of the box. */
const inset = 1;

export interface SparkPath {
  readonly line: string;
  readonly area: string;
}

export function sparkPath(points: readonly (number | null)[], top?: number): SparkPath {
  const known = points.filter((point) => point !== null);
  const highest = Math.max(top ?? 0, ...known, Number.MIN_VALUE);
  const step = width / Math.max(1, points.length - 1);
  const runs = runsOf(
    points.map((point, index) => ({
      x: round(index * step),
      y: point === null ? null : round(height - inset - (point / highest) * (height - 2 * inset)),
    })),
  );
  return {
    line: runs.map((run) => `M${run.map(({ x, y }) => `${x},${y}`).join('L')}`).join(''),
    area: runs
      .map((run) => {
        const line = run.map(({ x, y }) => `${x},${y}`).join('L');
        return `M${run[0]?.x ?? 0},${height}L${line}L${run.at(-1)?.x ?? 0},${height}Z`;
      })
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

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
