// A card: a section with a heading of its own.
import { useId, type ReactNode } from 'react';
import { classes } from './classes.ts';
import styles from './card.module.css';

interface CardProps {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly tone?: 'plain' | 'ok' | 'attention' | 'danger';
  /** Its content reaches to its edges: tables, lists. */
  readonly flush?: boolean;
  readonly className?: string | undefined;
}

export function Card({ title, actions, children, tone = 'plain', flush = false, className }: CardProps) {
  const titleId = useId();
  const hasHead = title !== undefined || actions !== undefined;
  return (
    <section
      className={classes(styles['card'], styles[tone], className)}
      {...(title === undefined ? {} : { 'aria-labelledby': titleId })}
    >
      {hasHead ? (
        <header className={styles['head']}>
          {title === undefined ? <span /> : <h2 id={titleId}>{title}</h2>}
          {actions === undefined ? null : <div className={styles['actions']}>{actions}</div>}
        </header>
      ) : null}
      <div className={classes(styles['body'], flush && styles['flush'])}>{children}</div>
    </section>
  );
}
