// Where an axis is labelled: at round values and round local times, as many as have room.

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Labels have no seconds. */
const timeSteps = [1, 2, 5, 10, 15, 30]
  .map((minutes) => minutes * minute)
  .concat([1, 2, 3, 4, 6, 12].map((hours) => hours * hour))
  .concat([1, 2, 5, 7, 10, 15].map((days) => days * day));

/** Round times of the clock on the wall between two moments, Unix seconds, at most `most`. */
export function timeTicks(from: number, to: number, most: number): readonly number[] {
  if (!(to > from) || most < 1) return [];
  const step = timeSteps.find((seconds) => (to - from) / seconds <= most) ?? 30 * day;
  return step >= day ? dayTicks(from, to, step / day) : clockTicks(from, to, step);
}

function clockTicks(from: number, to: number, step: number): readonly number[] {
  const ticks: number[] = [];
  // Midnight as the place to count from keeps "09:00, 12:00" where the time zone is not a whole number of steps off.
  let start = midnightBefore(from);
  while (start <= to) {
    const next = midnightBefore(start + 1.5 * day);
    for (let at = start; at < next && at <= to; at += step) {
      const rounded = atClock(start, at - start);
      if (rounded >= from && rounded <= to && rounded !== ticks.at(-1)) ticks.push(rounded);
    }
    start = next;
  }
  return ticks;
}

function dayTicks(from: number, to: number, days: number): readonly number[] {
  const ticks: number[] = [];
  const before = midnightBefore(from);
  const first = before === from ? from : midnightBefore(before + 1.5 * day);
  for (let at = first; at <= to; at = midnightBefore(at + (days + 0.5) * day)) ticks.push(at);
  return ticks;
}

function midnightBefore(at: number): number {
  const date = new Date(at * 1000);
  return date.setHours(0, 0, 0, 0) / 1000;
}

/** A day with a change of the clock has 23 or 25 hours: the wall counts, not the seconds. */
function atClock(midnight: number, seconds: number): number {
  const date = new Date(midnight * 1000);
  return date.setHours(0, 0, seconds, 0) / 1000;
}

const roundFactors = [1, 2, 2.5, 5, 10];

export interface ValueScale {
  readonly max: number;
  readonly ticks: readonly number[];
}

/** From 0 to a round value that is not below `highest`. */
export function valueScale(highest: number, steps = 4, isWhole = false): ValueScale {
  const wanted = Math.max(highest > 0 ? highest : 1, isWhole ? steps : 0) / steps;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = roundFactors
    .map((factor) => factor * power)
    .find((candidate) => candidate >= wanted * 0.999_999 && (!isWhole || Number.isInteger(candidate)));
  const width = step ?? 10 * power;
  const count = Math.max(isWhole && highest < steps ? steps : 1, Math.ceil((highest / width) * 0.999_999));
  return { max: count * width, ticks: Array.from({ length: count + 1 }, (_, index) => index * width) };
}

export const percentScale: ValueScale = { max: 100, ticks: [0, 25, 50, 75, 100] };

const durationSteps = [1, 2, 5, 10, 15, 30, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute]
  .concat([30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour])
  .concat([1, 2, 5, 10, 20, 50, 100, 200, 500].map((days) => days * day));

/** Of a length of time: steps are whole seconds, minutes, hours, days. */
export function durationScale(highestSeconds: number, steps = 4): ValueScale {
  const width = durationSteps.find((seconds) => seconds >= highestSeconds / steps) ?? highestSeconds / steps;
  const count = Math.max(1, Math.ceil(highestSeconds / width));
  return { max: count * width, ticks: Array.from({ length: count + 1 }, (_, index) => index * width) };
}
