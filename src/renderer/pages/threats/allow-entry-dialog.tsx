// A new entry of the allow-list: by content, by a place that is chosen and not typed, or by the name of a signature.
import { useState } from 'react';
import { allowKindWords, threatTexts } from '../../messages/threats.ts';
import type { AllowKind } from '../../../shared/allow-entry.ts';
import { useClient } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { PathText } from '../../components/path-text.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useAct } from '../../components/use-act.ts';
import { usePicker } from '../picker/use-picker.tsx';
import styles from './threats.module.css';

interface AllowEntryDialogProps {
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

const kinds: readonly AllowKind[] = ['hash', 'path', 'signature'];
const maxLength = { hash: 64, signature: 500 } as const;

export function AllowEntryDialog({ onClose, onAdded }: AllowEntryDialogProps) {
  const client = useClient();
  const { act, isBusy } = useAct();
  const picker = usePicker();
  const [kind, setKind] = useState<AllowKind>('hash');
  const [values, setValues] = useState<Readonly<Record<AllowKind, string>>>({
    hash: '',
    path: '',
    signature: '',
  });
  const [reason, setReason] = useState('');
  const [error, setError] = useState('');
  const { allowList: texts, allowDialog } = threatTexts;
  const value = kind === 'path' ? values.path : values[kind].trim();

  function setValue(changed: string): void {
    setValues({ ...values, [kind]: changed });
    setError('');
  }

  function choose(what: 'folders' | 'files'): void {
    const title = texts.valueLabels.path;
    const many = client.kind === 'service';
    void act(() =>
      picker.pick({ title, what, many, onPick: ([path]) => path !== undefined && setValue(path) }),
    );
  }

  async function add(): Promise<void> {
    if (kind === 'hash' && !/^[\da-f]{64}$/iu.test(value)) {
      setError(texts.badHash);
      return;
    }
    const added = await act(() => client.call('allow.add', { kind, value, reason: reason.trim() }), {
      done: ({ is_new: isNew }) => (isNew ? threatTexts.outcome.added : threatTexts.outcome.wasThere),
    });
    if (added === null) return;
    onAdded();
    onClose();
  }

  return (
    <FormDialog
      title={texts.addTitle}
      confirmLabel={texts.confirm}
      isBusy={isBusy}
      missing={value === '' ? texts.nothingChosen : ''}
      onSubmit={add}
      onClose={onClose}
      over={picker.dialog}
    >
      <div className={styles['row']}>
        <Segmented
          label={texts.kind}
          options={kinds.map((one) => ({ value: one, label: allowKindWords[one] }))}
          value={kind}
          onChange={setKind}
        />
      </div>
      {kind === 'path' ? (
        <div className={styles['chosenPath']}>
          {value === '' ? (
            <span className={styles['soft']}>{texts.nothingChosen}</span>
          ) : (
            <PathText path={value} twoLines isTabStop />
          )}
          {client.kind === 'desktop' ? (
            <span className={styles['chooseButtons']}>
              <Button type="button" onClick={() => choose('files')}>
                {texts.chooseFile}
              </Button>
              <Button type="button" onClick={() => choose('folders')}>
                {texts.chooseFolder}
              </Button>
            </span>
          ) : (
            <Button type="button" onClick={() => choose('files')}>
              {texts.choose}
            </Button>
          )}
          <p className={styles['soft']}>{texts.valueHints.path}</p>
        </div>
      ) : (
        <TextField
          label={texts.valueLabels[kind]}
          hint={texts.valueHints[kind]}
          value={values[kind]}
          onChange={setValue}
          error={error}
          maxLength={maxLength[kind]}
          isMono
        />
      )}
      <TextField
        label={allowDialog.reason}
        hint={allowDialog.reasonHint}
        value={reason}
        onChange={setReason}
        maxLength={1000}
      />
    </FormDialog>
  );
}
