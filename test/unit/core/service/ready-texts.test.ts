// A text is made once for all who ask within its time, and never outlives a change that is told.
import { expect, test, vi } from 'vitest';
import { ReadyTexts } from '../../../../src/core/service/ready-texts.ts';

function scene() {
  const clock = { nowMs: 0 };
  const make = vi.fn<(input: { readonly page: number }) => unknown>(({ page }) => ({
    page,
    at: clock.nowMs,
  }));
  return { clock, make, texts: new ReadyTexts({ make, keptMs: 1000, nowMs: () => clock.nowMs }) };
}

test('is made once for the same question', () => {
  const { texts, make, clock } = scene();
  const first = texts.of({ page: 1 });
  clock.nowMs = 999;
  expect([texts.of({ page: 1 }), make.mock.calls.length]).toEqual([first, 1]);
  expect(JSON.parse(texts.of({ page: 2 }))).toEqual({ page: 2, at: 999 });
});

test('is made anew after its time, and after a change', () => {
  const { texts, clock } = scene();
  texts.of({ page: 1 });
  clock.nowMs = 1000;
  expect(JSON.parse(texts.of({ page: 1 }))).toEqual({ page: 1, at: 1000 });
  clock.nowMs = 1500;
  texts.clear();
  expect(JSON.parse(texts.of({ page: 1 }))).toEqual({ page: 1, at: 1500 });
});

test('keeps nothing of a question that failed', () => {
  const { texts, make, clock } = scene();
  make.mockImplementationOnce(() => {
    throw new Error('busy');
  });
  expect(() => texts.of({ page: 1 })).toThrow('busy');
  expect(JSON.parse(texts.of({ page: 1 }))).toEqual({ page: 1, at: clock.nowMs });
});

test('is kept for a few questions only, whoever asks for many', () => {
  const { texts, make } = scene();
  for (let page = 0; page < 100; page += 1) texts.of({ page });
  const before = make.mock.calls.length;
  for (let page = 0; page < 100; page += 1) texts.of({ page });
  expect(make.mock.calls.length - before).toBeGreaterThan(90);
});
