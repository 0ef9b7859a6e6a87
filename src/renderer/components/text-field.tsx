// One line of text, or several.
import type { HTMLInputTypeAttribute } from 'react';
import { classes } from './classes.ts';
import styles from './field.module.css';
import { FieldFrame, type FieldTexts } from './field-frame.tsx';

interface TextFieldProps extends FieldTexts {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: HTMLInputTypeAttribute;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly disabled?: boolean;
  /** More than one line; how many are seen. */
  readonly rows?: number;
  /** For paths and patterns. */
  readonly isMono?: boolean;
  readonly autoComplete?: string;
  /** Enter was pressed, or the field was left. */
  readonly onCommit?: () => void;
}

export function TextField({
  value,
  onChange,
  type = 'text',
  placeholder,
  maxLength,
  disabled = false,
  rows,
  isMono = false,
  autoComplete = 'off',
  onCommit,
  ...texts
}: TextFieldProps) {
  return (
    <FieldFrame {...texts}>
      {({ inputId, describedBy, isInvalid }) => {
        const shared = {
          id: inputId,
          value,
          placeholder,
          maxLength,
          disabled,
          autoComplete,
          spellCheck: false,
          'aria-describedby': describedBy,
          'aria-invalid': isInvalid || undefined,
          onBlur: onCommit,
        };
        return (
          <div
            className={styles['box']}
            data-disabled={disabled || undefined}
            data-invalid={isInvalid || undefined}
          >
            {rows === undefined ? (
              <input
                {...shared}
                type={type}
                className={classes(styles['input'], isMono && styles['mono'])}
                onChange={(event) => onChange(event.target.value)}
                onKeyDown={(event) => event.key === 'Enter' && onCommit?.()}
              />
            ) : (
              <textarea
                {...shared}
                rows={rows}
                className={classes(styles['input'], styles['area'], isMono && styles['mono'])}
                onChange={(event) => onChange(event.target.value)}
              />
            )}
          </div>
        );
      }}
    </FieldFrame>
  );
}
