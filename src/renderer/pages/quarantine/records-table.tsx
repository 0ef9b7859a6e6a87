// Quarantined files in a list: what, what was found in it, how large, since when, and who decided.
import type { ReactNode } from 'react';
import { displayPath } from '../../../shared/display-path.ts';
import type { VaultRecord } from '../../../shared/vault-record.ts';
import { hashOf } from '../../client/route.ts';
import { BytesText } from '../../components/bytes-text.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { PathText } from '../../components/path-text.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import type { Sort } from '../../components/table-head.tsx';
import type { RowKey } from '../../components/table-selection.ts';
import { TimeText } from '../../components/time-text.tsx';
import { quarantineTexts } from '../../messages/quarantine.ts';
import { actorText } from '../../messages/threats.ts';
import { namesOf } from '../threats/finding-view.ts';
import styles from './quarantine.module.css';
import { recordColumns, type RecordOrder } from './record-view.ts';

interface RecordsTableProps {
  readonly records: readonly VaultRecord[];
  readonly order: RecordOrder;
  readonly onOrder: (order: RecordOrder) => void;
  readonly selected: ReadonlySet<RowKey>;
  readonly onSelect: (selected: ReadonlySet<RowKey>) => void;
  readonly isNarrow: boolean;
  readonly empty: ReactNode;
}

export function RecordsTable({
  records,
  order,
  onOrder,
  selected,
  onSelect,
  isNarrow,
  empty,
}: RecordsTableProps) {
  const isWindows = usePlatform() === 'win32';
  const { columns: titles } = quarantineTexts;
  const columns: readonly Column<VaultRecord>[] = [
    {
      key: 'file',
      title: titles.file,
      isSortable: true,
      render: ({ path }) => <PathText path={path} twoLines />,
    },
    {
      key: 'found',
      title: titles.found,
      isSortable: true,
      priority: isNarrow ? 1 : 2,
      width: isNarrow ? '40%' : '30%',
      render: (record) =>
        record.state === 'damaged' ? (
          <StatusWord tone="attention">{quarantineTexts.damaged}</StatusWord>
        ) : (
          <bdi className={styles['cut']}>{namesOf(record).join(', ')}</bdi>
        ),
    },
    ...(isNarrow
      ? []
      : ([
          {
            key: 'size',
            title: titles.size,
            isSortable: true,
            align: 'end',
            width: '96px',
            render: ({ size_bytes: sizeBytes }) => <BytesText sizeBytes={sizeBytes} />,
          },
          {
            key: 'when',
            title: titles.when,
            isSortable: true,
            priority: 2,
            width: '124px',
            render: ({ quarantined_at: at }) => <TimeText at={at} />,
          },
          {
            key: 'who',
            title: titles.who,
            priority: 3,
            width: '120px',
            render: ({ actor }) => actorText(actor),
          },
        ] satisfies readonly Column<VaultRecord>[])),
  ];

  function sort({ key, direction }: Sort): void {
    const column = recordColumns.find((known) => known === key);
    if (column !== undefined) onOrder({ column, descending: direction === 'descending' });
  }

  return (
    <DataTable
      label={quarantineTexts.title}
      columns={columns}
      rows={records}
      rowKey={({ id }) => id}
      rowLabel={({ path }) => displayPath(path, isWindows)}
      href={({ id }) => hashOf('quarantine', id)}
      selected={selected}
      onSelect={onSelect}
      sort={{ key: order.column, direction: order.descending ? 'descending' : 'ascending' }}
      onSort={sort}
      empty={empty}
    />
  );
}
