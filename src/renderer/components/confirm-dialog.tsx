// Asks before something is done that cannot be taken back easily; nothing happens by clicking beside it.
import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useRef, useState, type ReactNode } from 'react';
import { commonMessages } from '../messages/words.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import styles from './dialog.module.css';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly text: ReactNode;
  /** The verb of what happens: `Delete 3 files`. */
  readonly confirmLabel: string;
  readonly tone?: 'primary' | 'danger';
  /** The dialog closes when it is through. */
  readonly onConfirm: () => void | Promise<void>;
  readonly onClose: () => void;
}

export function ConfirmDialog({
  open,
  title,
  text,
  confirmLabel,
  tone = 'primary',
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const [isBusy, setIsBusy] = useState(false);
  const cancelRef = useRef<HTMLButtonElement>(null);

  async function confirm(): Promise<void> {
    setIsBusy(true);
    try {
      await onConfirm();
    } finally {
      setIsBusy(false);
      onClose();
    }
  }

  return (
    <AlertDialog.Root open={open} onOpenChange={(isOpen) => !isOpen && !isBusy && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles['backdrop']} />
        <AlertDialog.Viewport className={styles['viewport']}>
          <AlertDialog.Popup data-modal="" className={styles['popup']} initialFocus={cancelRef}>
            <div className={styles['head']}>
              <AlertDialog.Title className={styles['title']}>{title}</AlertDialog.Title>
            </div>
            <AlertDialog.Description className={classes(styles['body'])} render={<div />}>
              {text}
            </AlertDialog.Description>
            <div className={styles['actions']}>
              <Button ref={cancelRef} onClick={onClose} disabled={isBusy}>
                {commonMessages.cancel}
              </Button>
              <Button tone={tone} busy={isBusy} onClick={() => void confirm()}>
                {confirmLabel}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
