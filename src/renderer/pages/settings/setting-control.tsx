// The control that fits the type of a setting; what is typed is saved when the field is left or after a moment.
import type { ReactNode } from 'react';
import { NumberField } from '../../components/number-field.tsx';
import { Select } from '../../components/select.tsx';
import { Switch } from '../../components/switch.tsx';
import { TextField } from '../../components/text-field.tsx';
import { ByteField } from './byte-field.tsx';
import { FieldProblem } from './field-problem.tsx';
import { patternOfFolder } from './folder-choice.ts';
import { FoldersEditor } from './folders-editor.tsx';
import { ListEditor } from './list-editor.tsx';
import { SchedulesEditor } from './schedules-editor.tsx';
import { choiceLabel, labelOf, rangeText, type ShownSetting } from './setting-words.ts';
import { useSettingEdits, useShownValue } from './use-setting-edits.ts';

/** After the last key or step of a number. */
const numberMs = 900;

const listsOfFiles: readonly string[] = ['scanning.known_bad_lists', 'scanning.known_good_lists'];
const listsOfPatterns: readonly string[] = ['scanning.exclude', 'watch.exclude'];

interface SettingControlProps {
  readonly setting: ShownSetting;
}

export function SettingControl({ setting }: SettingControlProps) {
  const { name, type } = setting;
  // Adding to the usual folders has to keep them, and cron fields are not for everybody.
  if (name === 'watch.folders') return <FoldersEditor setting={setting} />;
  if (name === 'scanning.schedules') return <SchedulesEditor setting={setting} />;
  const Control = controls[type];
  return <Control setting={setting} />;
}

const controls: Readonly<Record<ShownSetting['type'], (props: SettingControlProps) => ReactNode>> = {
  boolean: FlagControl,
  choice: ChoiceControl,
  integer: NumberControl,
  number: NumberControl,
  text: TextControl,
  list: ListControl,
};

function FlagControl({ setting }: SettingControlProps) {
  const edits = useSettingEdits();
  const { value, problem } = useShownValue(setting);
  return (
    <>
      <Switch
        checked={value === true}
        onChange={(isOn) => edits.change(setting, isOn, 0)}
        label={labelOf(setting)}
        hideLabel
        disabled={setting.locked !== ''}
      />
      <FieldProblem problem={problem} />
    </>
  );
}

function ChoiceControl({ setting }: SettingControlProps) {
  const edits = useSettingEdits();
  const { value, problem } = useShownValue(setting);
  return (
    <Select
      label={labelOf(setting)}
      hideLabel
      options={setting.choices.map((choice) => ({ value: choice, label: choiceLabel(setting.name, choice) }))}
      value={typeof value === 'string' ? value : ''}
      onChange={(choice) => edits.change(setting, choice, 0)}
      disabled={setting.locked !== ''}
      error={problem}
    />
  );
}

function NumberControl({ setting }: SettingControlProps) {
  const edits = useSettingEdits();
  const { value, problem } = useShownValue(setting);
  const { unit, minimum, maximum, locked, name } = setting;
  const shared = {
    label: labelOf(setting),
    value: typeof value === 'number' ? value : null,
    onChange: (next: number | null) => edits.change(setting, next, numberMs),
    onCommit: () => edits.flush(name),
    hint: locked === '' ? rangeText(setting) : '',
    error: problem,
    disabled: locked !== '',
  };
  if (unit === 'bytes') return <ByteField {...shared} />;
  return (
    <NumberField
      {...shared}
      hideLabel
      min={minimum ?? undefined}
      max={maximum ?? undefined}
      unit={unit === 'percent' ? '%' : (unit ?? undefined)}
    />
  );
}

function TextControl({ setting }: SettingControlProps) {
  const edits = useSettingEdits();
  const { value, problem } = useShownValue(setting);
  return (
    <TextField
      label={labelOf(setting)}
      hideLabel
      value={typeof value === 'string' ? value : ''}
      onChange={(text) => edits.change(setting, text, null)}
      onCommit={() => edits.flush(setting.name)}
      error={problem}
      disabled={setting.locked !== ''}
      isMono
    />
  );
}

function ListControl({ setting }: SettingControlProps) {
  const edits = useSettingEdits();
  const { value, problem } = useShownValue(setting);
  const { name } = setting;
  const picked = listsOfFiles.includes(name) ? 'files' : 'folders';
  return (
    <ListEditor
      label={labelOf(setting)}
      entries={typeof value === 'object' && value !== null ? value : []}
      onChange={(entries) => edits.change(setting, [...entries], 0)}
      problem={problem}
      isLocked={setting.locked !== ''}
      picks={setting.holds_paths ? picked : null}
      {...(listsOfPatterns.includes(name) ? { ofPath: patternOfFolder } : {})}
    />
  );
}
