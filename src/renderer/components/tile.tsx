// A live figure with its last minutes; it leads to the chart behind it.
import type { ReactNode } from 'react';
import { Sparkline } from './sparkline.tsx';
import styles from './tile.module.css';

interface TileProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly unit?: string;
  readonly points?: readonly (number | null)[];
  /** The value at the top edge of the sparkline. */
  readonly top?: number;
  /** A hash, as of `hashOf`. */
  readonly href: string;
}

export function Tile({ label, value, unit, points, top, href }: TileProps) {
  return (
    <a className={styles['tile']} href={href}>
      <span className={styles['label']}>{label}</span>
      <span className={styles['figure']}>
        {value}
        {unit === undefined ? null : <span className={styles['unit']}>{unit}</span>}
      </span>
      {points === undefined ? null : (
        <span className={styles['spark']}>
          <Sparkline points={points} {...(top === undefined ? {} : { top })} />
        </span>
      )}
    </a>
  );
}
