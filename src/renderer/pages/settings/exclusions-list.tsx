// What is left out of scans until it ends by itself, and ending it now.
import { Button } from '../../components/button.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { ErrorState } from '../../components/empty-state.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useAct } from '../../components/use-act.ts';
import { displayPath } from '../../../shared/display-path.ts';
import type { Exclusion } from '../../../shared/page-documents.ts';
import { useCall, useClient } from '../../client/client-context.ts';
import { actorText } from '../../messages/threats.ts';
import { settingMessages } from '../../messages/settings.ts';
import styles from './exclusions-list.module.css';

const refreshMs = 30_000;

export function ExclusionsList() {
  const client = useClient();
  const { value, state, error, reload } = useCall(
    'exclusions.list',
    {},
    { refreshOn: ['settings'], everyMs: refreshMs },
  );
  const { act, isBusy } = useAct();
  const { show } = useToasts();
  const { exclusions: words } = settingMessages;

  async function leaveOutAgain({ pattern, reason, expires_at: endsAt }: Exclusion): Promise<void> {
    const seconds = endsAt - Date.now() / 1000;
    if (seconds > 0) await act(() => client.call('exclusions.add', { pattern, reason, seconds }));
    reload();
  }

  async function end(exclusion: Exclusion): Promise<void> {
    const removed = await act(() => client.call('exclusions.remove', { ids: [exclusion.id] }));
    if (removed === null) return;
    reload();
    const text = words.ended(displayPath(exclusion.pattern));
    show({ text, tone: 'ok', undo: { run: () => leaveOutAgain(exclusion) } });
  }

  const columns: readonly Column<Exclusion>[] = [
    {
      key: 'pattern',
      title: words.pattern,
      render: ({ pattern }) => <code className={styles['pattern']}>{displayPath(pattern)}</code>,
    },
    { key: 'why', title: words.why, render: ({ reason }) => reason, priority: 3 },
    { key: 'by', title: words.by, render: ({ author }) => actorText(author), priority: 3, width: '100px' },
    {
      key: 'ends',
      title: words.ends,
      render: ({ expires_at: at }) => <TimeText at={at} />,
      width: '128px',
    },
    {
      key: 'end',
      title: words.endTitle,
      align: 'end',
      width: '112px',
      render: (exclusion) => (
        <Button
          tone="quiet"
          disabled={isBusy}
          aria-label={words.endOf(displayPath(exclusion.pattern))}
          onClick={() => void end(exclusion)}
        >
          {words.end}
        </Button>
      ),
    },
  ];

  if (state === 'loading')
    return (
      <div className={styles['inset']}>
        <Skeleton lines={2} />
      </div>
    );
  if (value === null) return error === null ? null : <ErrorState error={error} onRetry={reload} />;
  return (
    <DataTable
      label={words.caption}
      columns={columns}
      rows={value.exclusions}
      rowKey={({ id }) => id}
      empty={<p className={styles['empty']}>{`${words.none} ${words.noneText}`}</p>}
    />
  );
}
