import { expect, test } from 'vitest';
import {
  guideSteps,
  stepAfter,
  stepBefore,
  stepOf,
} from '../../../../src/renderer/pages/guide/guide-steps.ts';
import { guideMessages } from '../../../../src/renderer/messages/guide.ts';

test('the guide goes through all its steps and back again', () => {
  expect(guideSteps.map(stepAfter)).toEqual(['engines', 'folders', 'test', null]);
  expect(guideSteps.map(stepBefore)).toEqual([null, 'welcome', 'engines', 'folders']);
});

test('an address that names no step is the beginning', () => {
  expect([stepOf(null), stepOf('nowhere'), stepOf('test')]).toEqual(['welcome', 'welcome', 'test']);
});

test('every step has a name', () => {
  expect(Object.keys(guideMessages.names)).toEqual([...guideSteps]);
});

test('nothing in it shouts', () => {
  expect(JSON.stringify(guideMessages)).not.toMatch(/!/);
});
