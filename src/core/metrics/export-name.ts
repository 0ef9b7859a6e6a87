// Names of exports: local time, as a person who looks into the folder expects it; the exact moment stands inside the file.

const pattern = /^rt_protection_metrics_\d{8}_\d{6}(?:_(?:[2-9]|[1-9]\d{1,3}))?\.json$/;
const temporaryPattern = /^\.rt_protection_metrics_[0-9a-f]{16}\.tmp$/;

/** @param turn from 1; exports of one second, or of an hour that a clock put back repeats, are told apart by it. */
export function exportName(nowSeconds: number, turn: number): string {
  const now = new Date(nowSeconds * 1000);
  const day = digits(now.getFullYear(), 4) + digits(now.getMonth() + 1, 2) + digits(now.getDate(), 2);
  const time = digits(now.getHours(), 2) + digits(now.getMinutes(), 2) + digits(now.getSeconds(), 2);
  return `rt_protection_metrics_${day}_${time}${turn === 1 ? '' : `_${turn}`}.json`;
}

export function isExportName(name: string): boolean {
  return pattern.test(name);
}

/** @param random 16 lower-case hexadecimal digits. */
export function temporaryName(random: string): string {
  return `.rt_protection_metrics_${random}.tmp`;
}

export function isTemporaryName(name: string): boolean {
  return temporaryPattern.test(name);
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}
