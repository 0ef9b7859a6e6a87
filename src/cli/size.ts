// Sizes as people type and read them; powers of 1024.
import { AppError } from '../shared/errors.ts';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** @throws AppError BAD_USAGE for anything but a number over 0 with an optional unit: `512`, `10M`, `2GiB`. */
export function parseSize(text: string): number {
  const match = /^(?<number>\d+(?:\.\d+)?)\s*(?<unit>[KMGT]?)(?:iB|B)?$/i.exec(text.trim());
  const { number, unit } = match?.groups ?? {};
  if (number === undefined) {
    throw new AppError('BAD_USAGE', `'${text}' is not a size; write for example 512K, 10M or 2GiB`);
  }
  const power = ['', 'K', 'M', 'G', 'T'].indexOf((unit ?? '').toUpperCase());
  const sizeBytes = Math.floor(Number(number) * 1024 ** power);
  if (sizeBytes === 0) throw new AppError('BAD_USAGE', `'${text}' is no size that a file could have`);
  return sizeBytes;
}

export function formatSize(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? 'B'}`;
}

export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

export function formatDuration(durationMs: number): string {
  const milliseconds = Math.round(durationMs);
  if (milliseconds < 1000) return `${milliseconds} ms`;
  const tenths = Math.round(durationMs / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Of how many there are to be: none at all would look like nothing that is there. @throws AppError BAD_USAGE */
export function parseLimit(text: string): number {
  const limit = parseWholeNumber(text);
  if (limit === 0) throw new AppError('BAD_USAGE', 'a limit of 0 would show nothing, whatever there is');
  return limit;
}

/** @throws AppError BAD_USAGE */
export function parseWholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new AppError('BAD_USAGE', `'${text}' is not a whole number`);
  return Number(text);
}
