import { expect, test } from 'vitest';
import { settingsSchema } from '../../../../src/shared/settings.ts';
import { changedKeys } from '../../../../src/shared/settings/changed-keys.ts';

const defaults = settingsSchema.parse({});

test('the same settings have no changed keys', () => {
  expect(changedKeys(defaults, settingsSchema.parse({}))).toEqual({ live: [], restart: [] });
});

test('changed keys are told apart by when they take effect', () => {
  const next = settingsSchema.parse({
    scaling: { max_workers: 3 },
    scanning: { rule_paths: ['/rules'], enable_yara: false },
    monitoring: { history_days: 7 },
  });
  expect(changedKeys(defaults, next)).toEqual({
    live: ['scaling.max_workers', 'monitoring.history_days'],
    restart: ['scanning.enable_yara', 'scanning.rule_paths'],
  });
});
