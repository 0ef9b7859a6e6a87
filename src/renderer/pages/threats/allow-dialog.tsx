// Asks why findings are allowed; says by what they are: by their content, or where that is not known by their place.
import { useState } from 'react';
import type { Finding } from '../../../shared/finding.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { TextField } from '../../components/text-field.tsx';
import { threatTexts } from '../../messages/threats.ts';
import { PathList } from '../common/path-list.tsx';

interface AllowDialogProps {
  readonly findings: readonly Finding[];
  readonly onAllow: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

const maxReasonLength = 1000;

export function AllowDialog({ findings, onAllow, onClose }: AllowDialogProps) {
  const [reason, setReason] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const { allowDialog: texts } = threatTexts;
  const isByPath = findings.some(({ sha256 }) => sha256 === null);
  const isByHash = findings.some(({ sha256 }) => sha256 !== null);

  async function allow(): Promise<void> {
    setIsBusy(true);
    await onAllow(reason.trim());
    onClose();
  }

  return (
    <FormDialog
      title={texts.title(findings.length)}
      confirmLabel={texts.confirm}
      isBusy={isBusy}
      onSubmit={allow}
      onClose={onClose}
    >
      <PathList files={findings} />
      {isByHash ? <p>{findings.length === 1 ? texts.byHash : texts.byHashMany}</p> : null}
      {isByPath ? <p>{texts.byPath}</p> : null}
      <TextField
        label={texts.reason}
        hint={texts.reasonHint}
        value={reason}
        onChange={setReason}
        maxLength={maxReasonLength}
      />
    </FormDialog>
  );
}
