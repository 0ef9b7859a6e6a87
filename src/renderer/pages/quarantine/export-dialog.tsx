// Quarantined files into a zip for analysis: says that it is live malware, and the password everybody uses.
import { useState, type FormEvent } from 'react';
import { exportPassword } from '../../../shared/export-password.ts';
import { displayPath } from '../../../shared/display-path.ts';
import { useClient } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { usePlatform } from '../../components/surroundings.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useAct } from '../../components/use-act.ts';
import { quarantineTexts } from '../../messages/quarantine.ts';
import styles from './quarantine.module.css';
import { exportName, isPlainName } from './record-view.ts';

interface ExportDialogProps {
  readonly ids: readonly string[];
  readonly onClose: () => void;
}

const formId = 'export-from-quarantine';

export function ExportDialog({ ids, onClose }: ExportDialogProps) {
  const client = useClient();
  const isWindows = usePlatform() === 'win32';
  const { act, isBusy } = useAct();
  const [name, setName] = useState(() => exportName(new Date()));
  const { export: texts } = quarantineTexts;
  const isDesktop = client.kind === 'desktop';
  const isNameUsable = isDesktop || isPlainName(name);

  /** null when the dialog of the system was left. */
  async function chooseFile(): Promise<string | null> {
    if (!isDesktop) return name;
    const { path } = await client.call('desktop.save-as', { name, what: 'zip' });
    return path;
  }

  async function exportAll(): Promise<string | null> {
    const file = await chooseFile();
    if (file === null) return null;
    // All of them or none: a zip is whole or not there.
    const { outcomes } = await client.call('quarantine.export', {
      ids: [...ids],
      file,
      password: exportPassword,
    });
    return outcomes[0]?.path ?? file;
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isNameUsable) return;
    const path = await act(exportAll, {
      done: (file) => (file === null ? null : texts.done(displayPath(file, isWindows))),
    });
    if (path !== null) onClose();
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={texts.title(ids.length)}
      actions={
        <>
          <Button onClick={onClose}>{quarantineTexts.cancel}</Button>
          <Button
            tone="primary"
            type="submit"
            form={formId}
            busy={isBusy}
            disabledReason={isNameUsable ? '' : texts.badName}
          >
            {isDesktop ? texts.confirmDesktop : texts.confirm}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles['form']} onSubmit={(event) => void submit(event)}>
        <Notice tone="attention">{texts.text}</Notice>
        <div>
          <p className={styles['password']}>
            {texts.password} <code>{exportPassword}</code>
            <CopyButton text={exportPassword} label={texts.copyPassword} hideLabel />
          </p>
          <p className={styles['soft']}>{texts.passwordHint}</p>
        </div>
        {isDesktop ? null : (
          <TextField
            label={texts.name}
            hint={texts.nameHint}
            value={name}
            onChange={setName}
            error={isNameUsable ? '' : texts.badName}
            maxLength={200}
            isMono
          />
        )}
      </form>
    </Dialog>
  );
}
