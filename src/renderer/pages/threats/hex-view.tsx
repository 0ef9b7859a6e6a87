// The bytes around a match: offset, sixteen bytes, their text; the match is framed and bold, and told as text beside it.
import { VisuallyHidden } from '../../components/visually-hidden.tsx';
import { classes } from '../../components/classes.ts';
import { displayText } from '../../../shared/display-path.ts';
import type { MatchContext } from '../../../shared/page-documents.ts';
import { threatTexts } from '../../messages/threats.ts';
import { hexRows, matchedText, offsetText, type HexCell } from './hex-rows.ts';
import styles from './hex-view.module.css';

export function HexView({ match }: { readonly match: MatchContext }) {
  const { rule: texts } = threatTexts;
  const rows = hexRows(match);
  const label = `${texts.match(displayText(match.pattern), match.length)}${match.offset}`;
  return (
    <figure className={styles['figure']}>
      <figcaption className={styles['caption']}>
        {texts.match(displayText(match.pattern), match.length)}
        <code>0x{match.offset.toString(16)}</code>
        <VisuallyHidden>. {texts.matchedBytes(matchedText(match))}</VisuallyHidden>
      </figcaption>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={label}>
        {/* Read byte by byte it says nothing: the caption has it as text. */}
        <div className={styles['rows']} aria-hidden>
          {rows.map((row) =>
            row.kind === 'cut' ? (
              <div key={row.offset} className={styles['rowsCut']}>
                {texts.cut(row.rows)}
              </div>
            ) : (
              <div key={row.offset} className={styles['row']}>
                <span className={styles['offset']}>{offsetText(row.offset)}</span>
                <Cells cells={row.cells} part="hex" />
                <Cells cells={row.cells} part="character" />
              </div>
            ),
          )}
        </div>
      </div>
    </figure>
  );
}

interface CellsProps {
  readonly cells: readonly (HexCell | null)[];
  readonly part: 'hex' | 'character';
}

function Cells({ cells, part }: CellsProps) {
  return (
    <span className={styles[part]}>
      {cells.map((cell, column) => {
        const isMatch = cell?.isMatch === true;
        return (
          <span
            key={column}
            className={classes(
              styles['cell'],
              isMatch && styles['match'],
              isMatch && cells[column - 1]?.isMatch !== true && styles['first'],
              isMatch && cells[column + 1]?.isMatch !== true && styles['last'],
            )}
          >
            {cell === null ? ' ' : cell[part]}
          </span>
        );
      })}
    </span>
  );
}
