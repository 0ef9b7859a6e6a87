// What is done with quarantined files: asked first, told afterwards, each that did not go through by name.
import { useState, type ReactNode } from 'react';
import type { VaultRecord } from '../../../shared/vault-record.ts';
import { useClient } from '../../client/client-context.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useAct } from '../../components/use-act.ts';
import { quarantineTexts } from '../../messages/quarantine.ts';
import { inBatches } from '../common/in-batches.ts';
import { OutcomesDialog, type ShownOutcomes } from '../common/outcomes-dialog.tsx';
import { PathList } from '../common/path-list.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { totalBytes } from './record-view.ts';
import { RestoreDialog } from './restore-dialog.tsx';

export interface VaultActs {
  readonly restore: (records: readonly VaultRecord[]) => void;
  readonly exportZip: (records: readonly VaultRecord[]) => void;
  readonly remove: (records: readonly VaultRecord[]) => void;
  /** To be drawn somewhere on the page. */
  readonly dialogs: ReactNode;
}

type Asked = {
  readonly what: 'restore' | 'export' | 'remove';
  readonly records: readonly VaultRecord[];
} | null;

export function useVaultActs(onChanged: () => void): VaultActs {
  const client = useClient();
  const { show } = useToasts();
  const { act } = useAct();
  const [asked, setAsked] = useState<Asked>(null);
  const [failed, setFailed] = useState<ShownOutcomes | null>(null);
  const records = asked?.records ?? [];
  const ids = records.map(({ id }) => id);
  const { remove: texts } = quarantineTexts;

  function close(): void {
    setAsked(null);
  }

  async function remove(): Promise<void> {
    const answer = await act(() => inBatches(ids, (some) => client.call('quarantine.delete', { ids: some })));
    if (answer === null) return;
    const notDone = answer.outcomes.filter(({ ok }) => !ok);
    const done = answer.outcomes.length - notDone.length;
    if (done > 0) show({ text: texts.done(done), tone: 'ok' });
    if (notDone.length > 0 || answer.problem !== '')
      setFailed({ failed: notDone, done, problem: answer.problem });
    onChanged();
  }

  const dialogs = (
    <>
      {asked?.what === 'restore' ? (
        <RestoreDialog files={records} onClose={close} onRestored={onChanged} />
      ) : null}
      {asked?.what === 'export' ? <ExportDialog ids={ids} onClose={close} /> : null}
      <ConfirmDialog
        open={asked?.what === 'remove'}
        title={texts.title(records.length)}
        text={
          <>
            <PathList files={records} />
            <p>{texts.text(totalBytes(records))}</p>
          </>
        }
        confirmLabel={texts.confirm}
        tone="danger"
        onConfirm={remove}
        onClose={close}
      />
      <OutcomesDialog outcomes={failed} onClose={() => setFailed(null)} />
    </>
  );

  return {
    restore: (some) => setAsked({ what: 'restore', records: whole(some) }),
    exportZip: (some) => setAsked({ what: 'export', records: whole(some) }),
    remove: (some) => setAsked({ what: 'remove', records: some }),
    dialogs,
  };
}

/** What is damaged is never put back, and never put into a zip. */
function whole(records: readonly VaultRecord[]): readonly VaultRecord[] {
  return records.filter(({ state }) => state === 'stored');
}
