// A small course over time; decoration beside a number that says what counts.
import styles from './sparkline.module.css';
import { sparkPath } from './spark-path.ts';

interface SparklineProps {
  /** Oldest first; null where nothing is known. */
  readonly points: readonly (number | null)[];
  /** The value at the top edge; the highest point when it is left out. */
  readonly top?: number;
}

export function Sparkline({ points, top }: SparklineProps) {
  const { line, area } = sparkPath(points, top);
  return (
    <svg className={styles['spark']} viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden>
      <line className={styles['base']} x1="0" y1="28" x2="100" y2="28" />
      <path className={styles['area']} d={area} />
      <path className={styles['line']} d={line} />
    </svg>
  );
}
