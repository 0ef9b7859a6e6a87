// A notice within a page: one cause, and one way out.
import type { ReactNode } from 'react';
import type { Tone } from '../messages/words.ts';
import { classes } from './classes.ts';
import styles from './notice.module.css';
import { ToneIcon } from './tone-icon.tsx';

interface NoticeProps {
  readonly tone: Tone | 'info';
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function Notice({ tone, title, children, action }: NoticeProps) {
  return (
    <div className={classes(styles['notice'], styles[tone])}>
      <ToneIcon tone={tone} />
      <div className={styles['content']}>
        <div className={styles['text']}>
          {title === undefined ? null : <div className={styles['title']}>{title}</div>}
          {children === undefined ? null : (
            <div className={title === undefined ? undefined : styles['body']}>{children}</div>
          )}
        </div>
        {action === undefined ? null : <div className={styles['action']}>{action}</div>}
      </div>
    </div>
  );
}
