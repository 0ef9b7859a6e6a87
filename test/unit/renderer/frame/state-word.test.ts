import { expect, test } from 'vitest';
import { stateWord } from '../../../../src/renderer/frame/state-word.ts';

test.each([
  ['what protection says', { state: 'protected' }, 'live', 'Protected', 'ok'],
  ['no promise once nobody answers', { state: 'protected' }, 'lost', 'Not answering', 'neutral'],
  ['that nobody answers, also where nobody ever did', null, 'lost', 'Not answering', 'neutral'],
  ['that it is being asked', null, 'connecting', 'Asking Vedette', 'neutral'],
] as const)('the word for the state is %s', (_, protection, connection, word, tone) => {
  expect(stateWord(protection, connection)).toMatchObject({ word, tone });
});
