// A count on something; nothing at all for none.
import { formatCount } from '../format/numbers.ts';
import styles from './badge.module.css';
import { classes } from './classes.ts';
import { VisuallyHidden } from './visually-hidden.tsx';

interface BadgeProps {
  readonly count: number;
  /** What is counted, read aloud: `3 open threats`. */
  readonly label: string;
  readonly tone?: 'danger' | 'quiet';
}

const mostShown = 99;

export function Badge({ count, label, tone = 'danger' }: BadgeProps) {
  if (count === 0) return null;
  return (
    <span className={classes(styles['badge'], tone === 'quiet' && styles['quiet'])}>
      <span aria-hidden>{count > mostShown ? `${mostShown}+` : formatCount(count)}</span>
      <VisuallyHidden>{label}</VisuallyHidden>
    </span>
  );
}
