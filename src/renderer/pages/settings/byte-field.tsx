// A size: a number and the unit it is meant in.
import { useState } from 'react';
import { NumberField } from '../../components/number-field.tsx';
import { Select } from '../../components/select.tsx';
import { settingMessages } from '../../messages/settings.ts';
import { byteUnits, joinBytes, splitBytes, type ByteUnit } from './byte-amount.ts';
import styles from './byte-field.module.css';

interface ByteFieldProps {
  readonly label: string;
  /** Bytes; null while the field is empty. */
  readonly value: number | null;
  readonly onChange: (sizeBytes: number | null) => void;
  readonly onCommit: () => void;
  readonly error: string;
  readonly hint: string;
  readonly disabled: boolean;
}

const unitChoices = byteUnits.map((unit) => ({ value: unit, label: unit }));

export function ByteField({ label, value, onChange, onCommit, error, hint, disabled }: ByteFieldProps) {
  const [unit, setUnit] = useState<ByteUnit>(() => splitBytes(value ?? 0).unit);
  const amount = value === null ? null : value / joinBytes({ amount: 1, unit });
  return (
    <div className={styles['size']}>
      <NumberField
        label={label}
        hideLabel
        value={amount}
        onChange={(next) => onChange(next === null ? null : joinBytes({ amount: next, unit }))}
        onCommit={onCommit}
        min={0}
        error={error}
        hint={hint}
        disabled={disabled}
      />
      <Select
        label={settingMessages.bytes.unit(label)}
        hideLabel
        options={unitChoices}
        value={unit}
        onChange={setUnit}
        disabled={disabled}
      />
    </div>
  );
}
