// Asks how quarantined files are put back: where to, allowed or not, with their permissions or not.
import { FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { useClient } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/checkbox.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { PathText } from '../../components/path-text.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useAct } from '../../components/use-act.ts';
import { quarantineTexts } from '../../messages/quarantine.ts';
import { inBatches } from '../common/in-batches.ts';
import { PathList } from '../common/path-list.tsx';
import { OutcomesDialog, type ShownOutcomes } from '../common/outcomes-dialog.tsx';
import { usePicker } from '../picker/use-picker.tsx';
import styles from './quarantine.module.css';

interface RestoreDialogProps {
  /** By their numbers in the vault. */
  readonly files: readonly { readonly id: string; readonly path: string }[];
  readonly onClose: () => void;
  readonly onRestored: () => void;
}

const places = ['original', 'elsewhere'] as const;

export function RestoreDialog({ files, onClose, onRestored }: RestoreDialogProps) {
  const client = useClient();
  const { show } = useToasts();
  const { act, isBusy } = useAct();
  const picker = usePicker();
  const [place, setPlace] = useState<(typeof places)[number]>('original');
  const [folder, setFolder] = useState<string | null>(null);
  const [isAllowed, setIsAllowed] = useState(false);
  const [reason, setReason] = useState('');
  const [keepsMode, setKeepsMode] = useState(false);
  const [failed, setFailed] = useState<ShownOutcomes | null>(null);
  const { restore: texts } = quarantineTexts;
  const isElsewhere = place === 'elsewhere';
  const ids = files.map(({ id }) => id);

  function pickFolder(): void {
    const title = texts.dialog;
    void act(() =>
      picker.pick({ title, what: 'folders', many: false, onPick: ([path]) => setFolder(path ?? null) }),
    );
  }

  async function restore(): Promise<void> {
    const to = isElsewhere ? folder : null;
    const answer = await act(() =>
      inBatches(ids, (some) =>
        client.call('quarantine.restore', {
          ids: some,
          to,
          allow: isAllowed,
          keep_mode: keepsMode,
          reason: isAllowed ? reason.trim() : '',
        }),
      ),
    );
    if (answer === null) return;
    const notDone = answer.outcomes.filter(({ ok }) => !ok);
    const done = answer.outcomes.length - notDone.length;
    if (done > 0) show({ text: texts.done(done), tone: 'ok' });
    onRestored();
    if (notDone.length === 0 && answer.problem === '') onClose();
    else setFailed({ failed: notDone, done, problem: answer.problem });
  }

  if (failed !== null) return <OutcomesDialog outcomes={failed} onClose={onClose} />;
  return (
    <FormDialog
      title={texts.title(ids.length)}
      confirmLabel={texts.confirm}
      isBusy={isBusy}
      missing={isElsewhere && folder === null ? texts.nothingChosen : ''}
      onSubmit={restore}
      onClose={onClose}
      over={picker.dialog}
    >
      <PathList files={files} />
      <p>{texts.text(ids.length)}</p>
      <div className={styles['row']}>
        <Segmented
          label={texts.where}
          options={places.map((value) => ({ value, label: texts[value] }))}
          value={place}
          onChange={setPlace}
        />
      </div>
      {isElsewhere ? (
        <div className={styles['folder']}>
          {folder === null ? (
            <span className={styles['soft']}>{texts.nothingChosen}</span>
          ) : (
            <PathText path={folder} twoLines isTabStop />
          )}
          <Button icon={FolderOpen} onClick={pickFolder} type="button">
            {folder === null ? texts.chooseFolder : texts.changeFolder}
          </Button>
        </div>
      ) : null}
      <Checkbox checked={isAllowed} onChange={setIsAllowed} label={texts.allow} hint={texts.allowHint} />
      {isAllowed ? (
        <TextField label={texts.reason} value={reason} onChange={setReason} maxLength={1000} />
      ) : null}
      <Checkbox checked={keepsMode} onChange={setKeepsMode} label={texts.mode} hint={texts.modeHint} />
    </FormDialog>
  );
}
