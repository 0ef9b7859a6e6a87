// What one chart draws of the points: which figures, in which form and colour, and how they are written.
import type { FigureName } from './points-of.ts';

export interface ChartLine {
  readonly figure: FigureName;
  readonly name: string;
  /** `--chart-1` to `--chart-4`. */
  readonly colour: 1 | 2 | 3 | 4;
  readonly form: 'line' | 'area';
  readonly text: (value: number) => string;
  /** Drawn into the plot at its end, where there is more than one line. */
  readonly hasLabel?: boolean;
}

/** A column of the table, and a row of the tooltip, that is not drawn. */
export type ChartColumn = Pick<ChartLine, 'figure' | 'name' | 'text'>;
