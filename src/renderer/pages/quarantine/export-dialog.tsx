// Quarantined files into a zip for analysis: says that it is live malware, and the password everybody uses.
import { useState } from 'react';
import { exportPassword } from '../../../shared/export-password.ts';
import { displayPath } from '../../../shared/display-path.ts';
import { useClient } from '../../client/client-context.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
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

  async function submit(): Promise<void> {
    const path = await act(exportAll, {
      done: (file) => (file === null ? null : texts.done(displayPath(file, isWindows))),
    });
    if (path !== null) onClose();
  }

  return (
    <FormDialog
      title={texts.title(ids.length)}
      confirmLabel={isDesktop ? texts.confirmDesktop : texts.confirm}
      isBusy={isBusy}
      missing={isNameUsable ? '' : texts.badName}
      onSubmit={submit}
      onClose={onClose}
    >
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
    </FormDialog>
  );
}
