import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { configTemplate } from '../../../../src/core/config/config-template.ts';
import { settingsSchema } from '../../../../src/shared/settings.ts';

test('the template changes nothing', () => {
  expect(settingsSchema.parse(parse(configTemplate()))).toEqual(settingsSchema.parse({}));
});

test('the template with all its keys set is the defaults, every one of them', () => {
  const set = configTemplate().replace(/^# ([a-z_]+ = .*)$/gm, '$1');
  expect(parse(set)).toEqual(settingsSchema.parse({}));
});

test('no line of the template needs a wide window', () => {
  expect(
    configTemplate()
      .split('\n')
      .filter((line) => line.length > 110),
  ).toEqual([]);
});
