import { describe, expect, test } from 'vitest';
import { addEntries, moveEntry } from '../../../../src/renderer/pages/settings/edit-list.ts';
import { readClock, scheduleSentence } from '../../../../src/renderer/pages/settings/schedule-words.ts';
import {
  entryOfPlace,
  everydayParts,
  partNames,
  placeId,
  sectionOfPlace,
  sectionsOf,
} from '../../../../src/renderer/pages/settings/settings-places.ts';
import { sectionNames } from '../../../../src/shared/settings/catalogue.ts';
import { shownSettings } from '../../../renderer/answers/settings.ts';

const settings = shownSettings();

describe('the sections', () => {
  const sections = sectionsOf(settings);

  test('are those of the file, in its order', () => {
    expect(sections.map(({ name }) => name)).toEqual(sectionNames);
  });

  test('hold every setting that is not shown above them, once', () => {
    const names = sections
      .flatMap((section) => [...section.settings, ...section.pending])
      .map(({ name }) => name);
    expect([...names, ...Object.keys(everydayParts)].toSorted()).toEqual(
      settings.map(({ name }) => name).toSorted(),
    );
  });

  test('keep apart what has no effect in this version', () => {
    expect(sections.every((section) => section.settings.every(({ pending }) => !pending))).toBe(true);
    expect(sections.find(({ name }) => name === 'fleet')?.pending).not.toEqual([]);
  });
});

test.each([
  ['scaling', 'scaling'],
  ['scaling.max_workers', 'scaling'],
  ['watch.folders', null],
  ['folders', null],
  [null, null],
])('to show %s the section %s is opened', (place, section) => {
  expect(sectionOfPlace(place)).toBe(section);
});

test('the contents show where one is', () => {
  expect(['scaling.max_workers', 'watch.folders', 'file', null].map(entryOfPlace)).toEqual([
    'scaling',
    'folders',
    'file',
    null,
  ]);
});

test('no two places have the same element', () => {
  const places = [...settings.map(({ name }) => name), ...sectionNames, ...partNames];
  expect(new Set(places.map(placeId)).size).toBe(places.length);
});

test.each([
  ['0 12 * * 1 full', 'Full scan, every Monday at 12:00'],
  ['30 2 * * 1-5 quick', 'Quick scan, Monday to Friday at 02:30'],
  ['0 9 * * 0,6 quick', 'Quick scan, Saturday and Sunday at 09:00'],
  ['0 9 * * 0-6 quick', 'Quick scan, every day at 09:00'],
  ['0 9 * * 0,1,3 quick', 'Quick scan, every Monday, Wednesday, and Sunday at 09:00'],
  ['5 3 1 * * /srv "/a b"', 'Scan of 2\u00a0folders, on day 1 of every month at 03:05'],
  ['*/5 * * * * /srv', 'Scan of 1\u00a0folder, at */5 * * * *'],
  ['nonsense', 'nonsense'],
])('%s reads “%s”', (text, sentence) => {
  expect(scheduleSentence(text)).toBe(sentence);
});

test('a clock that is not filled in is none', () => {
  expect(readClock('02:05')).toEqual({ hour: 2, minute: 5 });
  expect([readClock(''), readClock('24:00'), readClock('12:60')]).toEqual([null, null, null]);
});

describe('a list', () => {
  const entries = ['a', 'b', 'c'];

  test('takes each entry once, and none that is empty', () => {
    expect(addEntries(entries, [' d ', 'a', '', 'd'])).toEqual(['a', 'b', 'c', 'd']);
    expect(addEntries(entries, ['a', ' '])).toBe(entries);
  });

  test('is brought into another order; its ends stay', () => {
    expect(moveEntry(entries, 1, -1)).toEqual(['b', 'a', 'c']);
    expect(moveEntry(entries, 1, 1)).toEqual(['a', 'c', 'b']);
    expect(moveEntry(entries, 0, -1)).toBe(entries);
    expect(moveEntry(entries, 2, 1)).toBe(entries);
  });
});
