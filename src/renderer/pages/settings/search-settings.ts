// Which settings are about what was typed: every word has to be in the name, the key or the explanation; pure.
import { labelOf, type ShownSetting } from './setting-words.ts';

/** Those named so first, then those that only mention it; within each in the order of the file. */
export function searchSettings(settings: readonly ShownSetting[], query: string): readonly ShownSetting[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return settings;
  const found = settings.filter((setting) => hasAll(textOf(setting), words));
  const named = found.filter((setting) => hasAll(namesOf(setting), words));
  return [...named, ...found.filter((setting) => !named.includes(setting))];
}

function hasAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

function namesOf(setting: ShownSetting): string {
  return [labelOf(setting), setting.name, setting.key.replaceAll('_', ' ')].join(' ').toLowerCase();
}

function textOf(setting: ShownSetting): string {
  return `${namesOf(setting)} ${setting.explanation.toLowerCase()}`;
}
