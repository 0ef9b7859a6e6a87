// A number with its unit and its range; typing is free, what is out of range is said by `error`.
import { NumberField as Base } from '@base-ui/react/number-field';
import { Minus, Plus } from 'lucide-react';
import { commonMessages } from '../messages/words.ts';
import styles from './field.module.css';
import { FieldFrame, type FieldTexts } from './field-frame.tsx';

interface NumberFieldProps extends FieldTexts {
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  /** The field was left, or a step was made. */
  readonly onCommit?: (value: number | null) => void;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | undefined;
  readonly unit?: string | undefined;
  readonly disabled?: boolean;
}

export function NumberField({
  value,
  onChange,
  onCommit,
  min,
  max,
  step = 1,
  unit,
  disabled = false,
  ...texts
}: NumberFieldProps) {
  return (
    <FieldFrame {...texts}>
      {({ inputId, describedBy, isInvalid }) => (
        <Base.Root
          id={inputId}
          value={value}
          onValueChange={(next) => onChange(next)}
          onValueCommitted={(next) => onCommit?.(next)}
          min={min}
          max={max}
          step={step}
          allowOutOfRange
          disabled={disabled}
          format={{ maximumFractionDigits: 6 }}
          locale="en"
        >
          <Base.Group className={styles['box']} data-invalid={isInvalid || undefined}>
            <Base.Input
              className={styles['input']}
              aria-describedby={describedBy}
              aria-invalid={isInvalid || undefined}
            />
            {unit === undefined || unit === '' ? null : <span className={styles['unit']}>{unit}</span>}
            <Base.Decrement className={styles['step']} aria-label={commonMessages.decrease}>
              <Minus size={14} aria-hidden />
            </Base.Decrement>
            <Base.Increment className={styles['step']} aria-label={commonMessages.increase}>
              <Plus size={14} aria-hidden />
            </Base.Increment>
          </Base.Group>
        </Base.Root>
      )}
    </FieldFrame>
  );
}
