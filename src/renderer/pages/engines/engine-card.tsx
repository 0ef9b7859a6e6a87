// What the cards of all engines have in common: state, meaning for protection, cause and remedy, facts.
import { useId, type ReactNode } from 'react';
import { Card } from '../../components/card.tsx';
import { CodeText } from '../../components/code-text.tsx';
import { StatusWord } from '../../components/status-word.tsx';
import { engineMessages } from '../../messages/engines.ts';
import { CommandBox } from './command-box.tsx';
import styles from './engine-card.module.css';
import type { EngineView } from './engine-view.ts';

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

interface EngineCardProps {
  readonly view: EngineView;
  readonly facts: readonly Fact[];
  /** Beside the command that helps. */
  readonly help?: ReactNode;
  readonly children?: ReactNode;
}

export function EngineCard({ view, facts, help, children }: EngineCardProps) {
  const helpId = useId();
  const tone = view.tone === 'attention' || view.tone === 'danger' ? view.tone : 'plain';
  return (
    <Card title={view.title} actions={<StatusWord tone={view.tone}>{view.state}</StatusWord>} tone={tone}>
      <div className={styles['content']}>
        <div className={styles['words']}>
          <p>{view.meaning}</p>
          {view.cause === '' ? null : (
            <p className={styles['cause']}>
              <CodeText text={view.cause} />
            </p>
          )}
        </div>
        {view.command === '' ? null : (
          <section className={styles['remedy']} aria-labelledby={helpId}>
            <h3 id={helpId}>{engineMessages.install.title}</h3>
            <CommandBox command={view.command} />
            <p className={styles['cause']}>{engineMessages.install.text}</p>
            {help}
          </section>
        )}
        {facts.length === 0 ? null : (
          <dl className={styles['facts']}>
            {facts.map(({ label, value }) => (
              <div key={label} className={styles['fact']}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
        {children}
      </div>
    </Card>
  );
}
