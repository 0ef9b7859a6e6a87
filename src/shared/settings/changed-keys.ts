// What is different between two settings, and which of it a running Vedette can take over as it is.
import type { Settings } from '../settings.ts';
import { settingDescriptions, type SettingDescription, type SettingValue } from './catalogue.ts';

export interface ChangedKeys {
  /** Names, `section.key`, that a running Vedette applies. */
  readonly live: readonly string[];
  /** Names whose new values count from the next start. */
  readonly restart: readonly string[];
}

export function changedKeys(previous: Settings, next: Settings): ChangedKeys {
  const changed = settingDescriptions.filter(
    (description) =>
      JSON.stringify(settingValue(previous, description)) !== JSON.stringify(settingValue(next, description)),
  );
  return {
    live: changed.filter(({ effect }) => effect === 'live').map(({ name }) => name),
    restart: changed.filter(({ effect }) => effect === 'restart').map(({ name }) => name),
  };
}

/** The value of a key; its default where the settings do not have it, which complete settings do. */
export function settingValue(
  settings: Settings,
  { section, key, default: fallback }: Pick<SettingDescription, 'section' | 'key' | 'default'>,
): SettingValue {
  const sections: Readonly<Record<string, unknown>> = settings;
  const values = Object.entries(Object(sections[section]));
  const [, value] = values.find(([name]) => name === key) ?? [];
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(String) : fallback;
}
