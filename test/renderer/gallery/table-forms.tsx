// Tables: chosen from, sorted, long.
import { useState } from 'react';
import { Card } from '../../../src/renderer/components/card.tsx';
import { DataTable, type Column } from '../../../src/renderer/components/data-table.tsx';
import { PathText } from '../../../src/renderer/components/path-text.tsx';
import { SeverityWord } from '../../../src/renderer/components/status-word.tsx';
import type { Sort } from '../../../src/renderer/components/table-head.tsx';
import type { RowKey } from '../../../src/renderer/components/table-selection.ts';
import { TimeText } from '../../../src/renderer/components/time-text.tsx';

interface Row {
  readonly id: number;
  readonly path: string;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  readonly at: number;
}

const now = Date.now() / 1000;
const severities = ['high', 'medium', 'low', 'critical'] as const;

function rowsOf(count: number): readonly Row[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    path: `/home/ada/Downloads/invoice-2026-${String(index + 1).padStart(4, '0')}${index === 1 ? '-with-a-name-that-goes-on-and-on-and-on' : ''}.docm.js`,
    severity: severities[index % severities.length] ?? 'low',
    at: now - index * 700,
  }));
}

const columns: readonly Column<Row>[] = [
  { key: 'path', title: 'File', render: ({ path }) => <PathText path={path} twoLines />, isSortable: true },
  {
    key: 'severity',
    title: 'Severity',
    width: '120px',
    render: ({ severity }) => <SeverityWord severity={severity} />,
  },
  { key: 'engine', title: 'Engine', width: '140px', priority: 3, render: () => 'ClamAV, YARA-X' },
  {
    key: 'at',
    title: 'Found',
    width: '130px',
    priority: 2,
    align: 'end',
    isSortable: true,
    render: ({ at }) => <TimeText at={at} />,
  },
];

export function TableForms() {
  const [selected, setSelected] = useState<ReadonlySet<RowKey>>(new Set([2]));
  const [sort, setSort] = useState<Sort>({ key: 'at', direction: 'descending' });
  return (
    <>
      <Card title="Table" flush>
        <DataTable
          label="Threats"
          columns={columns}
          rows={rowsOf(5)}
          rowKey={({ id }) => id}
          rowLabel={({ path }) => path}
          selected={selected}
          onSelect={setSelected}
          sort={sort}
          onSort={setSort}
          href={({ id }) => `#/threats/${id}`}
          empty="None"
        />
      </Card>
      <Card title="A long table" flush>
        <DataTable
          label="Files"
          columns={columns}
          rows={rowsOf(100_000)}
          rowKey={({ id }) => id}
          empty="None"
        />
      </Card>
    </>
  );
}
