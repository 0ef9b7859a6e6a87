// A schedule in one sentence; pure.
import { jobKindWords } from '../../messages/words.ts';
import { settingMessages } from '../../messages/settings.ts';
import { readSchedule, type ScheduleForm, type ScheduleTime } from './schedule-text.ts';

const list = new Intl.ListFormat('en');

/** `Full scan, every Monday at 12:00`; a text that is none stays as it is. */
export function scheduleSentence(text: string): string {
  const form = readSchedule(text);
  return form === null ? text : `${whatText(form)}, ${timeText(form.time)}`;
}

function whatText({ what, roots }: ScheduleForm): string {
  return what === 'custom' ? settingMessages.schedules.scanOf(roots.length) : jobKindWords[what];
}

function timeText(time: ScheduleTime): string {
  const { schedules } = settingMessages;
  if (time.kind === 'cron') return schedules.atCron(time.cron);
  if (time.kind === 'daily') return schedules.daily(clockText(time));
  if (time.kind === 'weekly') return weeklyText(time.days, clockText(time));
  return schedules.monthly(time.day, clockText(time));
}

function weeklyText(days: readonly number[], clock: string): string {
  const { schedules } = settingMessages;
  const chosen = days.join();
  if (chosen === '0,1,2,3,4,5,6') return schedules.daily(clock);
  if (chosen === '1,2,3,4,5') return schedules.weekdays(clock);
  if (chosen === '0,6') return schedules.weekends(clock);
  return schedules.weekly(list.format(weekOrder(days).map((day) => schedules.dayNames[day] ?? '')), clock);
}

/** The week begins with Monday. */
export function weekOrder(days: readonly number[]): readonly number[] {
  return days.toSorted((one, other) => ((one + 6) % 7) - ((other + 6) % 7));
}

/** `02:05` */
export function clockText({ hour, minute }: { readonly hour: number; readonly minute: number }): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** null for what no clock shows. */
export function readClock(text: string): { readonly hour: number; readonly minute: number } | null {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)/.exec(text) ?? [];
  return hour === undefined || minute === undefined ? null : { hour: Number(hour), minute: Number(minute) };
}
