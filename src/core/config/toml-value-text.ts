// A value as TOML writes it.
import { AppError } from '../../shared/errors.ts';
import type { SettingValue } from '../../shared/settings/catalogue.ts';

/** @throws AppError CONFIG_INVALID for what TOML cannot hold: no number, or a name that is not Unicode. */
export function tomlValue(value: SettingValue): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return Object.is(value, -0) ? '0' : String(value);
    throw new AppError('CONFIG_INVALID', `${value} is no number that a configuration can hold`);
  }
  if (typeof value === 'string') return tomlString(value);
  return `[${value.map(tomlString).join(', ')}]`;
}

function tomlString(text: string): string {
  if (!text.isWellFormed())
    throw new AppError(
      'CONFIG_INVALID',
      `${JSON.stringify(text)} is not Unicode, which a configuration must be`,
    );
  // JSON escapes all that TOML wants escaped, but for DEL.
  return JSON.stringify(text).replaceAll('\x7f', '\\u007f');
}
