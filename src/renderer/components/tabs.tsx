// Views of one page of which one is shown; the panel belongs to the tab that is taken.
import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import type { Choice } from './segmented.tsx';
import styles from './tabs.module.css';

interface TabsProps<Value extends string> {
  readonly label: string;
  readonly options: readonly Choice<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** What the chosen tab shows. */
  readonly children: ReactNode;
}

export function Tabs<Value extends string>({ label, options, value, onChange, children }: TabsProps<Value>) {
  function change(chosen: unknown): void {
    const option = options.find((known) => known.value === chosen);
    if (option !== undefined) onChange(option.value);
  }
  return (
    <Base.Root value={value} onValueChange={change}>
      <Base.List className={styles['list']} aria-label={label}>
        {options.map((option) => (
          <Base.Tab key={option.value} value={option.value} className={styles['tab']}>
            {option.label}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel value={value} className={styles['panel']}>
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
