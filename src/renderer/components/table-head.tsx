// The head of a column: its title, and where it can be sorted by it, a button that does.
import { ArrowDown, ArrowUp } from 'lucide-react';
import { commonMessages } from '../messages/words.ts';
import { classes } from './classes.ts';
import styles from './data-table.module.css';

export interface Sort {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}

interface TableHeadProps {
  readonly column: {
    readonly key: string;
    readonly title: string;
    readonly isSortable?: boolean;
    readonly priority?: 1 | 2 | 3;
    readonly align?: 'start' | 'end';
    readonly width?: string;
  };
  readonly sort: Sort | undefined;
  readonly onSort: ((sort: Sort) => void) | undefined;
}

export function TableHead({ column, sort, onSort }: TableHeadProps) {
  const { key, title, isSortable = false, priority = 1, align, width } = column;
  const direction = sort?.key === key ? sort.direction : null;
  const Arrow = direction === 'ascending' ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      className={classes(styles['head'], align === 'end' && styles['end'], styles[`priority${priority}`])}
      {...(width === undefined ? {} : { style: { width } })}
      {...(isSortable ? { 'aria-sort': direction ?? 'none' } : {})}
    >
      {isSortable && onSort !== undefined ? (
        <button
          type="button"
          className={styles['sort']}
          title={commonMessages.sortBy(title)}
          onClick={() => onSort({ key, direction: direction === 'ascending' ? 'descending' : 'ascending' })}
        >
          {title}
          {direction === null ? null : <Arrow size={14} aria-hidden />}
        </button>
      ) : (
        title
      )}
    </th>
  );
}
