import { expect, test } from 'vitest';
import { maySoonBeOther } from '../../../../src/core/guard/reason-outlook.ts';
import { unread, type Judgement } from '../../../../src/shared/verdict.ts';
import { clean, encrypted, infected, locked, special } from './samples.ts';

const unavailable: Judgement = { kind: 'partial', reason: 'engine_unavailable', detail: '' };

test.each([locked, unavailable])('a failure may soon be over when it is $reason', (judgement) => {
  expect(maySoonBeOther(unread(judgement, 0))).toBe(true);
});

test.each([clean, infected, encrypted, special])('a verdict stays as it is: $kind $reason', (judgement) => {
  expect(maySoonBeOther(unread(judgement, 0))).toBe(false);
});
