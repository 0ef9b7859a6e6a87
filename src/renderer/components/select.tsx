// One of many choices.
import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { FieldFrame, type FieldTexts } from './field-frame.tsx';
import type { Choice } from './segmented.tsx';
import styles from './select.module.css';

interface SelectProps<Value extends string> extends FieldTexts {
  readonly options: readonly Choice<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
}

export function Select<Value extends string>({
  options,
  value,
  onChange,
  disabled = false,
  ...texts
}: SelectProps<Value>) {
  return (
    <FieldFrame {...texts}>
      {({ inputId, describedBy, isInvalid }) => (
        <Base.Root
          id={inputId}
          items={options}
          value={value}
          onValueChange={(chosen) => chosen !== null && onChange(chosen)}
          disabled={disabled}
          modal={false}
        >
          <Base.Trigger
            className={styles['trigger']}
            aria-label={texts.label}
            aria-describedby={describedBy}
            data-invalid={isInvalid || undefined}
          >
            <Base.Value className={styles['value']} />
            <Base.Icon className={styles['icon']}>
              <ChevronsUpDown size={14} aria-hidden />
            </Base.Icon>
          </Base.Trigger>
          <Base.Portal>
            <Base.Positioner
              className={styles['positioner']}
              alignItemWithTrigger={false}
              sideOffset={4}
              collisionPadding={8}
            >
              <Base.Popup className={styles['popup']}>
                {options.map((option) => (
                  <Base.Item key={option.value} value={option.value} className={styles['item']}>
                    <Base.ItemIndicator className={styles['check']}>
                      <Check size={14} aria-hidden />
                    </Base.ItemIndicator>
                    <Base.ItemText className={styles['text']}>{option.label}</Base.ItemText>
                  </Base.Item>
                ))}
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </FieldFrame>
  );
}
