import { expect, test } from 'vitest';
import { sentence } from '../../../../src/renderer/format/sentence.ts';

test('what an engine says of itself becomes a sentence', () => {
  expect(sentence('14 rules from 3 files')).toBe('14 rules from 3 files.');
  expect(sentence('it hangs.')).toBe('It hangs.');
  expect(sentence('  ')).toBe('');
});
