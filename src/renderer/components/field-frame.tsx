// What every field has around it: its label above, a hint or what is wrong below, both read with the field.
import { useId, type ReactNode } from 'react';
import styles from './field.module.css';
import { ToneIcon } from './tone-icon.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';

export interface FieldTexts {
  readonly label: string;
  readonly hideLabel?: boolean | undefined;
  readonly hint?: ReactNode;
  /** What is wrong with the value; empty when nothing is. */
  readonly error?: string | undefined;
}

interface FieldFrameProps extends FieldTexts {
  readonly children: (ids: FieldIds) => ReactNode;
}

export interface FieldIds {
  readonly inputId: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
}

export function FieldFrame({ label, hideLabel = false, hint, error = '', children }: FieldFrameProps) {
  const id = useId();
  const isInvalid = error !== '';
  const hasHint = hint !== undefined && hint !== null && hint !== '';
  const describedBy = [hasHint ? `${id}-hint` : '', isInvalid ? `${id}-error` : ''].filter(Boolean).join(' ');
  const labelElement = (
    <label className={styles['label']} htmlFor={id}>
      {label}
    </label>
  );
  return (
    <div className={styles['field']}>
      {hideLabel ? <VisuallyHidden>{labelElement}</VisuallyHidden> : labelElement}
      {children({ inputId: id, describedBy: describedBy === '' ? undefined : describedBy, isInvalid })}
      {hasHint ? (
        <div id={`${id}-hint`} className={styles['hint']}>
          {hint}
        </div>
      ) : null}
      {isInvalid ? (
        <div id={`${id}-error`} className={styles['error']} role="alert">
          <ToneIcon tone="danger" size={14} />
          {error}
        </div>
      ) : null}
    </div>
  );
}
