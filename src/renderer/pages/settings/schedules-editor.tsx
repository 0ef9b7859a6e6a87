// Scheduled scans as sentences, each with its next run; a dialog makes and changes them.
import { CalendarPlus, X } from 'lucide-react';
import { useState } from 'react';
import { useCall } from '../../client/client-context.ts';
import { Button } from '../../components/button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { settingMessages } from '../../messages/settings.ts';
import { FieldProblem } from './field-problem.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { scheduleSentence } from './schedule-words.ts';
import styles from './schedules-editor.module.css';
import type { ShownSetting } from './setting-words.ts';
import { useSettingEdits, useShownValue } from './use-setting-edits.ts';

interface SchedulesEditorProps {
  readonly setting: ShownSetting;
}

/** Which entry the dialog is about; -1 for a new one. */
type Open = number | null;

export function SchedulesEditor({ setting }: SchedulesEditorProps) {
  const edits = useSettingEdits();
  const { value, problem } = useShownValue(setting);
  const [open, setOpen] = useState<Open>(null);
  const known = useCall('jobs.list', { limit: 1 }, { refreshOn: ['settings', 'jobs'] });
  const { schedules: words } = settingMessages;
  const texts = typeof value === 'object' && value !== null ? value : [];
  const isLocked = setting.locked !== '';

  function put(next: readonly string[]): void {
    edits.change(setting, [...next], 0);
  }

  function save(text: string): void {
    const next = open === null || open === -1 ? [...texts, text] : texts.with(open, text);
    setOpen(null);
    put([...new Set(next)]);
  }

  return (
    <div className={styles['editor']}>
      <p className={styles['soft']}>{texts.length === 0 ? words.none : words.text}</p>
      <ul className={styles['entries']}>
        {texts.map((text, index) => {
          const sentence = scheduleSentence(text);
          const run = known.value?.schedules.find((schedule) => schedule.text === text);
          return (
            <li key={text} className={styles['entry']}>
              <div className={styles['words']}>
                <p>{sentence}</p>
                {run === undefined || run.next_run_at === null ? null : (
                  <p className={styles['soft']}>
                    {words.next} <TimeText at={run.next_run_at} />
                    {run.missed === 0 ? null : `, ${words.missed(run.missed)}`}
                  </p>
                )}
              </div>
              {isLocked ? null : (
                <div className={styles['tools']}>
                  <Button tone="quiet" aria-label={words.editOf(sentence)} onClick={() => setOpen(index)}>
                    {words.edit}
                  </Button>
                  <IconButton
                    icon={X}
                    label={words.remove(sentence)}
                    onClick={() => put(texts.filter((each) => each !== text))}
                  />
                </div>
              )}
            </li>
          );
        })}
      </ul>
      <FieldProblem problem={problem} />
      {isLocked ? <p className={styles['soft']}>{setting.locked}</p> : null}
      {isLocked ? null : (
        <div>
          <Button icon={CalendarPlus} onClick={() => setOpen(-1)}>
            {words.add}
          </Button>
        </div>
      )}
      {open === null ? null : (
        <ScheduleDialog text={texts[open] ?? null} onSave={save} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}
