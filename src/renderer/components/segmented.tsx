// One of a few choices, all in sight.
import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import styles from './segmented.module.css';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

interface SegmentedProps<Value extends string> {
  /** What is chosen, for who cannot see it. */
  readonly label: string;
  readonly options: readonly Choice<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
}

export function Segmented<Value extends string>({
  label,
  options,
  value,
  onChange,
  disabled = false,
}: SegmentedProps<Value>) {
  return (
    <RadioGroup
      aria-label={label}
      className={styles['group']}
      value={value}
      onValueChange={(chosen) => onChange(chosen)}
      disabled={disabled}
    >
      {options.map((option) => (
        <Radio.Root key={option.value} value={option.value} className={styles['option']}>
          {option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
