// Sizes as people read them; powers of 1024, as on the command line.
import { thinGap } from './numbers.ts';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `512 B`, `48.2 KiB`, `3 GiB` */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const text =
    unit === 0 ? String(Math.round(value)) : value.toFixed(value < 100 ? 1 : 0).replace(/\.0$/, '');
  return `${text}${thinGap}${units[unit] ?? 'B'}`;
}
