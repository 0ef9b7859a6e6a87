// Figures as charts write them: short on an axis, exact in a tooltip and in a table.
import { formatRoughly, formatSeconds } from '../format/durations.ts';
import { counted, formatDecimal, formatPercent, thinGap } from '../format/numbers.ts';
import { formatClock, formatClockSeconds, formatDay } from '../format/times.ts';
import { chartMessages } from '../messages/charts.ts';

const secondsShownBelowSeconds = 15 * 60;
const daysShownAboveSeconds = 2 * 86_400;

/** `0`, `750`, `1.5k`, `12k`, `3M` */
export function axisCount(count: number): string {
  if (count >= 1e6) return `${formatDecimal(count / 1e6)}M`;
  if (count >= 1000) return `${formatDecimal(count / 1000)}k`;
  return formatDecimal(count);
}

/** `0`, `50 %` */
export function axisPercent(percent: number): string {
  return percent === 0 ? '0' : formatPercent(percent);
}

/** `0`, `30 s`, `15 min`, `2 h`: one unit, which the steps of the axis fit. */
export function axisDuration(seconds: number): string {
  return seconds === 0 ? '0' : formatRoughly(seconds);
}

/** A label of a time axis that is so long: `09:12`, `12 Nov`. */
export function axisTime(at: number, spanSeconds: number): string {
  return spanSeconds > daysShownAboveSeconds ? formatDay(at, at) : formatClock(at);
}

/** A moment of a range that is so long: `09:12:30`, `09:12`, `12 Nov, 09:00`. */
export function momentText(at: number, spanSeconds: number): string {
  if (spanSeconds <= secondsShownBelowSeconds) return formatClockSeconds(at);
  if (spanSeconds > daysShownAboveSeconds) return `${formatDay(at, at)}, ${formatClock(at)}`;
  return formatClock(at);
}

/** Goes on in a sentence: `at 09:12`, `on 12 Nov, 09:00`. */
export function whenText(at: number, spanSeconds: number): string {
  return `${spanSeconds > daysShownAboveSeconds ? 'on' : 'at'} ${momentText(at, spanSeconds)}`;
}

export function perHourText(count: number): string {
  return `${formatDecimal(count, count < 10 ? 1 : 0)}${thinGap}per hour`;
}

/** Goes on in a sentence: `5 seconds`, `a minute`, `15 minutes`, `an hour`. */
export function intervalText(seconds: number): string {
  const [minutes, hours] = [Math.round(seconds / 60), Math.round(seconds / 3600)];
  if (seconds < 57) return counted(Math.max(1, Math.round(seconds)), 'second', 'seconds');
  if (minutes < 60) return minutes === 1 ? chartMessages.aMinute : counted(minutes, 'minute', 'minutes');
  return hours === 1 ? chartMessages.anHour : counted(hours, 'hour', 'hours');
}

export function filesText(count: number): string {
  return counted(Math.round(count), 'file', 'files');
}

export function percentText(percent: number): string {
  return formatPercent(percent);
}

export function workersText(count: number): string {
  return formatDecimal(count);
}

export function durationText(seconds: number): string {
  return formatSeconds(seconds);
}
