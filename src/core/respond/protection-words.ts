// Lists and times in the words of a sentence.
import { countText } from '../../shared/count-text.ts';

/** `A`, `A and B`, `A, B and C`. */
export function listText(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** Rounded down: nothing is said to be older than it is known to be. */
export function ageText(days: number): string {
  const hours = Math.floor(days * 24);
  if (hours < 1) return 'less than an hour old';
  return hours < 48 ? `${countText(hours, 'hour')} old` : `${countText(Math.floor(days), 'day')} old`;
}

/** Local time; with its date when that is not the day of `since`. Both in Unix seconds. */
export function timeText(at: number, since: number): string {
  const [end, start] = [new Date(at * 1000), new Date(since * 1000)];
  const clock = `${padded(end.getHours())}:${padded(end.getMinutes())}`;
  if (end.toDateString() === start.toDateString()) return clock;
  return `${end.getFullYear()}-${padded(end.getMonth() + 1)}-${padded(end.getDate())} ${clock}`;
}

function padded(value: number): string {
  return String(value).padStart(2, '0');
}
