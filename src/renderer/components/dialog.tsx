// A dialog over the page: Escape and its cross close it, and focus goes back to where it came from.
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { commonMessages } from '../messages/words.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import styles from './dialog.module.css';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons, the one that goes on last. */
  readonly actions?: ReactNode;
  readonly isWide?: boolean;
}

export function Dialog({ open, onClose, title, children, actions, isWide = false }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles['backdrop']} />
        <Base.Viewport className={styles['viewport']}>
          <Base.Popup data-modal="" className={classes(styles['popup'], isWide && styles['wide'])}>
            <div className={styles['head']}>
              <Base.Title className={styles['title']}>{title}</Base.Title>
              <Base.Close render={<Button tone="quiet" icon={X} aria-label={commonMessages.close} />} />
            </div>
            <div className={styles['body']}>{children}</div>
            {actions === undefined ? null : <div className={styles['actions']}>{actions}</div>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
