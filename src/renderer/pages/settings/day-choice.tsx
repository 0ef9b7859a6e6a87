// Days of the week, from Monday on; each is on or off.
import { Toggle } from '@base-ui/react/toggle';
import { settingMessages } from '../../messages/settings.ts';
import styles from './day-choice.module.css';
import { weekOrder } from './schedule-words.ts';

interface DayChoiceProps {
  /** From 0, Sunday. */
  readonly days: readonly number[];
  readonly onChange: (days: readonly number[]) => void;
}

const week = weekOrder([0, 1, 2, 3, 4, 5, 6]);

export function DayChoice({ days, onChange }: DayChoiceProps) {
  const { schedules } = settingMessages;

  function toggle(day: number, isOn: boolean): void {
    const next = isOn ? [...days, day] : days.filter((each) => each !== day);
    onChange(next.toSorted((one, other) => one - other));
  }

  return (
    <div role="group" aria-label={schedules.days} className={styles['days']}>
      {week.map((day) => (
        <Toggle
          key={day}
          className={styles['day']}
          pressed={days.includes(day)}
          onPressedChange={(isOn) => toggle(day, isOn)}
          aria-label={schedules.dayNames[day]}
        >
          {schedules.dayShort[day]}
        </Toggle>
      ))}
    </div>
  );
}
