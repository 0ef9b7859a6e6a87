// A dialog that is filled in: Enter in a field sends it as its button does; while something is missing neither does, and the button says what.
import { useId, type FormEvent, type ReactNode } from 'react';
import { commonMessages } from '../messages/words.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import styles from './dialog.module.css';

interface FormDialogProps {
  readonly title: string;
  /** The verb of what happens. */
  readonly confirmLabel: string;
  readonly isBusy: boolean;
  /** What is missing; empty when nothing is. */
  readonly missing?: string;
  readonly onSubmit: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Dialogs that open over this one. */
  readonly over?: ReactNode;
}

export function FormDialog({
  title,
  confirmLabel,
  isBusy,
  missing = '',
  onSubmit,
  onClose,
  children,
  over,
}: FormDialogProps) {
  const formId = useId();

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (missing === '' && !isBusy) void onSubmit();
  }

  const actions = (
    <>
      <Button onClick={onClose}>{commonMessages.cancel}</Button>
      <Button tone="primary" type="submit" form={formId} busy={isBusy} disabledReason={missing}>
        {confirmLabel}
      </Button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title={title} actions={actions}>
      <form id={formId} className={styles['form']} onSubmit={submit}>
        {children}
      </form>
      {over}
    </Dialog>
  );
}
