import { describe, expect, test } from 'vitest';
import { choiceLabels, settingLabels } from '../../../../src/renderer/messages/setting-labels.ts';
import { settingMessages } from '../../../../src/renderer/messages/settings.ts';
import {
  isChanged,
  labelOf,
  problemOf,
  rangeText,
  valueText,
  type ShownSetting,
} from '../../../../src/renderer/pages/settings/setting-words.ts';
import { searchSettings } from '../../../../src/renderer/pages/settings/search-settings.ts';
import { sectionNames } from '../../../../src/shared/settings/catalogue.ts';
import { shownSettings } from '../../../renderer/answers/settings.ts';

const settings = shownSettings();

function named(name: string): ShownSetting {
  const setting = settings.find((each) => each.name === name);
  if (setting === undefined) throw new Error(`no setting ${name}`);
  return setting;
}

describe('the names of settings', () => {
  test('every key of the schema has one, and there is none for a key that is not there', () => {
    expect(Object.keys(settingLabels).toSorted()).toEqual(settings.map(({ name }) => name).toSorted());
  });

  test('every section has a title', () => {
    expect(Object.keys(settingMessages.sections).toSorted()).toEqual(sectionNames.toSorted());
  });

  test('names of choices fit the choices of the schema', () => {
    for (const [name, labels] of Object.entries(choiceLabels))
      expect(Object.keys(labels).toSorted()).toEqual(named(name).choices.toSorted());
  });

  test('within a section no two have the same name', () => {
    const names = settings.map((setting) => `${setting.section}: ${labelOf(setting)}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('a key nobody named is read as it is written', () => {
    expect(labelOf({ name: 'scanning.scan_order', key: 'scan_order' })).toBe('Scan order');
  });
});

test.each([
  ['watch.enabled', true, 'on'],
  ['performance.cache_ttl_hours', 24, '24\u00a0hours'],
  ['performance.cache_ttl_hours', 1, '1\u00a0hour'],
  ['api.rate_limit_rpm', 1, '1\u00a0request per minute'],
  ['scanning.max_file_size', 2_147_483_648, '2\u00a0GiB'],
  ['scaling.memory_ceiling_percent', 85, '85\u00a0%'],
  ['response.action', 'ask', 'Ask me'],
  ['scanning.signature_dir', '', 'empty'],
  ['watch.folders', [], 'none'],
  ['watch.exclude', ['a', 'b', 'c', 'd'], 'a, b, c, …'],
])('the value of %s: %j is %s', (name, value, text) => {
  expect(valueText(named(name), value)).toBe(text);
});

test.each([
  ['scaling.min_workers', '1 to 64\u00a0workers'],
  ['scanning.max_file_size', ''],
  ['scanning.clamd_max_files', '1\u00a0file or more'],
  ['scaling.worker_memory_limit', '128\u00a0MiB or more'],
  ['watch.enabled', ''],
])('the range of %s is "%s"', (name, text) => {
  expect(rangeText(named(name))).toBe(text);
});

describe('what is typed', () => {
  test.each([
    [null, 'A number is needed.'],
    [Number.NaN, 'A number is needed.'],
    [2.5, 'A whole number is needed.'],
    [0, 'It must be at least 1\u00a0worker.'],
    [65, 'It must be at most 64\u00a0workers.'],
    [1, null],
    [64, null],
  ])('%s as fewest workers: %s', (value, problem) => {
    expect(problemOf(named('scaling.min_workers'), value)).toBe(problem);
  });

  test('fractions are fine where the schema has them', () => {
    expect(problemOf(named('watch.settle_max_seconds'), 2.5)).toBeNull();
  });

  test('text is judged by the schema, not by the page', () => {
    expect(problemOf(named('api.listen'), 'nonsense')).toBeNull();
  });
});

test('changed is what differs from the default, lists by their content', () => {
  expect(isChanged(named('watch.exclude'))).toBe(false);
  expect(isChanged({ ...named('watch.exclude'), value: ['*.iso'] })).toBe(true);
});

describe('search', () => {
  test('every word has to be there, in any order', () => {
    const found = searchSettings(settings, 'workers most').map(({ name }) => name);
    expect(found.slice(0, 2)).toEqual(['scaling.max_workers', 'scaling.battery_max_workers']);
    expect(searchSettings(settings, 'workers most zebra')).toEqual([]);
  });

  test('a key as it stands in the file is found', () => {
    expect(searchSettings(settings, 'max_workers')[0]?.name).toBe('scaling.max_workers');
  });

  test('what only mentions it comes after what is named so', () => {
    const found = searchSettings(settings, 'watched folders').map(({ name }) => name);
    expect(found[0]).toBe('watch.folders');
  });

  test('nothing typed shows all', () => {
    expect(searchSettings(settings, '  ')).toBe(settings);
  });
});
