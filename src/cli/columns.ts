// Rows of cells one below the other; colours do not count, and the last column is as long as it likes.
import { stripVTControlCharacters, styleText } from 'node:util';

const segmenter = new Intl.Segmenter();

export interface Column {
  readonly title: string;
  /** Numbers stand at the right; text, without this, at the left. */
  readonly isNumber?: true;
}

/** The lines, a head first. */
export function columnLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => widthOf(row[index] ?? ''))),
  );
  const head = columns.map(({ title }) => title);
  return [styleText('bold', lineOf(head)), ...rows.map(lineOf)];

  function lineOf(cells: readonly string[]): string {
    const padded = columns.map(({ isNumber }, index) => {
      const cell = cells[index] ?? '';
      const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(cell)));
      if (isNumber === true) return space + cell;
      return index === columns.length - 1 ? cell : cell + space;
    });
    return padded.join('  ').trimEnd();
  }
}

function widthOf(text: string): number {
  return Array.from(segmenter.segment(stripVTControlCharacters(text))).length;
}
