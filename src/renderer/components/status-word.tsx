// A state in a word with its shape and colour; severities and verdicts are such words.
import type { ReactNode } from 'react';
import type { Severity, VerdictKind } from '../../shared/verdict.ts';
import { severityWords, verdictWords, type Tone } from '../messages/words.ts';
import { classes } from './classes.ts';
import styles from './status-word.module.css';
import { ToneIcon } from './tone-icon.tsx';

interface StatusWordProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly size?: 'normal' | 'large';
}

export function StatusWord({ tone, children, size = 'normal' }: StatusWordProps) {
  return (
    <span className={classes(styles['status'], styles[tone], size === 'large' && styles['large'])}>
      <ToneIcon tone={tone} size={size === 'large' ? 20 : 16} />
      <span>{children}</span>
    </span>
  );
}

export function SeverityWord({ severity }: { readonly severity: Severity }) {
  const { word, tone } = severityWords[severity];
  return <StatusWord tone={tone}>{word}</StatusWord>;
}

export function VerdictWord({ verdict }: { readonly verdict: VerdictKind }) {
  const { word, tone } = verdictWords[verdict];
  return <StatusWord tone={tone}>{word}</StatusWord>;
}
