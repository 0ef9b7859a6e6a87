// What is chosen in a list, and what can be done with all of it; nothing chosen, no bar.
import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import styles from './selection-bar.module.css';

interface SelectionBarProps {
  readonly text: string;
  readonly children: ReactNode;
  readonly clearLabel: string;
  readonly onClear: () => void;
}

export function SelectionBar({ text, children, clearLabel, onClear }: SelectionBarProps) {
  return (
    <div className={styles['bar']} role="group" aria-label={text}>
      <span className={styles['text']} role="status">
        {text}
      </span>
      {children}
      <span className={styles['gap']} />
      <Button tone="quiet" onClick={onClear}>
        {clearLabel}
      </Button>
    </div>
  );
}
