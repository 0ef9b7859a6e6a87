// How one thing that needs somebody is laid out: sign, words, what can be done.
import type { ReactNode } from 'react';
import { ToneIcon } from '../../components/tone-icon.tsx';
import type { Tone } from '../../messages/words.ts';
import { CommandBox } from '../engines/command-box.tsx';
import type { AdvicePart } from './command-parts.ts';
import styles from './needs.module.css';

interface NeedFrameProps {
  readonly tone?: Tone;
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

export function NeedFrame({ tone = 'attention', title, actions, children }: NeedFrameProps) {
  return (
    <div className={styles['row']}>
      <ToneIcon tone={tone} size={18} />
      <div className={styles['words']}>
        {title === '' ? null : <h3 className={styles['title']}>{title}</h3>}
        {children}
        {actions === undefined ? null : <div className={styles['actions']}>{actions}</div>}
      </div>
    </div>
  );
}

/** Sentences, and commands that can be copied. */
export function Advice({ parts }: { readonly parts: readonly AdvicePart[] }) {
  return parts.map(({ text, command }) => (
    <div key={`${text} ${command ?? ''}`} className={styles['part']}>
      {text === '' ? null : <p>{command === null || /[.?]$/.test(text) ? text : `${text}:`}</p>}
      {command === null ? null : <CommandBox command={command} />}
    </div>
  ));
}
