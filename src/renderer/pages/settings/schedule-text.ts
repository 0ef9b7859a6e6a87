// A line of `[scanning] schedules` as people choose it, and back; what no form fits stays the cron text it is; pure.
export type ScheduleTime =
  | { readonly kind: 'daily'; readonly hour: number; readonly minute: number }
  /** Days from 0, Sunday, to 6. */
  | {
      readonly kind: 'weekly';
      readonly days: readonly number[];
      readonly hour: number;
      readonly minute: number;
    }
  | { readonly kind: 'monthly'; readonly day: number; readonly hour: number; readonly minute: number }
  /** Five cron fields. */
  | { readonly kind: 'cron'; readonly cron: string };

export interface ScheduleForm {
  readonly what: 'quick' | 'full' | 'custom';
  /** Of a custom scan. */
  readonly roots: readonly string[];
  readonly time: ScheduleTime;
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** null for a text that is no schedule. */
export function readSchedule(text: string): ScheduleForm | null {
  const words = wordsOf(text);
  const what = words?.slice(5);
  const [first] = what ?? [];
  if (words === null || what === undefined || first === undefined) return null;
  const time = timeOf(words.slice(0, 5));
  if (what.length === 1 && (first === 'quick' || first === 'full')) return { what: first, roots: [], time };
  return { what: 'custom', roots: what, time };
}

export function writeSchedule({ what, roots, time }: ScheduleForm): string {
  const target = what === 'custom' ? roots.map(quoted).join(' ') : what;
  return `${cronOf(time)} ${target}`;
}

/** Whether something is still missing before it can be written. */
export function isComplete({ what, roots, time }: ScheduleForm): boolean {
  if (what === 'custom' && roots.length === 0) return false;
  if (time.kind === 'weekly') return time.days.length > 0;
  return time.kind !== 'cron' || time.cron.trim().split(/\s+/).length === 5;
}

function cronOf(time: ScheduleTime): string {
  if (time.kind === 'cron') return time.cron.trim().split(/\s+/).join(' ');
  const clock = `${time.minute} ${time.hour}`;
  if (time.kind === 'daily') return `${clock} * * *`;
  return time.kind === 'weekly' ? `${clock} * * ${time.days.join(',')}` : `${clock} ${time.day} * *`;
}

function timeOf(fields: readonly string[]): ScheduleTime {
  const [minuteField = '', hourField = '', dayField = '', monthField = '', weekField = ''] = fields;
  const minute = numberOf(minuteField, 0, 59);
  const hour = numberOf(hourField, 0, 23);
  const cron = { kind: 'cron', cron: fields.join(' ') } as const;
  if (minute === null || hour === null || monthField !== '*') return cron;
  if (dayField === '*' && weekField === '*') return { kind: 'daily', hour, minute };
  const days = dayField === '*' ? daysOf(weekField) : null;
  if (days !== null) return { kind: 'weekly', days, hour, minute };
  const day = weekField === '*' ? numberOf(dayField, 1, 31) : null;
  return day === null ? cron : { kind: 'monthly', day, hour, minute };
}

/** `1`, `1,3`, `mon-fri`; Sunday may be 7. */
function daysOf(field: string): readonly number[] | null {
  const days = new Set<number>();
  for (const part of field.toLowerCase().split(',')) {
    const [from = null, to = from, rest] = part.split('-').map(dayOf);
    if (from === null || to === null || rest !== undefined || to < from) return null;
    for (let day = from; day <= to; day += 1) days.add(day % 7);
  }
  return [...days].toSorted((one, other) => one - other);
}

function dayOf(text: string): number | null {
  const named = dayNames.indexOf(text);
  return named === -1 ? numberOf(text, 0, 7) : named;
}

function numberOf(text: string, minimum: number, maximum: number): number | null {
  if (!/^\d{1,2}$/.test(text)) return null;
  const value = Number(text);
  return value >= minimum && value <= maximum ? value : null;
}

/** Paths with spaces stand in double quotes; a double quote within them is written twice. */
function quoted(path: string): string {
  return /[\s"]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
}

/** null: a quote is not closed. */
function wordsOf(text: string): readonly string[] | null {
  const words: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const quote = /^"((?:[^"]|"")*)"(?=\s|$)/.exec(rest);
    const plain = /^[^\s"]\S*/.exec(rest);
    const found = quote ?? plain;
    if (found === null) return null;
    words.push(quote?.[1]?.replaceAll('""', '"') ?? found[0]);
    rest = rest.slice(found[0].length).trimStart();
  }
  return words;
}
