// One scheduled scan: what is scanned, and when.
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { TextField } from '../../components/text-field.tsx';
import { settingMessages } from '../../messages/settings.ts';
import { commonMessages } from '../../messages/words.ts';
import { DayChoice } from './day-choice.tsx';
import { RootsChoice } from './roots-choice.tsx';
import styles from './schedule-dialog.module.css';
import {
  isComplete,
  readSchedule,
  writeSchedule,
  type ScheduleForm,
  type ScheduleTime,
} from './schedule-text.ts';
import { clockText, readClock } from './schedule-words.ts';

interface ScheduleDialogProps {
  /** null for a new one. */
  readonly text: string | null;
  readonly onSave: (text: string) => void;
  readonly onClose: () => void;
}

const usual: ScheduleForm = {
  what: 'quick',
  roots: [],
  time: { kind: 'weekly', days: [1], hour: 12, minute: 0 },
};
const { schedules: words } = settingMessages;

export function ScheduleDialog({ text, onSave, onClose }: ScheduleDialogProps) {
  const [form, setForm] = useState<ScheduleForm>(() =>
    text === null ? usual : (readSchedule(text) ?? usual),
  );
  const { what, roots, time } = form;
  return (
    <Dialog
      open
      onClose={onClose}
      title={text === null ? words.titleNew : words.titleEdit}
      actions={
        <>
          <Button onClick={onClose}>{commonMessages.cancel}</Button>
          <Button tone="primary" disabled={!isComplete(form)} onClick={() => onSave(writeSchedule(form))}>
            {words.save}
          </Button>
        </>
      }
    >
      <div className={styles['form']}>
        <section className={styles['part']}>
          <h3>{words.what}</h3>
          <Segmented
            label={words.what}
            options={words.whatChoices}
            value={what}
            onChange={(next) => setForm({ ...form, what: next })}
          />
          {what === 'custom' ? (
            <RootsChoice roots={roots} onChange={(next) => setForm({ ...form, roots: next })} />
          ) : null}
        </section>
        <section className={styles['part']}>
          <h3>{words.when}</h3>
          <Segmented
            label={words.when}
            options={words.whenChoices}
            value={time.kind}
            onChange={(kind) => setForm({ ...form, time: timeOfKind(kind, form) })}
          />
          <TimeFields time={time} onChange={(next) => setForm({ ...form, time: next })} />
        </section>
      </div>
    </Dialog>
  );
}

interface TimeFieldsProps {
  readonly time: ScheduleTime;
  readonly onChange: (time: ScheduleTime) => void;
}

function TimeFields({ time, onChange }: TimeFieldsProps) {
  if (time.kind === 'cron')
    return (
      <TextField
        label={words.cron}
        hint={words.cronHint}
        value={time.cron}
        onChange={(cron) => onChange({ ...time, cron })}
        maxLength={200}
        isMono
      />
    );
  return (
    <>
      {time.kind === 'weekly' ? (
        <DayChoice days={time.days} onChange={(days) => onChange({ ...time, days })} />
      ) : null}
      <div className={styles['fields']}>
        {time.kind === 'monthly' ? (
          <NumberField
            label={words.dayOfMonth}
            value={time.day}
            min={1}
            max={31}
            onChange={(day) =>
              onChange({ ...time, day: Math.min(31, Math.max(1, Math.round(day ?? time.day))) })
            }
            hint={time.day > 28 ? words.shortMonth : undefined}
          />
        ) : null}
        <TextField
          label={words.time}
          type="time"
          value={clockText(time)}
          onChange={(clock) => onChange({ ...time, ...readClock(clock) })}
        />
      </div>
    </>
  );
}

/** What was chosen before is kept where the new kind has a place for it. */
function timeOfKind(kind: ScheduleTime['kind'], { time, ...form }: ScheduleForm): ScheduleTime {
  if (kind === 'cron')
    return {
      kind,
      cron: writeSchedule({ ...form, time })
        .split(' ')
        .slice(0, 5)
        .join(' '),
    };
  const clock = time.kind === 'cron' ? { hour: 12, minute: 0 } : { hour: time.hour, minute: time.minute };
  if (kind === 'daily') return { kind, ...clock };
  return kind === 'weekly' ? { kind, ...clock, days: [1] } : { kind, ...clock, day: 1 };
}
