// Chosen or not; `indeterminate` when some of what it stands for is.
import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './checkbox.module.css';
import { classes } from './classes.ts';

interface CheckboxProps {
  readonly checked: boolean;
  readonly indeterminate?: boolean;
  /** `isRange`: Shift was held. */
  readonly onChange: (checked: boolean, isRange: boolean) => void;
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly hint?: ReactNode;
  readonly disabled?: boolean;
}

export function Checkbox({
  checked,
  indeterminate = false,
  onChange,
  label,
  hideLabel = false,
  hint,
  disabled = false,
}: CheckboxProps) {
  return (
    <label
      className={classes(styles['row'], hideLabel && styles['alone'])}
      data-disabled={disabled || undefined}
    >
      <Base.Root
        className={styles['box']}
        checked={checked}
        indeterminate={indeterminate}
        onCheckedChange={(isChecked, { event }) =>
          onChange(isChecked, 'shiftKey' in event && event.shiftKey === true)
        }
        disabled={disabled}
        {...(hideLabel ? { 'aria-label': label } : {})}
      >
        <Base.Indicator className={styles['mark']}>
          {indeterminate ? <Minus size={12} aria-hidden /> : <Check size={12} strokeWidth={3} aria-hidden />}
        </Base.Indicator>
      </Base.Root>
      {hideLabel ? null : (
        <span>
          {label}
          {hint === undefined ? null : <span className={styles['hint']}>{hint}</span>}
        </span>
      )}
    </label>
  );
}
