import { expect, test } from 'vitest';
import { CallError } from '../../../../src/renderer/client/client.ts';
import { refusalText } from '../../../../src/renderer/pages/settings/refusal-text.ts';

const problems = [
  {
    place: '/c.toml:3',
    line: 3,
    key: 'max_workers',
    name: 'scaling.max_workers',
    message: 'expected a number',
  },
  { place: '/c.toml:9', line: 9, key: 'x', name: null, message: 'unknown key' },
];
const refused = new CallError('CONFIG_INVALID', '/c.toml:3: max_workers: expected a number', { problems });

test('beside its field a problem is told without file and key', () => {
  expect(refusalText(refused, 'scaling.max_workers')).toBe('Expected a number.');
});

test('a problem of another key is told whole', () => {
  expect(refusalText(refused, 'scaling.min_workers')).toBe('/c.toml:3: max_workers: expected a number');
});

test('whatever else goes wrong is told as it is', () => {
  expect(refusalText(new Error('it is gone'), 'a.b')).toBe('it is gone');
  expect(refusalText(new CallError('CALL_FAILED', 'no answer', { problems: 'many' }), 'a.b')).toBe(
    'no answer',
  );
});
