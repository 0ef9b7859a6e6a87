// A table of many rows: a real <table>, sorted by its heads, chosen from by checkboxes, windowed when it is long.
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import { formatCount } from '../format/numbers.ts';
import { commonMessages } from '../messages/words.ts';
import { Checkbox } from './checkbox.tsx';
import { classes } from './classes.ts';
import styles from './data-table.module.css';
import { moveBetweenRows } from './move-between-rows.ts';
import { TableHead, type Sort } from './table-head.tsx';
import { selectAll, selectRows, type RowKey } from './table-selection.ts';
import { useRowWindow } from './use-row-window.ts';
import { VisuallyHidden } from './visually-hidden.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  /** Its head sorts by it: `sort.key` is then its key. */
  readonly isSortable?: boolean;
  /** 3 leaves first where there is no room, 2 on a phone; 1, the default, stays. */
  readonly priority?: 1 | 2 | 3;
  readonly align?: 'start' | 'end';
  /** A CSS length; what is left goes to the columns without one. */
  readonly width?: string;
}

export interface DataTableProps<Row> {
  /** What the table holds, for who cannot see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => RowKey;
  /** What a row is called: names its checkbox. Needed with `onSelect`. */
  readonly rowLabel?: (row: Row) => string;
  readonly selected?: ReadonlySet<RowKey>;
  readonly onSelect?: (selected: ReadonlySet<RowKey>) => void;
  readonly sort?: Sort | undefined;
  readonly onSort?: (sort: Sort) => void;
  /** The first column becomes a link there, and the whole row a place to press it. */
  readonly href?: (row: Row) => string;
  /** Shown instead of the table when it has no row. */
  readonly empty: ReactNode;
}

const noSelection: ReadonlySet<RowKey> = new Set();

export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  rowLabel,
  selected = noSelection,
  onSelect,
  sort,
  onSort,
  href,
  empty,
}: DataTableProps<Row>) {
  const lastClicked = useRef<RowKey | null>(null);
  const { scrollRef, bodyRef, window, isWindowed, onScroll } = useRowWindow(rows.length);
  if (rows.length === 0) return <>{empty}</>;
  const keys = rows.map(rowKey);
  const chosen = keys.filter((key) => selected.has(key)).length;

  function choose(key: RowKey, isOn: boolean, isRange: boolean): void {
    const from = isRange ? lastClicked.current : null;
    lastClicked.current = key;
    onSelect?.(selectRows({ keys, selected, key, isOn, from }));
  }

  function onKeyDown(event: KeyboardEvent<HTMLTableSectionElement>): void {
    if (onSelect !== undefined && event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSelect(selectAll(keys, selected, true));
    } else moveBetweenRows(event);
  }

  return (
    <div className={styles['wrap']}>
      <div
        ref={scrollRef}
        className={isWindowed ? styles['windowed'] : undefined}
        onScroll={onScroll}
        {...(isWindowed ? { tabIndex: 0, role: 'region', 'aria-label': label } : {})}
      >
        <table className={styles['table']} {...(isWindowed ? { 'aria-rowcount': rows.length + 1 } : {})}>
          <caption>
            <VisuallyHidden>
              {label}, {commonMessages.rowsOf(formatCount(rows.length))}
            </VisuallyHidden>
          </caption>
          <thead>
            <tr {...(isWindowed ? { 'aria-rowindex': 1 } : {})}>
              {onSelect === undefined ? null : (
                <th scope="col" className={classes(styles['head'], styles['check'])}>
                  <Checkbox
                    hideLabel
                    label={commonMessages.selectAll}
                    checked={chosen === rows.length}
                    indeterminate={chosen > 0 && chosen < rows.length}
                    onChange={(isOn) => onSelect(selectAll(keys, selected, isOn))}
                  />
                </th>
              )}
              {columns.map((column) => (
                <TableHead key={column.key} column={column} sort={sort} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody ref={bodyRef} onKeyDown={onKeyDown}>
            <Gap height={window.aboveHeight} />
            {rows.slice(window.first, window.end).map((row, index) => {
              const key = rowKey(row);
              return (
                <tr
                  key={key}
                  data-row={window.first + index}
                  className={classes(styles['row'], selected.has(key) && styles['selected'])}
                  {...(isWindowed ? { 'aria-rowindex': window.first + index + 2 } : {})}
                >
                  {onSelect === undefined ? null : (
                    <td className={classes(styles['cell'], styles['check'])}>
                      <Checkbox
                        hideLabel
                        label={`${commonMessages.selectRow} ${rowLabel?.(row) ?? key}`}
                        checked={selected.has(key)}
                        onChange={(isOn, isRange) => choose(key, isOn, isRange)}
                      />
                    </td>
                  )}
                  {columns.map((column, place) => (
                    <td key={column.key} className={cellClass(column)}>
                      {place === 0 && href !== undefined ? (
                        <a className={styles['link']} href={href(row)}>
                          {column.render(row)}
                        </a>
                      ) : (
                        column.render(row)
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
            <Gap height={window.belowHeight} />
          </tbody>
        </table>
      </div>
    </div>
  );
}

function cellClass<Row>({ align, priority = 1 }: Column<Row>): string {
  return classes(styles['cell'], align === 'end' && styles['end'], styles[`priority${priority}`]);
}

/** Stands for the rows that are not drawn; of one cell, as a span over columns that have left would bring them back. */
function Gap({ height }: { readonly height: number }) {
  if (height === 0) return null;
  return (
    <tr aria-hidden>
      <td className={styles['gap']} style={{ height }} />
    </tr>
  );
}
