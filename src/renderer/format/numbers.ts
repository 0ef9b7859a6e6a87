// Numbers as people read them; a number and its unit never part at the end of a line.

/** Stands between a number and its unit. */
export const thinGap = '\u00a0';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** `92,114` */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `92,114`, from a million on `8.71M`: for places that are narrow. */
export function formatCompact(count: number): string {
  return Math.abs(count) < 1_000_000 ? whole.format(count) : compact.format(count);
}

/** At most so many digits behind the point, none of them a trailing zero. */
export function formatDecimal(value: number, digits = 1): string {
  return new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(value);
}

/** Of a percentage, 0 to 100. Never rounded up to 100 %, nor down to 0 %: `99.9 %` of the files is not all of them. */
export function formatPercent(percent: number, digits = 0): string {
  const step = 10 ** -digits;
  let shown = percent;
  if (percent < 100 && percent > 100 - step) shown = 100 - Math.min(step, 0.1);
  if (percent > 0 && percent < step / 2) return `<${thinGap}${formatDecimal(step, digits)}${thinGap}%`;
  return `${formatDecimal(shown, shown === percent ? digits : Math.max(1, digits))}${thinGap}%`;
}

/** Of a share, 0 to 1. */
export function formatShare(share: number, digits = 0): string {
  return formatPercent(share * 100, digits);
}

/** `1 file`, `2,048 files` */
export function counted(count: number, one: string, many: string): string {
  return `${formatCount(count)}${thinGap}${count === 1 ? one : many}`;
}
