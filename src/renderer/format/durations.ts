// Spans of time as people read them: two units at most.
import { formatCount, formatDecimal, thinGap } from './numbers.ts';

const minuteSeconds = 60;
const hourSeconds = 3600;
const daySeconds = 86_400;

/** `0.4 ms`, `348 ms`, then as `formatSeconds`. */
export function formatMs(durationMs: number): string {
  if (durationMs >= 1000) return formatSeconds(durationMs / 1000);
  return `${formatDecimal(durationMs, durationMs < 10 ? 1 : 0)}${thinGap}ms`;
}

/** `4.2 s`, `40 s`, `1 min 5 s`, `1 h 10 min`, `3 d 4 h` */
export function formatSeconds(seconds: number): string {
  const rounded = Math.round(seconds);
  if (seconds < 9.95) return unit(formatDecimal(seconds), 's');
  if (rounded < minuteSeconds) return unit(rounded, 's');
  if (rounded < hourSeconds) return two(Math.floor(rounded / 60), 'min', rounded % 60, 's');
  const minutes = Math.round(seconds / minuteSeconds);
  if (minutes < 24 * 60) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(seconds / hourSeconds);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** One unit, for `4 min ago`: `40 s`, `4 min`, `5 h`, `3 d`. */
export function formatRoughly(seconds: number): string {
  return inOneUnit(seconds, Math.floor);
}

/** What is left of something that takes long: a week that has just begun is 7 d. */
export function formatRemaining(seconds: number): string {
  return inOneUnit(Math.max(0, seconds), Math.ceil);
}

function inOneUnit(seconds: number, round: (value: number) => number): string {
  if (seconds < minuteSeconds) return unit(round(seconds), 's');
  if (seconds < hourSeconds) return unit(round(seconds / minuteSeconds), 'min');
  if (seconds < 2 * daySeconds) return unit(round(seconds / hourSeconds), 'h');
  return unit(round(seconds / daySeconds), 'd');
}

/** What is left of a pause: `14:05`, `1:02:09`. */
export function formatCountdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const hours = Math.floor(left / hourSeconds);
  const minutes = Math.floor((left % hourSeconds) / minuteSeconds);
  const rest = String(left % minuteSeconds).padStart(2, '0');
  return hours === 0
    ? `${minutes}:${rest}`
    : `${formatCount(hours)}:${String(minutes).padStart(2, '0')}:${rest}`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? unit(large, largeUnit) : `${unit(large, largeUnit)} ${unit(small, smallUnit)}`;
}

function unit(value: number | string, name: string): string {
  return `${typeof value === 'number' ? formatCount(value) : value}${thinGap}${name}`;
}
