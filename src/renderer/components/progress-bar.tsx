// A bar that fills; one that cannot say how far it is says that it works.
import { Progress } from '@base-ui/react/progress';
import { formatShare } from '../format/numbers.ts';
import styles from './progress-bar.module.css';

interface ProgressBarProps {
  /** A share, 0 to 1; null while nobody knows. */
  readonly value: number | null;
  readonly label: string;
}

export function ProgressBar({ value, label }: ProgressBarProps) {
  const shown = value === null ? null : Math.min(1, Math.max(0, value));
  return (
    <Progress.Root
      value={shown === null ? null : shown * 100}
      aria-label={label}
      getAriaValueText={() => (shown === null ? label : formatShare(shown))}
    >
      <Progress.Track className={styles['track']}>
        <Progress.Indicator className={styles['fill']} />
      </Progress.Track>
    </Progress.Root>
  );
}
