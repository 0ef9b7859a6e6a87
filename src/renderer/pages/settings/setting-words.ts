// A setting in words: its name for people, its values, its range, and what is wrong with one that was typed; pure.
import type { SettingsDocument } from '../../../shared/page-documents.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatDecimal, thinGap } from '../../format/numbers.ts';
import { choiceLabels, settingLabels } from '../../messages/setting-labels.ts';
import { settingMessages } from '../../messages/settings.ts';

export type ShownSetting = SettingsDocument['settings'][number];
export type SettingValue = ShownSetting['value'];

const listedAtMost = 3;

/** A key that has no name yet is read as it is written: `scan_order` is “Scan order”. */
export function labelOf({ name, key }: Pick<ShownSetting, 'name' | 'key'>): string {
  const words = key.replaceAll('_', ' ');
  return settingLabels[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

export function choiceLabel(name: string, choice: string): string {
  return choiceLabels[name]?.[choice] ?? choice;
}

/** `on`, `24 hours`, `2 GiB`, `Ask me`, `none` */
export function valueText(setting: ShownSetting, value: SettingValue): string {
  const { row } = settingMessages;
  if (typeof value === 'boolean') return value ? row.on : row.off;
  if (typeof value === 'number') return numberText(setting, value);
  if (typeof value === 'string') return value === '' ? row.emptyText : choiceLabel(setting.name, value);
  if (value.length === 0) return row.emptyList;
  const more = value.length > listedAtMost ? ', …' : '';
  return value.slice(0, listedAtMost).join(', ') + more;
}

/** `2 to 64 workers`; empty where anything goes. */
export function rangeText(setting: ShownSetting): string {
  const { minimum, maximum, type, unit } = setting;
  if ((type !== 'integer' && type !== 'number') || minimum === null) return '';
  // That a size is more than nothing goes without saying.
  if (unit === 'bytes' && maximum === null && minimum <= 1) return '';
  const { range, atLeast } = settingMessages.row;
  if (maximum === null) return atLeast(numberText(setting, minimum));
  const from = unit === 'bytes' ? formatBytes(minimum) : formatDecimal(minimum, 3);
  return range(from, numberText(setting, maximum));
}

/** What is wrong with it as far as the page can tell; null where the file may be asked. */
export function problemOf(setting: ShownSetting, value: SettingValue | null): string | null {
  const { problems } = settingMessages;
  if (setting.type !== 'integer' && setting.type !== 'number') return null;
  if (typeof value !== 'number' || !Number.isFinite(value)) return problems.number;
  if (setting.type === 'integer' && !Number.isInteger(value)) return problems.whole;
  const { minimum, maximum } = setting;
  if (minimum !== null && value < minimum) return problems.tooSmall(numberText(setting, minimum));
  if (maximum !== null && value > maximum) return problems.tooLarge(numberText(setting, maximum));
  return null;
}

export function isChanged({ value, default: usual }: ShownSetting): boolean {
  return !isSameValue(value, usual);
}

export function isSameValue(one: SettingValue | null, other: SettingValue | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function numberText({ unit }: ShownSetting, value: number): string {
  if (unit === 'bytes') return formatBytes(value);
  const text = formatDecimal(value, 3);
  if (unit === null || unit === 'level') return text;
  if (unit === 'percent') return `${text}${thinGap}%`;
  return `${text}${thinGap}${value === 1 ? unit.replace(/s(?= |$)/, '') : unit}`;
}
