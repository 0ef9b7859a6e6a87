// Findings in a list: severity, file, who found it, when, and what became of it; each leads to why it was flagged.
import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { displayPath, displayText } from '../../../shared/display-path.ts';
import type { Finding } from '../../../shared/finding.ts';
import { hashOf } from '../../client/route.ts';
import { classes } from '../../components/classes.ts';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Menu } from '../../components/menu.tsx';
import { PathText } from '../../components/path-text.tsx';
import { SeverityWord, StatusWord } from '../../components/status-word.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import type { RowKey } from '../../components/table-selection.ts';
import { TimeText } from '../../components/time-text.tsx';
import { useClient } from '../../client/client-context.ts';
import { pathParts } from '../../format/paths.ts';
import { threatTexts } from '../../messages/threats.ts';
import { engineWords, findingStateWords } from '../../messages/words.ts';
import { actionItems } from './action-items.ts';
import { enginesOf, namesOf } from './finding-view.ts';
import styles from './threats.module.css';
import type { FindingActs } from './use-finding-acts.tsx';

interface FindingsTableProps {
  readonly findings: readonly Finding[];
  readonly acts: FindingActs;
  readonly empty: ReactNode;
  /** Beside the details of one of them there is no room for all columns. */
  readonly isNarrow?: boolean;
  readonly selected?: ReadonlySet<RowKey>;
  readonly onSelect?: (selected: ReadonlySet<RowKey>) => void;
}

export function FindingsTable({
  findings,
  acts,
  empty,
  isNarrow = false,
  selected,
  onSelect,
}: FindingsTableProps) {
  const isDesktop = useClient().kind === 'desktop';
  const platform = usePlatform();
  const { columns: titles } = threatTexts;

  const columns: Column<Finding>[] = [
    { key: 'file', title: titles.file, render: ({ path }) => <PathText path={path} twoLines /> },
    {
      key: 'severity',
      title: titles.severity,
      width: '104px',
      render: ({ severity }) => <SeverityWord severity={severity} />,
    },
    {
      key: 'found',
      title: titles.found,
      priority: 3,
      width: '24%',
      render: (finding) => <FoundBy finding={finding} />,
    },
    {
      key: 'state',
      title: titles.state,
      priority: 2,
      width: '156px',
      render: ({ state, note }) => {
        const { word, tone } = findingStateWords[state];
        // Of one that waits it says what kept it from being settled.
        const why = state === 'open' ? displayText(note) : '';
        return (
          <span className={styles['foundBy']}>
            <StatusWord tone={tone}>{word}</StatusWord>
            {why === '' ? null : (
              <span className={classes(styles['engines'], styles['cut'])} title={why}>
                {why}
              </span>
            )}
          </span>
        );
      },
    },
    {
      key: 'when',
      title: titles.when,
      priority: 3,
      width: '108px',
      render: ({ found_at: at }) => <TimeText at={at} />,
    },
    {
      key: 'actions',
      title: titles.actions,
      // On a phone they are on the page of the finding.
      priority: 2,
      width: '84px',
      align: 'end',
      render: (finding) => {
        const items = actionItems(finding, acts, isDesktop);
        const { name } = pathParts(finding.path, platform);
        if (items.length === 0) return null;
        return (
          <Menu
            trigger={<IconButton icon={Ellipsis} label={threatTexts.menu(name)} />}
            items={items.map(({ label, icon, run }) => ({ label, icon, onSelect: run }))}
          />
        );
      },
    },
  ];
  const shown = isNarrow ? columns.filter(({ key }) => key !== 'found' && key !== 'when') : columns;

  return (
    <DataTable
      label={threatTexts.tabs.findings}
      columns={shown}
      rows={findings}
      rowKey={({ id }) => id}
      rowLabel={({ path }) => displayPath(path, platform === 'win32')}
      href={({ id }) => hashOf('threats', id)}
      empty={empty}
      {...(selected === undefined ? {} : { selected })}
      {...(onSelect === undefined ? {} : { onSelect })}
    />
  );
}

function FoundBy({ finding }: { readonly finding: Finding }) {
  const [first = '', ...more] = namesOf(finding);
  return (
    <span className={styles['foundBy']}>
      <bdi className={styles['cut']} title={[first, ...more].join(', ')}>
        {first}
        {more.length === 0 ? '' : ` +${more.length}`}
      </bdi>
      <span className={styles['engines']}>
        {enginesOf(finding)
          .map((engine) => engineWords[engine])
          .join(', ')}
      </span>
    </span>
  );
}
