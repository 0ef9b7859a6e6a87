// Fields to type in and to choose from.
import { useState } from 'react';
import { Card } from '../../../src/renderer/components/card.tsx';
import { Checkbox } from '../../../src/renderer/components/checkbox.tsx';
import { NumberField } from '../../../src/renderer/components/number-field.tsx';
import { SearchField } from '../../../src/renderer/components/search-field.tsx';
import { Select } from '../../../src/renderer/components/select.tsx';
import { TextField } from '../../../src/renderer/components/text-field.tsx';
import styles from './gallery.module.css';

const modes = [
  { value: 'ask', label: 'Ask me' },
  { value: 'quarantine', label: 'Quarantine at once' },
  { value: 'notify', label: 'Only tell me' },
] as const;

export function FieldForms() {
  const [text, setText] = useState('*.iso');
  const [search, setSearch] = useState('invoice');
  const [count, setCount] = useState<number | null>(8);
  const [mode, setMode] = useState<'ask' | 'quarantine' | 'notify'>('ask');
  const [isChosen, setIsChosen] = useState(true);
  return (
    <Card title="Fields">
      <div className={styles['grid']}>
        <TextField label="Pattern" hint="A glob, such as *.iso" value={text} onChange={setText} isMono />
        <TextField
          label="Reason"
          error="Say why, in a few words."
          value=""
          onChange={setText}
          placeholder="Why"
        />
        <TextField label="Disabled" value="set by a variable" disabled onChange={setText} />
        <NumberField label="Most workers" value={count} onChange={setCount} min={1} max={64} unit="workers" />
        <Select label="When a threat is found" options={modes} value={mode} onChange={setMode} />
        <div>
          <Checkbox
            label="Also add to the allow-list"
            hint="By its content"
            checked={isChosen}
            onChange={setIsChosen}
          />
          <br />
          <Checkbox label="Some" checked={false} indeterminate onChange={setIsChosen} />
          <br />
          <Checkbox label="Disabled" checked disabled onChange={setIsChosen} />
        </div>
        <SearchField label="Search threats" value={search} onChange={setSearch} />
        <TextField label="Folders" rows={3} value={'/srv\n/home'} onChange={setText} isMono />
      </div>
    </Card>
  );
}
