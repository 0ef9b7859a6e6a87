// Names and values, one a line; on narrow places a value stands below its name.
import type { ReactNode } from 'react';
import styles from './facts.module.css';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
}

interface FactsProps {
  /** Those that are null are left out. */
  readonly facts: readonly (Fact | null)[];
}

export function Facts({ facts }: FactsProps) {
  return (
    <dl className={styles['facts']}>
      {facts.map((fact) =>
        fact === null ? null : (
          <div key={fact.name} className={styles['fact']}>
            <dt>{fact.name}</dt>
            <dd>{fact.value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
