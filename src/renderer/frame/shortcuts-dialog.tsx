// Which keys do what.
import { Fragment } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { frameMessages, pageTitles } from '../messages/frame.ts';
import styles from './shortcuts-dialog.module.css';
import { shortcutPages } from './shortcut-of.ts';

interface ShortcutsDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

const rows: readonly (readonly [string, readonly string[]])[] = [
  ...shortcutPages.map(
    (page, index) => [frameMessages.shortcutPage(pageTitles[page]), ['Alt', String(index + 1)]] as const,
  ),
  [frameMessages.shortcutSearch, ['/']],
  [frameMessages.shortcutRows, ['↑', '↓']],
  [frameMessages.shortcutRange, ['Shift', 'Space']],
  [frameMessages.shortcutAll, ['Ctrl', 'A']],
  [frameMessages.shortcutHelp, ['?']],
];

export function ShortcutsDialog({ open, onClose }: ShortcutsDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title={frameMessages.shortcutsTitle}>
      <dl className={styles['list']}>
        {rows.map(([label, keys]) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd className={styles['keys']}>
              {keys.map((key) => (
                <kbd key={key} className={styles['key']}>
                  {key}
                </kbd>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
