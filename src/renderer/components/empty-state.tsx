// What stands where there is nothing to show yet, or where it could not be had.
import { CloudOff, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { sentence } from '../format/sentence.ts';
import { commonMessages } from '../messages/words.ts';
import { Button } from './button.tsx';
import styles from './empty-state.module.css';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, text, action }: EmptyStateProps) {
  return (
    <div className={styles['empty']}>
      <Icon size={28} strokeWidth={1.5} aria-hidden className={styles['icon']} />
      <p className={styles['title']}>{title}</p>
      {text === undefined ? null : <div className={styles['text']}>{text}</div>}
      {action === undefined ? null : <div className={styles['action']}>{action}</div>}
    </div>
  );
}

interface ErrorStateProps {
  /** A `CallError`. */
  readonly error: { readonly message: string };
  readonly onRetry?: () => void;
}

export function ErrorState({ error, onRetry }: ErrorStateProps) {
  return (
    <div role="alert">
      <EmptyState
        icon={CloudOff}
        title={commonMessages.problem}
        text={sentence(error.message)}
        action={onRetry === undefined ? undefined : <Button onClick={onRetry}>{commonMessages.retry}</Button>}
      />
    </div>
  );
}
