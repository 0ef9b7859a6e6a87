// Which rows of a long table are drawn: those in sight and some around them; the others are two gaps of the same height.
export interface RowWindow {
  readonly first: number;
  /** One behind the last. */
  readonly end: number;
  readonly aboveHeight: number;
  readonly belowHeight: number;
}

/** Below this all rows are drawn. */
export const windowedFrom = 200;
const spareRows = 12;

export interface WindowPlace {
  readonly rows: number;
  readonly rowHeight: number;
  /** How far the rows are scrolled out above. */
  readonly scrollTop: number;
  readonly viewHeight: number;
}

export function rowWindow({ rows, rowHeight, scrollTop, viewHeight }: WindowPlace): RowWindow {
  if (rows <= windowedFrom || rowHeight <= 0) return { first: 0, end: rows, aboveHeight: 0, belowHeight: 0 };
  const inSight = Math.ceil(viewHeight / rowHeight) + 1;
  const wanted = Math.floor(Math.max(0, scrollTop) / rowHeight) - spareRows;
  const first = Math.max(0, Math.min(wanted, rows - inSight));
  const end = Math.min(rows, first + inSight + 2 * spareRows);
  return { first, end, aboveHeight: first * rowHeight, belowHeight: (rows - end) * rowHeight };
}
