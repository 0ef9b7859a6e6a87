// A live figure with its last minutes; it leads to the chart behind it.
import type { ReactNode } from 'react';
import { Sparkline, type Course } from './sparkline.tsx';
import styles from './tile.module.css';

interface TileProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly unit?: string;
  /** How it came to this value. */
  readonly course?: Course;
  /** A hash, as of `hashOf`. */
  readonly href: string;
}

export function Tile({ label, value, unit, course, href }: TileProps) {
  return (
    <a className={styles['tile']} href={href}>
      <span className={styles['label']}>{label}</span>
      <span className={styles['figure']}>
        {value}
        {unit === undefined ? null : <span className={styles['unit']}>{unit}</span>}
      </span>
      {course === undefined ? null : (
        <span className={styles['spark']}>
          <Sparkline {...course} />
        </span>
      )}
    </a>
  );
}
