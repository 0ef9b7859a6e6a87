// A small course over time; decoration beside a number that says what counts.
import styles from './sparkline.module.css';
import { sparkPath, type SparkPoint, type SparkScope } from './spark-path.ts';

export interface Course extends SparkScope {
  /** Oldest first. */
  readonly points: readonly SparkPoint[];
}

export function Sparkline({ points, ...scope }: Course) {
  const { line, area, dots } = sparkPath(points, scope);
  return (
    <svg className={styles['spark']} viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden>
      <line className={styles['base']} x1="0" y1="28" x2="100" y2="28" />
      <path className={styles['area']} d={area} />
      <path className={styles['line']} d={line} />
      {dots === '' ? null : <path className={styles['dots']} d={dots} />}
    </svg>
  );
}
