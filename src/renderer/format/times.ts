// Moments as people read them: relative under a day, a date after that; always in the time zone of where they are.
import { formatRoughly } from './durations.ts';

const daySeconds = 86_400;
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockWithSeconds = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayWithYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** `12:04` */
export function formatClock(at: number): string {
  return clock.format(at * 1000);
}

/** `12:04:09` */
export function formatClockSeconds(at: number): string {
  return clockWithSeconds.format(at * 1000);
}

/** `3 Mar 2026`, without its year in the year of `now`. */
export function formatDay(at: number, now: number): string {
  const isThisYear = new Date(at * 1000).getFullYear() === new Date(now * 1000).getFullYear();
  return (isThisYear ? day : dayWithYear).format(at * 1000);
}

/** `3 Mar 2026, 12:04:09` */
export function formatExact(at: number): string {
  return `${dayWithYear.format(at * 1000)}, ${formatClockSeconds(at)}`;
}

/** `just now`, `4 min ago`, `in 2 h`; a day and more away: `3 Mar, 12:04`. */
export function formatWhen(at: number, now: number): string {
  const away = Math.abs(now - at);
  if (away < 5) return 'just now';
  if (away >= daySeconds) return `${formatDay(at, now)}, ${formatClock(at)}`;
  return at < now ? `${formatRoughly(away)} ago` : `in ${formatRoughly(away)}`;
}
