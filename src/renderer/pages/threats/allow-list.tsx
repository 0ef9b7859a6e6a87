// What was decided to be harmless: by content, place or signature; who, when and why; each can be taken out again.
import { ListChecks, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { displayText } from '../../../shared/display-path.ts';
import type { AllowEntry } from '../../../shared/allow-entry.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { EmptyState, ErrorState } from '../../components/empty-state.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { PathText } from '../../components/path-text.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { actorText, allowKindWords, threatTexts } from '../../messages/threats.ts';
import { AllowEntryDialog } from './allow-entry-dialog.tsx';
import styles from './threats.module.css';
import { useAllowList } from './use-allow-list.ts';

export function AllowList() {
  const [isAdding, setIsAdding] = useState(false);
  const { answer, isBusy, remove } = useAllowList(() => {});
  const { allowList: texts } = threatTexts;
  const entries = answer.value?.entries ?? null;
  const add = (
    <Button icon={Plus} onClick={() => setIsAdding(true)}>
      {texts.add}
    </Button>
  );
  const empty = (
    <EmptyState icon={ListChecks} title={texts.empty.title} text={texts.empty.text} action={add} />
  );

  const columns: readonly Column<AllowEntry>[] = [
    { key: 'what', title: texts.columns.what, render: (entry) => <What entry={entry} /> },
    {
      key: 'why',
      title: texts.columns.why,
      priority: 2,
      width: '28%',
      render: ({ reason }) =>
        reason === '' ? (
          <span className={styles['soft']}>{texts.noReason}</span>
        ) : (
          <bdi>{displayText(reason)}</bdi>
        ),
    },
    {
      key: 'who',
      title: texts.columns.who,
      priority: 3,
      width: '120px',
      render: ({ author }) => actorText(author),
    },
    {
      key: 'when',
      title: texts.columns.when,
      priority: 3,
      width: '120px',
      render: ({ created_at: at }) => <TimeText at={at} />,
    },
    {
      key: 'remove',
      title: texts.columns.actions,
      align: 'end',
      width: '84px',
      render: ({ id, value }) => (
        <IconButton
          icon={Trash2}
          label={texts.removeLabel(displayText(value))}
          disabled={isBusy}
          onClick={() => void remove([id])}
        />
      ),
    },
  ];

  return (
    <>
      <div className={styles['allowHead']}>
        <p className={styles['soft']}>{texts.text}</p>
        {entries === null || entries.length === 0 ? null : add}
      </div>
      <Card flush>
        {entries === null ? (
          answer.state === 'error' ? (
            <ErrorState error={answer.error} onRetry={answer.reload} />
          ) : (
            <div className={styles['padded']}>
              <Skeleton lines={4} />
            </div>
          )
        ) : (
          <DataTable
            label={texts.title}
            columns={columns}
            rows={entries}
            rowKey={({ id }) => id}
            empty={empty}
          />
        )}
      </Card>
      {isAdding ? <AllowEntryDialog onClose={() => setIsAdding(false)} onAdded={answer.reload} /> : null}
    </>
  );
}

function What({ entry: { kind, value } }: { readonly entry: AllowEntry }) {
  return (
    <span className={styles['what']}>
      <span className={styles['kind']}>{allowKindWords[kind]}</span>
      {kind === 'path' ? (
        <PathText path={value} twoLines isTabStop />
      ) : (
        <bdi className={kind === 'hash' ? styles['hashCut'] : styles['cut']} title={displayText(value)}>
          {displayText(value)}
        </bdi>
      )}
    </span>
  );
}
