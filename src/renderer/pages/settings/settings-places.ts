// Places of the Settings page that an address can name: `#/settings/folders`, `#/settings/scaling`, `#/settings/scaling.max_workers`; pure.
import type { ShownSetting } from './setting-words.ts';

export const partNames = [
  'protection',
  'folders',
  'findings',
  'schedules',
  'appearance',
  'exclusions',
  'checks',
  'file',
] as const;
export type PartName = (typeof partNames)[number];

/** Settings of the everyday parts; `All settings` has the others. */
export const everydayParts: Readonly<Record<string, PartName>> = {
  'watch.enabled': 'protection',
  'watch.watch_removable': 'folders',
  'watch.folders': 'folders',
  'response.action': 'findings',
  'scanning.schedules': 'schedules',
  'scanning.missed_runs': 'schedules',
  'watch.start_at_login': 'appearance',
};

export interface Section {
  readonly name: string;
  /** Those that have an effect. */
  readonly settings: readonly ShownSetting[];
  readonly pending: readonly ShownSetting[];
}

/** In the order of the file; a section without any setting left is none. */
export function sectionsOf(settings: readonly ShownSetting[]): readonly Section[] {
  const rest = settings.filter(({ name }) => everydayParts[name] === undefined);
  const names = [...new Set(rest.map(({ section }) => section))];
  return names.map((name) => {
    const own = rest.filter(({ section }) => section === name);
    return {
      name,
      settings: own.filter(({ pending }) => !pending),
      pending: own.filter(({ pending }) => pending),
    };
  });
}

/** The section that has to be open for the place to be seen; null for none. */
export function sectionOfPlace(place: string | null): string | null {
  if (place === null || everydayParts[place] !== undefined) return null;
  return partNames.some((part) => part === place) ? null : (place.split('.')[0] ?? null);
}

/** What the contents show as the place one is at: a part or a section. */
export function entryOfPlace(place: string | null): string | null {
  return place === null ? null : (everydayParts[place] ?? sectionOfPlace(place) ?? place);
}

/** Of the element of a part, a section or a setting. */
export function placeId(place: string): string {
  return `settings-${place.replace('.', '-')}`;
}
