// Turns one thing on or off, at once.
import { Switch as Base } from '@base-ui/react/switch';
import styles from './switch.module.css';

interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly label: string;
  /** The label is read aloud only: what stands beside the switch says it already. */
  readonly hideLabel?: boolean;
  readonly disabled?: boolean;
  /** Of a text that says more, such as why it is disabled. */
  readonly describedBy?: string | undefined;
}

export function Switch({
  checked,
  onChange,
  label,
  hideLabel = false,
  disabled = false,
  describedBy,
}: SwitchProps) {
  return (
    <label className={styles['row']} data-disabled={disabled || undefined}>
      {hideLabel ? null : <span>{label}</span>}
      <Base.Root
        className={styles['track']}
        checked={checked}
        onCheckedChange={(isOn) => onChange(isOn)}
        disabled={disabled}
        aria-describedby={describedBy}
        {...(hideLabel ? { 'aria-label': label } : {})}
      >
        <Base.Thumb className={styles['thumb']} />
      </Base.Root>
    </label>
  );
}
